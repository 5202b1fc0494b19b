import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Accepted, Delivered, Engine } from "#engine/api.ts";
import type { Inbox, Trigger } from "#engine/types.ts";
import { hookFormat, readHookBody, type HookFormat } from "./hook-body.ts";
import type { InboxDoor } from "./inbox-door.ts";
import { checkRate, createRateLimiter, senderOf, type Rate } from "./rate-limit.ts";
import { dropRest } from "./refused-body.ts";
import type { SignatureCheck } from "./signature.ts";

export interface HooksOptions {
  engine: Pick<Engine, "accept" | "triggerByToken">;
  /** The addresses of marketplace apps. */
  inboxes?: InboxDoor;
  /** Refuses an event that its app did not sign. */
  checkSignature?: SignatureCheck;
  /** Called after an event was accepted for a trigger. */
  onAccepted?: (trigger: Trigger) => void;
  /** Gets each fault that is ours. */
  log: { error(details: object, message: string): void };
  clock?: Clock;
  /** Who sends a request; the address at the other end of the connection when absent. */
  clientAddress?: (req: IncomingMessage) => string;
  /** Events of one address. */
  rate?: Rate;
  /** Requests of one sender to addresses that do not exist. */
  strangerRate?: Rate;
  maxBodyBytes?: number;
  /** Bytes of bodies held at once, over all requests. */
  maxHeldBytes?: number;
  bodyTimeoutMs?: number;
}

export const hooksPath = "/hooks/";
const retryAfterSeconds = 5;
/** A token, and after an inbox's the name of an event. */
const addressPattern = /^([\w-]{8,128})(?:\/([\w-]{1,80}))?\/?$/;
/** What is read and dropped of a refused body: of a stranger's as little as lets a usual sender see the answer. */
const strangersRest = { bytes: 64 * 1024, ms: 1_000 };
const refusedRest = { bytes: 16 * 1024 * 1024, ms: 5_000 };
/** More than honest senders reach: this machine takes fewer a second. It keeps a broken sender from filling the disk. */
const defaultRate: Rate = { perSecond: 5_000, burst: 50_000 };
const defaultStrangerRate: Rate = { perSecond: 20, burst: 200 };
/** A whole megabyte over a slow line of one megabit takes eight seconds. Whoever takes longer holds memory and means to. */
const defaultBodyTimeoutMs = 10_000;

/** Where an event goes. */
type Door = { inbox: Inbox; event?: string } | { trigger: Trigger };

/**
 * The door for events: `POST /hooks/<token>`, or `/hooks/<token>/<event>` for an inbox, answered without the router. The token is looked
 * up before anything of the body is read. A small constant amount of work for each request, and 202 only after the event is durable.
 * Whatever is temporary is answered 429: it is all HighLevel tries again.
 */
export function createHooks({
  engine,
  inboxes,
  checkSignature,
  onAccepted,
  log,
  clock = systemClock,
  clientAddress = (req) => req.socket.remoteAddress ?? "",
  rate = defaultRate,
  strangerRate = defaultStrangerRate,
  maxBodyBytes = 1024 * 1024,
  maxHeldBytes = 64 * 1024 * 1024,
  bodyTimeoutMs = defaultBodyTimeoutMs,
}: HooksOptions) {
  const bodies = boundedBodies({ clock, maxBytes: maxBodyBytes, maxHeldBytes, timeoutMs: bodyTimeoutMs });
  const events = createRateLimiter(rate, { clock });
  const strangers = createRateLimiter(strangerRate, { clock });

  const doorOf = async (req: IncomingMessage): Promise<Door> => {
    const { token, event } = addressOf(req);
    const inbox = inboxes?.at(token);
    const trigger = inbox || event !== undefined ? null : await engine.triggerByToken(token);
    if (!inbox && !trigger) throw new MillraceError("HOOK_UNKNOWN");
    checkRate(events, token);
    return inbox ? { inbox, ...(event !== undefined && { event }) } : { trigger: trigger! };
  };
  const forFlow = async (trigger: Trigger, req: IncomingMessage, bytes: Buffer, format: HookFormat): Promise<Accepted> => {
    const signed = await checkSignature?.(trigger, req.headers, bytes);
    const { payload, text } = readHookBody(bytes, format);
    signed?.check(payload, format);
    const accepted = await engine.accept(trigger, payload, options(text, signed ? undefined : deliveryIdOf(req)));
    onAccepted?.(trigger);
    return accepted;
  };
  /** The answer's text. */
  const take = async (req: IncomingMessage): Promise<string> => {
    const door = await doorOf(req);
    const format = formatOf(req);
    const bytes = await bodies.read(req);
    try {
      if ("trigger" in door) return reply(await forFlow(door.trigger, req, bytes, format));
      const { inbox, event } = door;
      return taken(await inboxes!.take(inbox, { headers: req.headers, bytes, format, ...(event !== undefined && { event }) }));
    } finally {
      bodies.release(bytes.length);
    }
  };
  /** A stranger is refused without a look at the body; one who keeps on is told to slow down. */
  const refusalOf = (req: IncomingMessage, error: unknown): MillraceError => {
    if (!isStrangers(error)) return toAnswer(error, log);
    const waitMs = strangers.take(senderOf(clientAddress(req)));
    return waitMs === 0 ? error : new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: Math.ceil(waitMs / 1000) } });
  };
  return (req: IncomingMessage, res: ServerResponse): void => {
    take(req).then(
      (text) => answer(res, 202, text),
      (error: unknown) => {
        dropRest(req, isStrangers(error) ? strangersRest : refusedRest);
        refuse(res, refusalOf(req, error));
      },
    );
  };
}

