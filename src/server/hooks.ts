import type { IncomingMessage, ServerResponse } from "node:http";
import { MillraceError } from "#kernel/errors.ts";
import type { Accepted, Delivered, Engine } from "#engine/api.ts";
import { hookFormat, readHookBody, type HookFormat } from "./hook-body.ts";
import type { InboxDoor } from "./inbox-door.ts";
import type { SignatureCheck } from "./signature.ts";

export interface HooksOptions {
  engine: Pick<Engine, "accept" | "triggerByToken">;
  /** The addresses of marketplace apps. */
  inboxes?: InboxDoor;
  /** Refuses an event that its app did not sign. */
  checkSignature?: SignatureCheck;
  /** Told of each fault that is ours. */
  log: { error(details: object, message: string): void };
  maxBodyBytes?: number;
  /** Bytes of bodies held at once, over all requests. */
  maxHeldBytes?: number;
}

export const hooksPath = "/hooks/";
const retryAfterSeconds = 5;
/** A token, and after an inbox's the name of an event. */
const addressPattern = /^([\w-]{8,128})(?:\/([\w-]{1,80}))?\/?$/;
/** A refused body up to this size is read and dropped, so that the connection can be used again. */
const drainBytes = 64 * 1024;

/**
 * The door for events: `POST /hooks/<token>`, or `/hooks/<token>/<event>` for an inbox, answered without the router. A small constant amount of work for each request,
 * and 202 only after the event is durable. Whatever is temporary is answered 429: it is all HighLevel tries again.
 */
export function createHooks({
  engine,
  inboxes,
  checkSignature,
  log,
  maxBodyBytes = 1024 * 1024,
  maxHeldBytes = 128 * 1024 * 1024,
}: HooksOptions) {
  const bodies = boundedBodies(maxBodyBytes, maxHeldBytes);

  const forFlow = async (token: string, req: IncomingMessage, bytes: Buffer, format: HookFormat): Promise<Accepted> => {
    const trigger = await engine.triggerByToken(token);
    if (!trigger) throw new MillraceError("HOOK_UNKNOWN");
    await checkSignature?.(trigger, req.headers, bytes);
    const { payload, text } = readHookBody(bytes, format);
    return engine.accept(trigger, payload, options(text, deliveryIdOf(req)));
  };
  /** The answer's text. */
  const take = async (req: IncomingMessage): Promise<string> => {
    const { token, event } = addressOf(req);
    const format = formatOf(req);
    const bytes = await bodies.read(req);
    try {
      const inbox = inboxes?.at(token);
      if (inbox) return taken(await inboxes!.take(inbox, { headers: req.headers, bytes, format, ...(event !== undefined && { event }) }));
      if (event !== undefined) throw new MillraceError("HOOK_UNKNOWN");
      return reply(await forFlow(token, req, bytes, format));
    } finally {
      bodies.release(bytes.length);
    }
  };
  return (req: IncomingMessage, res: ServerResponse): void => {
    take(req).then(
      (text) => answer(res, 202, text),
      (error: unknown) => refuse(req, res, toAnswer(error, log)),
    );
  };
}

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

/** Reads bodies within a bound for each and a bound for all that are held at once. `release` gives the bytes of a body back. */
function boundedBodies(maxBytes: number, maxHeldBytes: number) {
  let held = 0;
  const tooLarge = () => new MillraceError("BODY_TOO_LARGE", { details: { limit: `${Math.round(maxBytes / 1024)} KiB` } });

  const read = (req: IncomingMessage) =>
    new Promise<Buffer>((resolve, reject) => {
      if (announcedBytes(req) > maxBytes) return reject(tooLarge());
      const chunks: Buffer[] = [];
      let size = 0;
      const fail = (error: Error) => {
        req.removeAllListeners("data");
        held -= size;
        size = 0;
        reject(error);
      };
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
      req.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
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

function refuse(req: IncomingMessage, res: ServerResponse, error: MillraceError): void {
  if (error.row.status === 429) res.setHeader("retry-after", String(error.details["seconds"] ?? retryAfterSeconds));
  if (error.code === "METHOD_NOT_ALLOWED") res.setHeader("allow", "POST");
  if (!req.complete) leave(req, res);
  answer(res, error.row.status, JSON.stringify({ error }));
}

/** The rest of a refused body: dropped when it is short; otherwise the connection ends soon after the answer. */
function leave(req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  if (announcedBytes(req) <= drainBytes && req.headers["transfer-encoding"] === undefined) return;
  res.setHeader("connection", "close");
  res.once("finish", () => setTimeout(() => req.socket.destroy(), 1000).unref());
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
