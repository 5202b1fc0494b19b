import type { IncomingMessage } from "node:http";
import { isObject } from "#kernel/json.ts";

/** What a sender that makes sure of an address wants to read: no event comes of it. */
export interface Challenge {
  text: string;
  type: string;
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
