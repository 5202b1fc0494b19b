import { randomBytes } from "node:crypto";
import { digest } from "#kernel/digest.ts";
import { isObject } from "#kernel/json.ts";
import { MillraceError } from "#kernel/errors.ts";
import { bad, ok, warn, type Finding } from "./findings.ts";

/** What came back from an address. */
export interface ProbeAnswer {
  status: number;
  body: unknown;
  /** Where it points to, if it is a redirect. */
  location: string | undefined;
}

export interface ReachParts {
  /** The address that others use; undefined where none is set. */
  publicUrl: string | undefined;
  /** Whether others can reach it at all by the settings. */
  onThisMachineOnly: boolean;
  /** What makes this Millrace known to itself, the same for all processes at one store. */
  instance: string;
  /** Asks an address the way flows do: it refuses private ones. */
  probe: (url: string) => Promise<ProbeAnswer>;
}

const what = "public address";

/** Whether the address that senders of events are given leads to this Millrace: it is asked with a number, and only this one knows the answer. */
export class Reachability {
  readonly #parts: ReachParts;

  constructor(parts: ReachParts) {
    this.#parts = parts;
  }

  /** The answer to a number that /healthz is asked with. */
  readonly proofOf = (nonce: string): string => digest(`${this.#parts.instance} ${nonce}`);

  async check(): Promise<Finding> {
    const { publicUrl, onThisMachineOnly, probe } = this.#parts;
    if (publicUrl === undefined || onThisMachineOnly) return unset;
    const nonce = randomBytes(16).toString("base64url");
    try {
      return judge(publicUrl, await probe(`${publicUrl}/healthz?nonce=${nonce}`), this.proofOf(nonce));
    } catch (error) {
      return unreached(publicUrl, error);
    }
  }
}

const unset = ok(
  what,
  "not set, so only this machine can reach Millrace. To receive webhooks from the Internet, set MILLRACE_PUBLIC_URL and use a TLS proxy",
);

function judge(publicUrl: string, { status, body, location }: ProbeAnswer, proof: string): Finding {
  if (isObject(body) && body["proof"] === proof) return ok(what, `${publicUrl} reaches this Millrace (tested from this machine)`);
  if (location !== undefined && URL.canParse(location, publicUrl)) {
    const { origin } = new URL(location, publicUrl);
    return bad(
      what,
      `${publicUrl} answers with a redirect to ${origin}, which senders of events do not follow. Set MILLRACE_PUBLIC_URL to the address at its end`,
    );
  }
  if (status === 200 && isObject(body) && body["ok"] === true)
    return bad(what, `${publicUrl} leads to another Millrace. Correct MILLRACE_PUBLIC_URL, or the proxy`);
  return bad(
    what,
    `${publicUrl} is answered by something else (status ${status}). Let the proxy pass everything on to Millrace, /hooks/ and /healthz included`,
  );
}

function unreached(publicUrl: string, error: unknown): Finding {
  if (error instanceof MillraceError && error.code === "HOST_NOT_ALLOWED")
    return warn(what, `${publicUrl} is on a private network, so apps on the Internet cannot send events to it`);
  const reason = error instanceof MillraceError ? error.message : "it could not be asked";
  return warn(what, `${publicUrl} could not be reached from this machine: ${reason} Some networks block this; check from another network`);
}