const isStrangers = (error: unknown): error is MillraceError =>
  error instanceof MillraceError && (error.code === "HOOK_UNKNOWN" || error.code === "METHOD_NOT_ALLOWED");

const options = (text: string | undefined, deliveryId: string | undefined) => ({
  ...(text !== undefined && { text }),
  ...(deliveryId !== undefined && { deliveryId }),
});

/** A sender may name its delivery, so that sending it again is a repeat. */
function deliveryIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers["idempotency-key"] ?? headers["webhook-id"];
  return typeof id === "string" && id !== "" ? id.slice(0, 200) : undefined;
}

function addressOf(req: IncomingMessage): { token: string; event: string | undefined } {
  if (req.method !== "POST") throw new MillraceError("METHOD_NOT_ALLOWED", { details: { method: req.method, allowed: "POST" } });
  const path = req.url!.split("?", 1)[0]!;
  const [, token, event] = addressPattern.exec(path.slice(hooksPath.length)) ?? [];
  if (token === undefined) throw new MillraceError("HOOK_UNKNOWN");
  return { token, event };
}

function formatOf(req: IncomingMessage): HookFormat {
  const encoding = req.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new MillraceError("UNSUPPORTED_MEDIA", { details: { type: `compressed (${encoding.slice(0, 40)})` } });
  }
  return hookFormat(req.headers["content-type"]);
}

interface BodyBounds {
  clock: Clock;
  maxBytes: number;
  maxHeldBytes: number;
  timeoutMs: number;
}

/** Reads bodies within a bound of bytes and time for each, and a bound for all that are held at once. `release` gives a body's bytes back. */
function boundedBodies({ clock, maxBytes, maxHeldBytes, timeoutMs }: BodyBounds) {
  let held = 0;
  const tooLarge = () => new MillraceError("BODY_TOO_LARGE", { details: { limit: `${Math.round(maxBytes / 1024)} KiB` } });
  const tooSlow = () => new MillraceError("BODY_TOO_SLOW", { details: { seconds: Math.round(timeoutMs / 1000) } });

  const read = (req: IncomingMessage) =>
    new Promise<Buffer>((resolve, reject) => {
      if (announcedBytes(req) > maxBytes) return reject(tooLarge());
      const chunks: Buffer[] = [];
      let size = 0;
      const over = () => {
        cancel();
        req.removeAllListeners("data");
      };
      const fail = (error: Error) => {
        over();
        held -= size;
        size = 0;
        reject(error);
      };
      const cancel = clock.after(timeoutMs, () => fail(tooSlow()));
      req.on("data", (chunk: Buffer) => {
        size += chunk.length;
        held += chunk.length;
        chunks.push(chunk);
        if (size > maxBytes) fail(tooLarge());
        else if (held > maxHeldBytes) fail(new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 1 } }));
      });
      req.once("error", () =>
        fail(new MillraceError("BAD_INPUT", { details: { field: "body", problem: "ended before it was complete" } })),
      );
      req.once("end", () => {
        over();
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      });
    });
  return { read, release: (bytes: number) => void (held -= bytes) };
}

const announcedBytes = (req: IncomingMessage) => Number(req.headers["content-length"] ?? 0);

/** A fault of ours while accepting: nothing was accepted, so the sender is asked to come again. */
function toAnswer(thrown: unknown, log: HooksOptions["log"]): MillraceError {
  if (thrown instanceof MillraceError && thrown.row.kind !== "bug") return thrown;
  log.error({ err: thrown }, "An event could not be accepted");
  return new MillraceError("STORE_UNAVAILABLE", {
    cause: thrown,
    details: { problem: "a fault inside Millrace", seconds: retryAfterSeconds },
  });
}

const reply = ({ eventId, repeat, sample }: Accepted): string =>
  `{"accepted":true,"event":${JSON.stringify(eventId)}${repeat ? ',"repeat":true' : ""}${sample ? ',"sample":true' : ""}}`;

const taken = ({ event, flows, repeat }: Delivered): string =>
  `{"accepted":true,"type":${JSON.stringify(event)},"flows":${flows}${repeat ? ',"repeat":true' : ""}}`;

function refuse(res: ServerResponse, error: MillraceError): void {
  if (error.row.status === 429) res.setHeader("retry-after", String(error.details["seconds"] ?? retryAfterSeconds));
  if (error.code === "METHOD_NOT_ALLOWED") res.setHeader("allow", "POST");
  if (error.code === "BODY_TOO_SLOW") res.setHeader("connection", "close");
  answer(res, error.row.status, JSON.stringify({ error }));
}

function answer(res: ServerResponse, status: number, body: string): void {
  if (res.writableEnded || res.destroyed) return;
  res.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  res.end(body);
}
