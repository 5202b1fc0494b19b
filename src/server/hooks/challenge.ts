import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RequestPart, WebhookChallenge } from "#catalog/webhook-rules.ts";
import { getPath, isObject } from "#kernel/json.ts";

/** What a sender that makes sure of an address wants to read: no event comes of it. */
export interface Challenge {
  text: string;
  type: string;
  headers?: Record<string, string>;
}

const plainText = "text/plain; charset=utf-8";
/** Names under which senders ask by GET: WebSub and Meta, Dropbox and others, Microsoft Graph. */
const queryNames = ["hub.challenge", "challenge", "validationToken"];
const longest = 1_000;

/** The challenge of a request without an event: a HEAD, a GET that names one, and Microsoft Graph's POST. */
export function challengeOf({ method, url = "" }: IncomingMessage): Challenge | undefined {
  if (method === "HEAD") return { text: "", type: plainText };
  const at = url.indexOf("?");
  if (at < 0 || (method !== "GET" && !url.includes("validationToken=", at))) return undefined;
  const query = new URLSearchParams(url.slice(at + 1));
  const names = method === "GET" ? queryNames : method === "POST" ? ["validationToken"] : [];
  const value = names.map((name) => query.get(name)).find((text) => text !== null && text !== "" && text.length <= longest);
  return value === undefined || value === null ? undefined : { text: value, type: plainText };
}

/** The challenge in a body: `url_verification` of Slack, or nothing but a `challenge`. */
export function challengeIn(payload: unknown): Challenge | undefined {
  if (!isObject(payload)) return undefined;
  const { challenge, type } = payload;
  if (typeof challenge !== "string" || challenge.length > longest) return undefined;
  if (type !== "url_verification" && Object.keys(payload).length !== 1) return undefined;
  return { text: JSON.stringify({ challenge }), type: "application/json; charset=utf-8" };
}

/** The challenge of an app that its definition describes. `payload`: of a request that has a body. */
export function describedChallenge(
  rules: readonly WebhookChallenge[],
  req: Pick<IncomingMessage, "headers" | "url">,
  { payload, secret }: { payload?: unknown; secret?: string } = {},
): Challenge | undefined {
  for (const { when, text: at = when, answer } of rules) {
    const marker = partOf(when, req, payload);
    if (marker === undefined || (when.value !== undefined && marker !== when.value)) continue;
    const text = partOf(at, req, payload);
    if (text === undefined || text.length > longest) continue;
    return answerTo(answer, text, secret);
  }
  return undefined;
}

/** Whether such a challenge is answered without a look at the body. */
export const isWithoutBody = ({ when, text = when }: WebhookChallenge): boolean => when.in !== "body" && text.in !== "body";

/** Whether its answer is signed: then the request has to prove itself first, or anybody could have texts signed. */
export const isSignedAnswer = ({ answer }: WebhookChallenge): boolean => answer.as === "json" && answer.signature !== undefined;

function answerTo(answer: WebhookChallenge["answer"], text: string, secret: string | undefined): Challenge | undefined {
  if (answer.as === "text") return { text, type: plainText };
  if (answer.as === "header")
    return /[^\x20-\x7e]/.test(text) ? undefined : { text: "", type: plainText, headers: { [answer.name.toLowerCase()]: text } };
  const { member, signature } = answer;
  if (signature && secret === undefined) return undefined;
  const { algorithm = "sha256", encoding = "hex" } = signature ?? {};
  const signed = signature && { [signature.member]: createHmac(algorithm, secret!).update(text).digest(encoding) };
  return { text: JSON.stringify({ [member]: text, ...signed }), type: "application/json; charset=utf-8" };
}

function partOf({ in: place, name }: RequestPart, { headers, url = "" }: Pick<IncomingMessage, "headers" | "url">, payload: unknown) {
  const value =
    place === "header"
      ? headers[name.toLowerCase()]
      : place === "query"
        ? new URLSearchParams(url.split("?", 2)[1] ?? "").get(name)
        : getPath(payload, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
