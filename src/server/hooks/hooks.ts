import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Accepted, Delivered, Engine } from "#engine/api.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { challengeIn, challengeOf, type Challenge } from "./challenge.ts";
import { hookFormat, readHookBody, tooLarge, unpackBody, type HookBody, type HookFormat } from "./hook-body.ts";
import { deliveryIdOf, plainEvent, withSender } from "./hook-sender.ts";
import type { InboxReceiver } from "../inboxes/inbox-receiver.ts";
import { checkRate, createRateLimiter, senderOf, type Rate } from "../http/rate-limit.ts";
import { dropRest } from "../http/refused-body.ts";
import type { SignatureCheck } from "./signature.ts";

export interface HooksOptions {
  engine: Pick<Engine, "accept" | "triggerByToken">;
  /** The addresses of marketplace apps. */
  inboxes?: InboxReceiver;
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
  /** The largest body, unpacked; the second is for inboxes. */
  maxBodyBytes?: number;
  maxInboxBytes?: number;
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
/** For each megabyte: over a slow line of one megabit it takes eight seconds. Whoever takes longer holds memory and means to. */
const defaultBodyTimeoutMs = 10_000;
const mebibyte = 1024 * 1024;

/** Where an event goes. */
type Door = { inbox: Inbox; event?: string } | { trigger: Trigger };

/** What is answered: JSON with 202, unless it says otherwise. */
type Reply = string | Challenge;

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
  maxBodyBytes = mebibyte,
  maxInboxBytes = Math.max(8 * mebibyte, maxBodyBytes),
  maxHeldBytes = Math.max(64 * mebibyte, 4 * maxInboxBytes),
  bodyTimeoutMs = defaultBodyTimeoutMs,
}: HooksOptions) {
  const bodies = boundedBodies({ clock, maxHeldBytes, timeoutMs: bodyTimeoutMs });
  const events = createRateLimiter(rate, { clock });
  const strangers = createRateLimiter(strangerRate, { clock });

  const doorOf = async (req: IncomingMessage, challenge: Challenge | undefined): Promise<Door> => {
    const { token, event } = addressOf(req, challenge !== undefined);
    const inbox = inboxes?.at(token);
    const trigger = inbox || event !== undefined ? null : await engine.triggerByToken(token);
    if (!inbox && !trigger) throw new MillraceError("HOOK_UNKNOWN");
    if (inbox && req.method !== "POST") throw notPost(req);
    checkRate(events, token);
    return inbox ? { inbox, ...(event !== undefined && { event }) } : { trigger: trigger! };
  };
  const forFlow = async (trigger: Trigger, req: IncomingMessage, { bytes, format, read }: Posted): Promise<Reply> => {
    const signed = await checkSignature?.(trigger, req.headers, bytes);
    const posted = read();
    const body = posted instanceof Promise ? await posted : posted;
    signed?.check(body.payload, format);
    const challenge = challengeIn(body.payload);
    if (challenge) return challenge;
    const { payload, options } = signed?.onlyBody ? plainEvent(body) : withSender(body, req);
    const accepted = await engine.accept(trigger, payload, { ...options, ...(!signed?.onlyBody && deliveryIdOf(req.headers)) });
    onAccepted?.(trigger);
    return reply(accepted);
  };
  const take = async (req: IncomingMessage): Promise<Reply> => {
    const challenge = challengeOf(req);
    const door = await doorOf(req, challenge);
    if (challenge && "trigger" in door) return challenge;
    const format = hookFormat(req.headers["content-type"]);
    const maxBytes = "inbox" in door ? maxInboxBytes : maxBodyBytes;
    const bytes = await bodies.read(req, maxBytes);
    let held = bytes.length;
    const read = (): HookBody | Promise<HookBody> => {
      const encoding = req.headers["content-encoding"];
      if (encoding === undefined) return readHookBody(bytes, format);
      const plain = unpackBody(bytes, encoding, maxBytes);
      bodies.hold(plain.length);
      held += plain.length;
      return readHookBody(plain, format);
    };
    try {
      if ("trigger" in door) return await forFlow(door.trigger, req, { bytes, format, read });
      const { inbox, event } = door;
      return taken(await inboxes!.take(inbox, { headers: req.headers, bytes, format, read, ...(event !== undefined && { event }) }));
    } finally {
      bodies.release(held);
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
      (given) => (typeof given === "string" ? answer(res, 202, given) : answer(res, 200, given.text, given.type)),
      (error: unknown) => {
        dropRest(req, isStrangers(error) ? strangersRest : refusedRest);
        refuse(res, refusalOf(req, error));
      },
    );
  };
}

const isStrangers = (error: unknown): error is MillraceError =>
  error instanceof MillraceError && (error.code === "HOOK_UNKNOWN" || error.code === "METHOD_NOT_ALLOWED");

/** A body that was read, and not yet looked at. */
interface Posted {
  bytes: Buffer;
  format: HookFormat;
  read(): HookBody | Promise<HookBody>;
}

const notPost = ({ method }: IncomingMessage) => new MillraceError("METHOD_NOT_ALLOWED", { details: { method, allowed: "POST" } });

function addressOf(req: IncomingMessage, isChallenge: boolean): { token: string; event: string | undefined } {
  if (req.method !== "POST" && !isChallenge) throw notPost(req);
  const path = req.url!.split("?", 1)[0]!;
  const [, token, event] = addressPattern.exec(path.slice(hooksPath.length)) ?? [];
  if (token === undefined) throw new MillraceError("HOOK_UNKNOWN");
  return { token, event };
}

interface BodyBounds {
  clock: Clock;
  maxHeldBytes: number;
  timeoutMs: number;
}

/**
 * Reads bodies within a bound of bytes and time for each, and a bound for all that are held at once. `hold` counts what a body became when
 * it was unpacked, and `release` gives the bytes back.
 */
function boundedBodies({ clock, maxHeldBytes, timeoutMs: msPerMebibyte }: BodyBounds) {
  let held = 0;
  const tooMuch = () => new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 1 } });

  const read = (req: IncomingMessage, maxBytes: number) =>
    new Promise<Buffer>((resolve, reject) => {
      if (announcedBytes(req) > maxBytes) return reject(tooLarge(maxBytes));
      const timeoutMs = msPerMebibyte * Math.max(1, Math.ceil(announcedBytes(req) / mebibyte));
      const tooSlow = () => new MillraceError("BODY_TOO_SLOW", { details: { seconds: Math.round(timeoutMs / 1000) } });
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
        if (size > maxBytes) fail(tooLarge(maxBytes));
        else if (held > maxHeldBytes) fail(tooMuch());
      });
      req.once("error", () =>
        fail(new MillraceError("BAD_INPUT", { details: { field: "body", problem: "ended before it was complete" } })),
      );
      req.once("end", () => {
        cancel();
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      });
    });
  const hold = (bytes: number) => {
    if (held + bytes > maxHeldBytes) throw tooMuch();
    held += bytes;
  };
  return { read, hold, release: (bytes: number) => void (held -= bytes) };
}

const announcedBytes = (req: IncomingMessage) => Number(req.headers["content-length"] ?? 0) || 0;

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

function answer(res: ServerResponse, status: number, body: string, type = "application/json; charset=utf-8"): void {
  if (res.writableEnded || res.destroyed) return;
  res.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(status === 200 && { "x-content-type-options": "nosniff" }),
  });
  res.end(body);
}
