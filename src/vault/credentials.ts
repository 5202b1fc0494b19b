import { fieldsOf, secretNames } from "#catalog/login.ts";
import type { SentLogin } from "#catalog/logins/kind.ts";
import { loginKinds, type AuthScheme, type LoginKindName } from "#catalog/logins/kinds.ts";
import { isNeeded } from "#catalog/logins/needed.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Credentials, LoginApp, Secret } from "./types.ts";

const noLogin: AuthScheme = { kind: "none" };

/** The scheme of an app by its kind. An app without it can only be called without a login. */
export function schemeOf(app: LoginApp | undefined, kind: LoginKindName): AuthScheme {
  return app?.auth.find((scheme) => scheme.kind === kind) ?? noLogin;
}

/** What a request is given, made from what was sealed. */
export function credentialsOf(scheme: AuthScheme, { settings = {} }: ConnectionFacts, secret: Secret, version: number): Credentials {
  const { send, renewal } = loginKinds[scheme.kind];
  const sent = send(scheme, secret, settings);
  return { ...sent, masks: partsSent(scheme, secret, sent), version, renewable: renewal?.isPossible(secret) ?? false };
}

/** The texts of a secret that are sent within something longer, such as a token behind its prefix. A user name is no secret. */
function partsSent(scheme: AuthScheme, secret: Secret, { headers = {}, query = {} }: SentLogin): string[] {
  const sent = [...Object.values(headers), ...Object.values(query)];
  const readable = new Set(fieldsOf(scheme).flatMap((field) => (field.readable ? [field.name] : [])));
  const values = Object.entries(secret).flatMap(([name, value]) => (value === "" || readable.has(name) ? [] : [value]));
  return values.filter((value) => sent.some((text) => text.includes(value)));
}

/** A secret without the spaces and line breaks of a careless copy, and without the word before a token in a header (`Bearer`). */
export function withoutEnds(scheme: AuthScheme, secret: Secret): Secret {
  const verbatim = new Set(fieldsOf(scheme).flatMap((field) => (field.verbatim ? [field.name] : [])));
  const tidy = (name: string, value: string) =>
    verbatim.has(name) ? value.replace(/[\r\n]+$/, "") : value.trim().replace(/^Bearer\s+(?=\S+$)/i, "");
  return Object.fromEntries(Object.entries(secret).map(([name, value]) => [name, tidy(name, value)]));
}

/** Throws BAD_INPUT naming the first thing a login of this scheme lacks, does not have, or has in a form that cannot be sent. */
export function checkSecret(scheme: AuthScheme, secret: Secret): void {
  const fields = fieldsOf(scheme).filter((field) => field.in === "secret");
  const names = secretNames(scheme);
  for (const name of Object.keys(secret)) {
    if (!names.includes(name)) throw bad(`secret.${name}`, `is not part of this kind of login${offered(names)}`);
  }
  for (const field of fields) {
    if (isNeeded(field, secret) && !secret[field.name]) throw bad(`secret.${field.name}`, "is needed for this kind of login");
  }
  if (loginKinds[scheme.kind].holdsAddresses && Object.keys(secret).length === 0)
    throw bad("secret", `needs at least one of its addresses${offered(names)}`);
  checkCharacters(secret);
  for (const { name, url } of fields) if (url && secret[name] !== undefined) checkUrl(`secret.${name}`, secret[name]);
}

/** Throws BAD_INPUT naming the first text with a character in it that cannot be sent. */
export function checkCharacters(secret: Secret): void {
  for (const [name, value] of Object.entries(secret)) {
    if (/[^\x20-\x7e\x80-\u{10ffff}]/u.test(value))
      throw bad(`secret.${name}`, "has a line break or a control character in it; copy it again");
  }
}

const offered = (names: readonly string[]): string => (names.length === 0 ? ", which has no secret" : `; it takes ${names.join(", ")}`);

/** When the access token in a secret ends, in milliseconds; undefined where that is not known. */
export function expiryOf(secret: Secret): number | undefined {
  const end = Number(secret["expiresAt"]);
  return secret["expiresAt"] === undefined || Number.isNaN(end) ? undefined : end;
}

export function checkUrl(field: string, url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw bad(field, "must be an address such as https://example.com/path");
  const { username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw bad(field, "must not carry a name or password: it can be read by whoever sees the connection. Put them in the login");
}

/** A value that is wrong, by its name and never by itself: it may be a secret. */
export const bad = (field: string, problem: string) => new MillraceError("BAD_INPUT", { details: { field, problem } });
