import type { IncomingMessage } from "node:http";

/** How much of a refused body is still read, and for how long. */
export interface DropBounds {
  bytes: number;
  ms: number;
}

/**
 * Reads what is left of a refused body and drops it, while the answer is on its way. A connection that is closed over unread bytes is
 * reset, and the sender would never see why it was refused. Beyond the bounds nothing more is read, and the connection ends.
 */
export function dropRest(req: IncomingMessage, { bytes, ms }: DropBounds): void {
  if (req.complete || req.destroyed) return;
  let left = bytes;
  const ending = setTimeout(() => req.destroy(), ms).unref();
  const over = () => clearTimeout(ending);
  req.once("end", over);
  req.once("close", over);
  req.on("error", over); // the sender went away
  req.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) req.pause();
  });
  req.resume();
}
