/** How the app logs in, made of a request that carried a login; the secret itself is left out. */
import type { AuthScheme } from "#catalog/logins/kinds.ts";
import type { Note, Pair, SentRequest } from "./sent-request.ts";
import { addSecret, isSecretName } from "./values.ts";

/** What logs a request in, and what is left of it without. */
export interface Login {
  scheme: AuthScheme | null;
  /** Why it was taken. */
  why: string;
  headers: Pair[];
  query: Pair[];
}

const ofBrowsers =
  /^(:.*|accept|accept-encoding|accept-language|user-agent|content-type|content-length|host|origin|referer|cookie|connection|cache-control|pragma|dnt|te|trailer|transfer-encoding|upgrade.*|priority|sec-.*|if-.*|range|via|x-requested-with|keep-alive|expect|date|proxy-.*|x-forwarded-.*|traceparent|tracestate|baggage|sentry-trace|x-(request|trace|correlation)-?id|newrelic|purpose|save-data|x-http-method(-override)?|x-method(-override)?)$/i;

/** Headers that only say which program sent the request; an `accept` of the app's own is not among them. */
const isOfBrowser = ([name, value]: Pair): boolean =>
  ofBrowsers.test(name) && !(name.toLowerCase() === "accept" && /application\/vnd/i.test(value));

/** Separates the login of a request. `secrets` gets the values that must not be shown. */
export function loginOf(request: SentRequest, query: readonly Pair[], secrets: string[], note: (note: Note) => void): Login {
  const sent = request.headers.filter((header) => !isOfBrowser(header));
  const [inHeaders, headers] = parted(sent, ([name, value]) => isSecretName(name) || /(^|[-_])key$/i.test(name) || isRandom(value));
  const [inQuery, others] = parted(query, ([name]) => isKeyName(name));
  for (const [, value] of [...inHeaders, ...inQuery]) addSecret(secrets, value, " ");
  for (const [, value] of request.headers.filter(([name]) => /^cookie$/i.test(name)))
    for (const part of value.split(/;\s*/)) secrets.push(part.slice(part.indexOf("=") + 1));
  const found = schemes(inHeaders, inQuery, request.basic === true);
  const [first] = found;
  if (found.length > 1)
    note({
      at: request.at,
      says: `A login sends one secret; besides '${first!.sent}', this request sends ${found
        .slice(1)
        .map(({ sent: name }) => `'${name}'`)
        .join(", ")}, which was left out`,
    });
  if (request.headers.some(([name]) => /^cookie$/i.test(name)) && !first)
    note({
      at: request.at,
      says: "It is logged in by a cookie, which ends with the browser's session. Look in the app for an API key or token",
    });
  return { scheme: first?.scheme ?? null, why: first?.why ?? "", headers, query: others };
}

function parted<T>(all: readonly T[], fits: (one: T) => boolean): [T[], T[]] {
  return [all.filter(fits), all.filter((one) => !fits(one))];
}

/** A long value without words in it is a key, whatever its name. */
const isRandom = (value: string): boolean =>
  value.length >= 24 && /^[\w+/=.-]+$/.test(value) && /\d/.test(value) && /[A-Za-z]{2}/.test(value) && !/^[\w.+-]+\/[\w.+-]+$/.test(value);
const isKeyName = (name: string): boolean => isSecretName(name) || /^(key|appid|app_id|hapikey|apitoken|subscription-key)$/i.test(name);

interface Found {
  scheme: AuthScheme;
  /** What carries it, by its name. */
  sent: string;
  why: string;
}

function schemes(headers: readonly Pair[], query: readonly Pair[], basic: boolean): Found[] {
  const ordered = [...headers].sort(([a], [b]) => Number(/^authorization$/i.test(b)) - Number(/^authorization$/i.test(a)));
  const typed: Found[] = basic
    ? [{ scheme: basicScheme, sent: "user name and password", why: "The request sends a user name and a password" }]
    : [];
  return [...typed, ...ordered.map(schemeOfHeader), ...query.map(schemeOfParameter)];
}

const basicScheme: AuthScheme = { kind: "basic", title: "User name and password" };

function schemeOfHeader([name, value]: Pair): Found {
  const [, word, rest] = /^([A-Za-z][\w-]*)[ =]+(\S[\s\S]*)$/.exec(value) ?? [];
  const why = `The request sends the header '${name}'`;
  if (word !== undefined && /^basic$/i.test(word))
    return { scheme: basicScheme, sent: name, why: `${why} with a user name and a password` };
  const isBearer = /^bearer$/i.test(word ?? "");
  if (
    word !== undefined &&
    rest !== undefined &&
    (isBearer || /^(token|apikey|api-key|key|oauth|zoho-oauthtoken|klaviyo-api-key|bot|jwt)$/i.test(word))
  )
    return {
      scheme: { kind: "token", title: isBearer ? "Token" : "API key", header: name, prefix: value.slice(0, value.length - rest.length) },
      sent: name,
      why: `${why} with the word '${word}'`,
    };
  return { scheme: { kind: "header", title: "API key", header: name }, sent: name, why };
}

const schemeOfParameter = ([name]: Pair): Found => ({
  scheme: { kind: "query", title: "API key", param: name.replace(/[^\w-]+/g, "_") },
  sent: name,
  why: `The request sends the parameter '${name}' in its address`,
});

/** Whether two drafts log in in the same way. */
export const isSameLogin = (one: AuthScheme, other: AuthScheme): boolean =>
  JSON.stringify(withoutCase(one)) === JSON.stringify(withoutCase(other));
const withoutCase = (scheme: AuthScheme): object => ({ ...scheme, ...("header" in scheme && { header: scheme.header?.toLowerCase() }) });
