import type { AuthScheme, ConnectionFacts } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Credentials, LoginApp, Secret } from "./types.ts";

/** The scheme of an app by its kind. An app without it can only be called without a login. */
export function schemeOf(app: LoginApp | undefined, kind: AuthScheme["kind"]): AuthScheme {
  return app?.auth.find((scheme) => scheme.kind === kind) ?? { kind: "none" };
}

/** What a request is given, made from what was sealed. */
export function credentialsOf(scheme: AuthScheme, { settings = {} }: ConnectionFacts, secret: Secret, version: number): Credentials {
  const as = (login: Partial<Credentials>): Credentials => ({
    ...login,
    version,
    renewable: scheme.kind === "oauth2" && secret.refreshToken !== undefined,
  });
  switch (scheme.kind) {
    case "none":
      return as({});
    case "token":
      return as({ headers: { [scheme.header.toLowerCase()]: `${scheme.prefix}${secret.token ?? ""}` } });
    case "oauth2":
      return as({ headers: { authorization: `Bearer ${secret.accessToken ?? ""}` } });
    case "header":
      return as({ headers: { [(settings["header"] ?? scheme.header).toLowerCase()]: secret.token ?? "" } });
    case "query":
      return as({ query: { [settings["param"] ?? scheme.param]: secret.token ?? "" } });
    case "basic":
      return as({
        headers: { authorization: `Basic ${Buffer.from(`${secret.username ?? ""}:${secret.password ?? ""}`).toString("base64")}` },
      });
    case "url":
      return as({ urls: { ...secret.urls } });
  }
}

/**
 * A secret without the spaces and line breaks of a careless copy, and without the word before a token in a header (`Bearer`). A password keeps its
 * spaces: they may belong to it.
 */
export function withoutEnds(secret: Secret): Secret {
  const plain = { ...secret };
  for (const name of ["token", "accessToken", "refreshToken", "clientId", "clientSecret", "username"] as const) {
    const value = secret[name];
    if (value !== undefined) plain[name] = value.trim().replace(/^Bearer\s+(?=\S+$)/i, "");
  }
  if (secret.password !== undefined) plain.password = secret.password.replace(/[\r\n]+$/, "");
  return plain;
}

/** Throws BAD_INPUT naming the first thing a login of this kind lacks or has in a form that cannot be sent. */
export function checkSecret(kind: AuthScheme["kind"], secret: Secret): void {
  for (const member of needed[kind](secret)) if (!secret[member]) throw bad(`secret.${member}`, "is needed for this kind of login");
  for (const [name, value] of Object.entries(secret)) {
    if (typeof value === "string" && /[^\x20-\x7e\x80-\u{10ffff}]/u.test(value))
      throw bad(`secret.${name}`, "has a line break or a control character in it; copy it again");
  }
  if (kind === "url") for (const [name, url] of Object.entries(secret.urls ?? {})) checkUrl(`secret.urls.${name}`, url);
}

const needed: Record<AuthScheme["kind"], (secret: Secret) => (keyof Secret)[]> = {
  none: () => [],
  token: () => ["token"],
  header: () => ["token"],
  query: () => ["token"],
  basic: () => ["username"],
  url: () => ["urls"],
  oauth2: ({ refreshToken }) => (refreshToken ? ["clientId", "clientSecret"] : ["accessToken"]),
};

export function checkUrl(field: string, url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw bad(field, "must be an address such as https://example.com/path");
  const { username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw bad(field, "must not carry a name or password: it can be read by whoever sees the connection. Put them in the login");
}

/** A value that is wrong, by its name and never by itself: it may be a secret. */
export const bad = (field: string, problem: string) => new MillraceError("BAD_INPUT", { details: { field, problem } });
