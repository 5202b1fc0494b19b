import type { Credentials } from "./types.ts";

const mask = "[secret]";
/** Shorter strings would blot out ordinary words. */
const shortest = 6;
const unguessableLength = 16;
const cleaners = new WeakMap<Credentials, (text: string) => string>();
const asItIs = (text: string): string => text;

/**
 * A function that cuts the login out of a text. Services echo what they were sent, in answers and in refusals; what they
 * echo would otherwise be kept with the run and shown.
 */
export function cleanerFor(credentials: Credentials | null): (text: string) => string {
  if (!credentials) return asItIs;
  let clean = cleaners.get(credentials);
  if (!clean) {
    const secrets = secretsOf(credentials);
    clean =
      secrets.length === 0 ? asItIs : (text) => secrets.reduce((t, secret) => (t.includes(secret) ? t.replaceAll(secret, mask) : t), text);
    cleaners.set(credentials, clean);
  }
  return clean;
}

/** Every spelling of the login, longest first. */
function secretsOf({ headers = {}, query = {}, url, urls = {} }: Credentials): string[] {
  const values = [
    ...Object.values(headers).flatMap(headerSecrets),
    ...Object.values(query),
    ...[url, ...Object.values(urls)].flatMap(urlSecrets),
  ];
  const spellings = values.flatMap((v) => [v, encodeURIComponent(v), v.replaceAll("/", "\\/")]);
  return [...new Set(spellings)].filter((s) => s.length >= shortest).sort((a, b) => b.length - a.length);
}

/** `Bearer abc` gives `abc`; `Basic …` gives the password too. */
function headerSecrets(value: string): string[] {
  const [scheme = "", ...rest] = value.split(" ");
  const bare = rest.join(" ");
  if (bare === "") return [value];
  if (scheme !== "Basic") return [value, bare];
  const password = Buffer.from(bare, "base64")
    .toString("utf8")
    .replace(/^[^:]*:/, "");
  return [bare, password];
}

/** The address, its path, and the parts long enough to be what cannot be guessed. */
function urlSecrets(url: string | undefined): string[] {
  if (!url || !URL.canParse(url)) return url ? [url] : [];
  const { pathname, search } = new URL(url);
  return [url, pathname + search, ...pathname.split("/").filter((part) => part.length >= unguessableLength)];
}
