import { isUtf8 } from "node:buffer";

/** Text and the charset it was read by. */
export interface Decoded {
  text: string;
  charset: string;
  /** Why the text may be wrong: in words that follow "the text". */
  doubt?: string;
}

const fallback = "windows-1252";

/**
 * Bytes as text: by the charset their sender names, else by a byte order mark or an XML declaration, else as UTF-8 where they are UTF-8 and
 * as windows-1252, the usual charset of what names none, where they are not. Marks at the start are dropped.
 */
export function decodeText(bytes: Uint8Array, contentType = ""): Decoded {
  if (contentType === "application/json" && bytes[0] === 0x7b && isUtf8(bytes)) return { text: utf8Text(bytes), charset: "utf-8" }; // nearly all there is
  const named = charsetOf(contentType) ?? marked(bytes) ?? declared(bytes);
  if (named === undefined || /^utf-?8$/i.test(named)) {
    if (isUtf8(bytes)) return { text: utf8Text(bytes), charset: "utf-8" };
    const decoded = { text: new TextDecoder(fallback).decode(bytes), charset: fallback };
    return named === undefined ? decoded : { ...decoded, doubt: `is not the UTF-8 it is said to be and was read as ${fallback}` };
  }
  const decoder = decoderOf(named);
  if (decoder) return { text: decoder.decode(bytes), charset: decoder.encoding };
  const guess = decodeText(bytes, "");
  return { ...guess, doubt: `is in the charset '${named.slice(0, 40)}', which is not supported, and was read as ${guess.charset}` };
}

/** The charset that a content type names, in small letters. */
export const charsetOf = (contentType: string): string | undefined =>
  !contentType.includes(";") ? undefined : /;\s*charset\s*=\s*["']?\s*([\w.:+-]+)/i.exec(contentType)?.[1]?.toLowerCase();

/** Decodes a charset by its name; undefined for one that the runtime does not have. */
export function decoderOf(charset: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}

function utf8Text(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function marked(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

/** The encoding of an XML declaration. One in UTF-16 without a mark is too rare to look for. */
function declared(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x3c && bytes[0] !== 0xef) return undefined;
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  return /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)/.exec(head)?.[1]?.toLowerCase();
}
