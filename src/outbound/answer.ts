import { decodeText } from "#kernel/charset.ts";
import { undoCodings } from "#kernel/content-coding.ts";
import { readJson } from "#kernel/json.ts";
import type { Answer } from "./flight.ts";
import type { Redactor } from "./redact.ts";

export interface ReadAnswer {
  /** Parsed when it is JSON, text otherwise, base64 for bytes; null for bytes that hold the login. */
  body: unknown;
  encoding?: "base64";
  /** The text it was read from; for bytes, how many there were and what became of them. */
  text: string;
  /** What is wrong with it, in words that follow "the answer". */
  doubt?: string;
  /** It could not be unpacked: nobody knows what it says. */
  unreadable?: boolean;
}

const deepest = 200;

/** Reads an answer's body. The login is masked in a text before anything is made of it; bytes that hold it are dropped. */
export function readAnswer({ headers, bytes, lost }: Answer, maxBytes: number, redactor: Redactor): ReadAnswer {
  if (lost) return { body: null, text: "(lost)", doubt: `could not be read: ${redactor.text(lost.message)}`, unreadable: true };
  const unpacked = undoCodings(bytes, headers["content-encoding"], maxBytes); // we ask for no compression; some answer with it all the same
  if ("problem" in unpacked) return unreadable(bytes, unpacked, redactor);
  const type = headers["content-type"] ?? "";
  return isText(type, unpacked.bytes) ? readText(unpacked.bytes, type, redactor) : readBytes(unpacked.bytes, redactor);
}

function readText(bytes: Buffer, type: string, redactor: Redactor): ReadAnswer {
  const { text: decoded, charset, doubt } = decodeText(bytes, type);
  const text = redactor.text(decoded);
  // Read by another charset than it was written in, the login is a text that nobody looks for.
  if ((charset !== "utf-8" || decoded.includes("\0")) && text === decoded && redactor.foundIn(bytes)) return dropped(bytes);
  return { body: parse(text, type), text, ...(doubt !== undefined && { doubt }) };
}

function readBytes(bytes: Buffer, { foundIn }: Redactor): ReadAnswer {
  if (foundIn(bytes)) return dropped(bytes);
  return { body: bytes.toString("base64"), encoding: "base64", text: `(${bytes.length} bytes)` };
}

const dropped = ({ length }: Buffer): ReadAnswer => ({
  body: null,
  text: `(${length} bytes, dropped because this connection's login was in them)`,
});

const unpackProblems = {
  unknown: (coding: string) => `is in the content coding '${coding}', which is not supported`,
  broken: (coding: string) => `is said to be in the content coding '${coding}', and is not`,
  "too large": (coding: string) => `is larger than can be read once its content coding '${coding}' is undone`,
};

function unreadable(
  { length }: Buffer,
  { problem, coding }: { problem: keyof typeof unpackProblems; coding: string },
  { text }: Redactor,
): ReadAnswer {
  const doubt = text(unpackProblems[problem](coding));
  return { body: null, text: `(${length} bytes; the answer ${doubt})`, doubt, unreadable: true };
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
    const read = readJson(text, deepest);
    return read ? read.value : text;
  } catch {
    return text;
  }
}
