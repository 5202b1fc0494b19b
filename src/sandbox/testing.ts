import { TestClock } from "#kernel/clock.ts";
import { getPath } from "#kernel/json.ts";
import { acmeDental, brightSmiles } from "./defaults.ts";
import { openSandbox, type Sandbox, type SandboxOptions } from "./index.ts";
import type { TokenWish } from "./core.ts";

/** A sandbox on a clock that stands still, with everything it posts written down. For tests. */
export interface Bench {
  sandbox: Sandbox;
  clock: TestClock;
  acme: string;
  smiles: string;
  /** What was posted to the outside, and what the outside is to answer next (200 when nothing is said). */
  posted: { url: string; headers: Record<string, string>; body: Record<string, unknown>; raw: string }[];
  answers: (number | Error)[];
  /** A request with a good token and version, unless `headers` say otherwise. */
  call(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    url: string,
    body?: unknown,
    headers?: Record<string, string | undefined>,
  ): Promise<Reply>;
  token(wish?: TokenWish): string;
}
export interface Reply {
  status: number;
  body: Record<string, unknown>;
  headers: Record<string, unknown>;
  text: string;
  /** The text at a path of the body. */
  at: (path: string) => string;
  /** The list at a path of the body. */
  rows: (path: string) => Record<string, unknown>[];
}

export async function openBench(options: Partial<SandboxOptions> = {}): Promise<Bench> {
  const clock = new TestClock();
  const posted: Bench["posted"] = [];
  const answers: Bench["answers"] = [];
  const post: NonNullable<SandboxOptions["post"]> = async (url, { headers, body }) => {
    posted.push({ url, headers, body: JSON.parse(body) as Record<string, unknown>, raw: body });
    const next = answers.shift() ?? 200;
    if (next instanceof Error) throw next;
    return next;
  };
  const sandbox = await openSandbox({ clock, post, indexLagMs: 0, ...options });
  const token = (wish?: TokenWish) => sandbox.issueToken(wish).accessToken;
  const own = token({ locationId: acmeDental });
  return {
    sandbox,
    clock,
    acme: acmeDental,
    smiles: brightSmiles,
    posted,
    answers,
    token,
    call: (...request) => send(sandbox, own, ...request),
  };
}

async function send(sandbox: Sandbox, token: string, ...[method, url, body, headers]: Parameters<Bench["call"]>): Promise<Reply> {
  const all = { authorization: `Bearer ${token}`, version: "2021-07-28", ...headers };
  const reply = await sandbox.app.inject({
    method,
    url,
    headers: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    ...(body !== undefined && { payload: body as string | object }),
  });
  return readReply(reply.statusCode, reply.headers, reply.body);
}

function readReply(status: number, headers: Record<string, unknown>, text: string): Reply {
  const body = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
  return {
    status,
    headers,
    text,
    body,
    at: (path) => String(getPath(body, path)),
    rows: (path) => (getPath(body, path) ?? []) as Record<string, unknown>[],
  };
}
