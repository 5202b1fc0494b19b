import type { IncomingMessage } from "node:http";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { tooLarge } from "./hook-body.ts";

interface BodyBounds {
  clock: Clock;
  /** Bytes of bodies held at once, over all requests. */
  maxHeldBytes: number;
  /** For each megabyte. */
  timeoutMs: number;
}

const mebibyte = 1024 * 1024;

/** Reads bodies within a bound of bytes and time for each, and a bound for all that are held at once. */
export class BoundedBodies {
  readonly #bounds: BodyBounds;
  #held = 0;

  constructor(bounds: BodyBounds) {
    this.#bounds = bounds;
  }

  read(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
    return new Promise<Buffer>((resolve, reject) => {
      if (announcedBytes(req) > maxBytes) return reject(tooLarge(maxBytes));
      const { clock, maxHeldBytes } = this.#bounds;
      const timeoutMs = this.#timeoutMs(req);
      const chunks: Buffer[] = [];
      let size = 0;
      const over = () => {
        cancel();
        req.removeAllListeners("data");
      };
      const fail = (error: Error) => {
        over();
        this.#held -= size;
        size = 0;
        reject(error);
      };
      const cancel = clock.after(timeoutMs, () => fail(tooSlow(timeoutMs)));
      req.on("data", (chunk: Buffer) => {
        size += chunk.length;
        this.#held += chunk.length;
        chunks.push(chunk);
        if (size > maxBytes) fail(tooLarge(maxBytes));
        else if (this.#held > maxHeldBytes) fail(tooMuch());
      });
      req.once("error", () => fail(brokenOff()));
      req.once("end", () => {
        cancel();
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      });
    });
  }

  /** Counts the size of a body after it was unpacked. */
  hold(bytes: number): void {
    if (this.#held + bytes > this.#bounds.maxHeldBytes) throw tooMuch();
    this.#held += bytes;
  }

  /** The bytes are no longer needed. */
  release(bytes: number): void {
    this.#held -= bytes;
  }

  #timeoutMs(req: IncomingMessage): number {
    return this.#bounds.timeoutMs * Math.max(1, Math.ceil(announcedBytes(req) / mebibyte));
  }
}

const announcedBytes = (req: IncomingMessage) => Number(req.headers["content-length"] ?? 0) || 0;

const tooMuch = () => new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 1 } });
const tooSlow = (timeoutMs: number) => new MillraceError("BODY_TOO_SLOW", { details: { seconds: Math.round(timeoutMs / 1000) } });
const brokenOff = () => new MillraceError("BAD_INPUT", { details: { field: "body", problem: "ended before it was complete" } });
