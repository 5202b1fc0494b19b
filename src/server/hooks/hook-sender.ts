import { cutText } from "#kernel/characters.ts";
import { boundedKey } from "#engine/accept/events.ts";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { RequestPart } from "#catalog/webhook-rules.ts";
import { isObject } from "#kernel/json.ts";
import { mayBeSecret } from "#kernel/secret-names.ts";
import type { AcceptOptions } from "#engine/api.ts";
import type { HookBody } from "./hook-body.ts";

/** What the sender of a hook says beside the body: an id of the delivery, headers of its own, and the query of the address. */

/** Headers by which senders name a delivery; one that is sent again has the same. */
const deliveryHeaders = [
  "webhook-id", // Standard Webhooks
  "svix-id",
  "x-github-delivery",
  "x-gitea-delivery",
  "x-gitlab-event-uuid",
  "x-shopify-webhook-id",
  "x-wc-webhook-delivery-id",
  "linear-delivery",
  "x-atlassian-webhook-identifier",
  "paypal-transmission-id",
  "x-amz-sns-message-id",
  "i-twilio-idempotency-token",
] as const;

/** A sender may name its delivery, so that sending it again is a repeat. An Idempotency-Key is promised to stand for one content. */
export function deliveryIdOf(headers: IncomingHttpHeaders): Pick<AcceptOptions, "deliveryId" | "oneContent"> | undefined {
  const key = headers["idempotency-key"];
  if (typeof key === "string" && key !== "") return { deliveryId: boundedKey(key), oneContent: true };
  for (const name of deliveryHeaders) {
    const id = headers[name];
    if (typeof id === "string" && id !== "") return { deliveryId: boundedKey(id) };
  }
  return undefined;
}

/** The event as its body says. */
export const plainEvent = ({ payload, text }: HookBody): { payload: unknown; options: AcceptOptions } => ({
  payload,
  options: text === undefined ? {} : { text },
});

/** What was posted, without what its sender says beside it. */
export const contentOf = ({ payload, text }: HookBody): string => text ?? JSON.stringify(payload);

/** The sender's own headers and query, without what may be secret; `secretPart`: what is known to be. */
export function senderOf(req: Pick<IncomingMessage, "headers" | "url">, secretPart: RequestPart | null = null) {
  const headers = ownHeaders(req.headers);
  const query = queryOf(req.url!);
  if (secretPart?.in === "header" && headers) delete headers[secretPart.name];
  if (secretPart?.in === "query" && query) delete query[secretPart.name];
  const filled = <T extends object>(part: T | undefined): T | undefined => (part && Object.keys(part).length > 0 ? part : undefined);
  return { headers: filled(headers), query: filled(query) };
}

/** The event with the sender's headers and query in it, as `_headers` and `_query`, where it is an object and there are any. */
export function withSender(
  body: HookBody,
  req: IncomingMessage,
  secretPart: RequestPart | null = null,
): { payload: unknown; options: AcceptOptions } {
  const { payload } = body;
  if (!isObject(payload)) return plainEvent(body);
  const { headers, query } = senderOf(req, secretPart);
  if (!headers && !query) return plainEvent(body);
  const sender = { ...(headers && { _headers: headers }), ...(query && { _query: query }) };
  const whole = { ...sender, ...payload }; // a body that has such members of its own keeps them
  // What tells the event from its repeats is what was posted where; a header may be another each time.
  const content = contentOf(body) + (query ? JSON.stringify(query) : "");
  return { payload: whole, options: { content } };
}

/** Of the way here, of the connection, or said in the body's own reading already. */
const usual =
  /^(?:accept(?:-.*)?|access-control-.*|age|baggage|cache-control|cdn-loop|cf-.*|connection|content-.*|date|dnt|expect|fly-.*|forwarded|from|host|if-.*|keep-alive|max-forwards|origin|pragma|priority|range|referer|sec-.*|te|trace(?:parent|state)|trailer|transfer-encoding|true-client-ip|upgrade(?:-.*)?|user-agent|via|x-amzn?-(?:trace-id|cf-id)|x-b3-.*|x-cloud-trace-context|x-datadog-.*|x-envoy-.*|x-forwarded(?:-.*)?|x-original-.*|x-real-ip|x-request-start|x-vercel-.*|x-client-ip|x-cluster-client-ip)$/;
const mostEntries = 50;
const longestValue = 1_000;

/** Headers of the sender's own making, such as `x-github-event`, without what may be secret. */
function ownHeaders(headers: IncomingHttpHeaders): Record<string, string> | undefined {
  let own: Record<string, string> | undefined;
  let count = 0;
  for (const name in headers) {
    if (quick.has(name) || usual.test(name) || mayBeSecret.test(name) || (name.includes("key") && name !== "idempotency-key")) continue;
    if (++count > mostEntries) break;
    (own ??= {})[name] = cutText(String(headers[name]), longestValue);
  }
  return own;
}
/** What nearly every request has. */
const quick = new Set([
  "host",
  "connection",
  "content-type",
  "content-length",
  "user-agent",
  "accept",
  "accept-encoding",
  "transfer-encoding",
  "accept-language",
]);

/** The query of the address; a name that comes several times becomes a list. */
function queryOf(url: string): Record<string, string | string[]> | undefined {
  const at = url.indexOf("?");
  if (at < 0 || at === url.length - 1) return undefined;
  const query = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    if (name === "__proto__" || mayBeSecret.test(name) || ++count > mostEntries) continue;
    const values = query.get(name);
    if (values) values.push(cutText(value, longestValue));
    else query.set(name, [cutText(value, longestValue)]);
  }
  if (query.size === 0) return undefined;
  return Object.fromEntries([...query].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]));
}
