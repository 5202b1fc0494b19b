import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { readJson } from "#kernel/json.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Answer } from "./flight.ts";
import type { Redactor } from "./redact.ts";

export interface ReadAnswer {
  /** Parsed when it is JSON, text otherwise, base64 for bytes; null for bytes that hold the login. */
  body: unknown;
  encoding?: "base64";
  /** The text it was read from; for bytes, how many there were and what became of them. */
  text: string;
}

const deepest = 200;
const unzips: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Reads an answer's body. The login is masked in a text before anything is made of it; bytes that hold it are dropped. */
export function readAnswer({ headers, bytes }: Answer, maxBytes: number, redactor: Redactor): ReadAnswer {
  const plain = unzip(bytes, headers["content-encoding"], maxBytes);
  const type = headers["content-type"] ?? "";
  if (!isText(type, plain)) return readBytes(plain, redactor);
  const text = redactor.text(plain.toString("utf8"));
  return { body: parse(text, type), text };
}

function readBytes(bytes: Buffer, { foundIn }: Redactor): ReadAnswer {
  if (foundIn(bytes)) return { body: null, text: `(${bytes.length} bytes, dropped because this connection's login was in them)` };
  return { body: bytes.toString("base64"), encoding: "base64", text: `(${bytes.length} bytes)` };
}

/** We ask for no compression; some answer with it all the same. */
function unzip(bytes: Buffer, encoding: string | undefined, maxOutputLength: number): Buffer {
  const decode = encoding && unzips[encoding.trim().toLowerCase()];
  if (!decode || bytes.length === 0) return bytes;
  try {
    return decode(bytes, { maxOutputLength });
  } catch (cause) {
    throw new MillraceError("OUTBOUND_FAILED", { cause, details: { message: "the answer could not be unpacked" } });
  }
}

function isText(type: string, bytes: Buffer): boolean {
  if (bytes.length === 0 || /json|text|xml|html|javascript|x-www-form-urlencoded/i.test(type)) return true;
  return type === "" ? !bytes.subarray(0, 512).includes(0) : false;
}

/** JSON where it is JSON, whatever it is called, no number changed. An empty answer is null; what does not parse, or is nested too deep, stays text. */
function parse(text: string, type: string): unknown {
  if (text === "") return null;
  if (!/json/i.test(type) && !/^\s*[[{]/.test(text)) return text;
  try {
    const read = readJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, deepest);
    return read ? read.value : text;
  } catch {
    return text;
  }
}
