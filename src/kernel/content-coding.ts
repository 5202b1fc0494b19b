import * as zlib from "node:zlib";

/** What a body is after its content codings were undone, or why it is unreadable. */
export type Unpacked = { bytes: Buffer } | { problem: "unknown" | "broken" | "too large"; coding: string };

type Undo = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

/** "deflate" should have a zlib header; some senders leave it out. */
const inflate: Undo = (bytes, options) => {
  try {
    return zlib.inflateSync(bytes, options);
  } catch (error) {
    if (isTooLarge(error)) throw error;
    return zlib.inflateRawSync(bytes, options);
  }
};
/** Newer versions of Node have it. */
const { zstdDecompressSync: unzstd } = zlib as typeof zlib & { zstdDecompressSync?: Undo };

const codings: ReadonlyMap<string, Undo> = new Map([
  ["gzip", zlib.gunzipSync],
  ["x-gzip", zlib.gunzipSync],
  ["deflate", inflate],
  ["br", zlib.brotliDecompressSync],
  ...(unzstd ? [["zstd", unzstd] as const] : []),
]);
/** Each more would be work for nothing. */
const mostCodings = 4;

/** Undoes the codings of a `Content-Encoding` header, the last one first. At no step is there more than `maxBytes`. */
export function undoCodings(bytes: Buffer, header: string | undefined, maxBytes: number): Unpacked {
  const names = (header ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > mostCodings) return { problem: "unknown", coding: names.join(", ").slice(0, 80) };
  let plain = bytes;
  for (const coding of names.reverse()) {
    const undo = codings.get(coding);
    if (!undo) return { problem: "unknown", coding: coding.slice(0, 40) };
    if (plain.length === 0) break;
    try {
      plain = undo(plain, { maxOutputLength: maxBytes });
    } catch (error) {
      return { problem: isTooLarge(error) ? "too large" : "broken", coding };
    }
  }
  return { bytes: plain };
}

const isTooLarge = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
