import { isObject } from "#kernel/json.ts";
import type { Credentials } from "./types.ts";

/** Cuts the login out of what the other side says. */
export interface Redactor {
  /** The text with every spelling of the login masked. */
  text(text: string): string;
  /** Whether the login is in these bytes, in any spelling. */
  foundIn(bytes: Buffer): boolean;
}

const mask = "[secret]";
/** Shorter strings would blot out ordinary words. */
const shortest = 6;
const unguessableLength = 16;
const redactors = new WeakMap<Credentials, Redactor>();
/** The redactor of a call without a login. */
export const nothingSecret: Redactor = { text: (text) => text, foundIn: () => false };

/**
 * A redactor for a login. Services echo what they were sent, in answers and in refusals; what they echo would otherwise be kept
 * with the run and shown. `spent` is the login it replaced a moment ago.
 */
export function redactorFor(credentials: Credentials | null, spent?: Credentials): Redactor {
  if (!credentials) return nothingSecret;
  if (spent) return redactorOf([credentials, spent].flatMap(secretsOf));
  let redactor = redactors.get(credentials);
  if (!redactor) redactors.set(credentials, (redactor = redactorOf(secretsOf(credentials))));
  return redactor;
}

/** A redactor for values that are secret as they are. */
export function redactorOf(secrets: readonly string[]): Redactor {
  const spellings = [...new Set(secrets)].filter((secret) => secret.length >= shortest).flatMap(encodingsOf);
  const patterns = [...new Set(spellings.flatMap((s) => [s, unescaped(s)]))].filter((s) => s.length >= shortest);
  if (patterns.length === 0) return nothingSecret;
  const secret = new RegExp(
    patterns
      .sort((a, b) => b.length - a.length)
      .map(literal)
      .join("|"),
    "g",
  );
  const wide = new RegExp(patterns.map((s) => literal(asUtf16(s))).join("|"));
  return {
    text(text) {
      const plain = text.replace(secret, mask);
      return hasEscapes.test(plain) && unescaped(plain).search(secret) >= 0 ? maskEscaped(plain, secret) : plain;
    },
    foundIn(bytes) {
      const text = bytes.toString("latin1");
      return text.search(secret) >= 0 || wide.test(text) || (hasEscapes.test(text) && unescaped(text).search(secret) >= 0);
    },
  };
}

/** Every string in a value, redacted: what is kept of an error or an answer. Numbers and the shape stay as they are. */
export function redacted(value: unknown, redactor: Redactor): unknown {
  if (typeof value === "string") return redactor.text(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redactor));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [redactor.text(name), redacted(member, redactor)]));
}

/** The login and its parts, as they were sent. */
function secretsOf({ headers = {}, query = {}, url, urls = {}, masks = [] }: Credentials): string[] {
  const addresses = [url, ...Object.values(urls)].flatMap(urlSecrets);
  return [...Object.values(headers).flatMap(headerSecrets), ...Object.values(query), ...addresses, ...masks];
}

/** `Bearer abc` gives `abc`; `Basic …` gives the name with its password, and the password, too. */
function headerSecrets(value: string): string[] {
  const [scheme = "", ...rest] = value.split(" ");
  const bare = rest.join(" ");
  if (bare === "") return [value];
  if (scheme !== "Basic") return [value, bare];
  const login = Buffer.from(bare, "base64").toString("utf8");
  return [bare, login, login.replace(/^[^:]*:/, "")];
}

/** The address, its path, and the parts long enough to be what cannot be guessed. */
function urlSecrets(url: string | undefined): string[] {
  if (!url || !URL.canParse(url)) return url ? [url] : [];
  const { pathname, search, searchParams } = new URL(url);
  const parts = [...pathname.split("/"), ...searchParams.values()].filter((part) => part.length >= unguessableLength);
  return [url, pathname + search, ...parts, ...parts.map(decoded)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * A secret, and what it becomes in a form, in hex and in either base64. A text that contains the secret has it at one of three places
 * within base64's groups of three bytes, so the characters that depend on the secret alone are looked for at each.
 */
function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const base64 = [0, 1, 2].map((at) => base64Within(bytes, at));
  const hex = bytes.toString("hex");
  return [
    secret,
    secret.replaceAll(" ", "+"),
    secret.replace(/[\x80-\xff]/g, "\ufffd"), // sent as one byte, and read as UTF-8
    bytes.toString("latin1"), // percent-encoded byte by byte
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

function base64Within(bytes: Buffer, at: number): string {
  const whole = Buffer.concat([Buffer.alloc(at), bytes]);
  const first = Math.ceil((at * 8) / 6);
  const end = Math.floor((whole.length * 8) / 6);
  return whole.toString("base64").slice(first, end);
}

const asUtf16 = (text: string): string => Buffer.from(text, "utf16le").toString("latin1");
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/**
 * One escape: of JSON, percent or HTML, also escaped again in its own way. Matches in linear time: a run of backslashes is always taken
 * whole, and the repeated groups give back one repetition at most.
 */
const escape =
  /\\+(?:u([\da-f]{4})|(?=["/])|())|%(?:25)*([\da-f]{2})|&(?:amp;)*(?:#0{0,6}(\d{1,7});|#x0{0,6}([\da-f]{1,6});|(amp|lt|gt|quot|apos);)/gi;
const hasEscapes = /[%\\&]/;
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** How many kinds of escapes may be laid over each other. */
const layers = 4;

function characterOf([, json, other, percent, decimal, hex, name]: readonly (string | undefined)[]): string {
  if (other !== undefined) return "\\";
  if (name !== undefined) return entities[name.toLowerCase()]!;
  const code = json ?? percent ?? hex;
  const point = code === undefined ? Number(decimal ?? NaN) : parseInt(code, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : "";
}

/** The text without its escapes. A run of backslashes becomes one, so equal secrets stay equal however often they were escaped. */
function unescaped(text: string): string {
  let plain = text;
  for (let i = 0; i < layers && hasEscapes.test(plain); i++) {
    const next = plain.replace(escape, (...match: string[]) => characterOf(match));
    if (next === plain) break;
    plain = next;
  }
  return plain;
}

/** Masks what is a secret once its escapes are undone. Slower than the search for it: each place is traced back to where it came from. */
function maskEscaped(text: string, secret: RegExp): string {
  let plain = text;
  let origins = Uint32Array.from({ length: text.length + 1 }, (_, i) => i);
  for (let i = 0; i < layers; i++) ({ plain, origins } = unescapeOnce(plain, origins));
  let masked = "";
  let from = 0;
  for (const { index, 0: match } of plain.matchAll(secret)) {
    masked += text.slice(from, origins[index]) + mask;
    from = origins[index + match.length]!;
  }
  return masked + text.slice(from);
}

/** `origins` holds where each character began in the first text, and at its end where that ended. */
function unescapeOnce(text: string, origins: Uint32Array<ArrayBuffer>): { plain: string; origins: Uint32Array<ArrayBuffer> } {
  const parts: string[] = [];
  const traced = new Uint32Array(text.length + 1);
  let size = 0;
  let from = 0;
  const copy = (to: number) => {
    parts.push(text.slice(from, to));
    traced.set(origins.subarray(from, to), size);
    size += to - from;
  };
  for (const match of text.matchAll(escape)) {
    copy(match.index);
    const char = characterOf(match);
    parts.push(char);
    traced.fill(origins[match.index]!, size, (size += char.length));
    from = match.index + match[0].length;
  }
  copy(text.length);
  traced[size] = origins[text.length]!;
  return { plain: parts.join(""), origins: traced.subarray(0, size + 1) };
}
