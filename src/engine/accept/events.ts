import { cutText } from "#kernel/characters.ts";
import { digest } from "#kernel/digest.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { momentMs } from "#catalog/moments.ts";
import { isBlankText, textOf } from "#catalog/text.ts";
import type { WebhookTrigger } from "#catalog/types.ts";

/** Pure: what is read off an event as it arrives. */

const longestKey = 200;

/**
 * The key that tells an event from its repeats: the app's own choice of fields, else the sender's delivery id,
 * else the hash of what was sent (so a sender's retry of the same bytes is a repeat).
 */
export function eventKey(trigger: WebhookTrigger | null, payload: unknown, text: string, deliveryId?: string): string {
  const natural = naturalKey(trigger, payload, deliveryId);
  return natural === undefined ? `#${digest(text)}` : boundedKey(natural);
}

/** A key as it is stored. A long one is stored as its hash: if cut, it would equal others with the same beginning. */
export const boundedKey = (key: string): string => (key.length <= longestKey ? key : `#${digest(key)}`);

/** The key that the sender itself gives; undefined where only the content tells one event from another. */
export function naturalKey(trigger: WebhookTrigger | null, payload: unknown, deliveryId?: string): string | undefined {
  const parts: string[] = [];
  for (const path of trigger?.key ?? []) {
    const value = getPath(payload, path);
    if (!isBlankText(textOf(value))) parts.push(textOf(value));
  }
  return parts.length > 0 && parts.length === trigger?.key.length ? parts.join("|") : deliveryId;
}

/** A record's id as it is kept: text, and short. Null where there is none: such an event goes its own way. */
export function recordId(value: unknown): string | null {
  const text = textOf(value);
  return isBlankText(text) ? null : boundedKey(text);
}

/** When it happened, as the sender says: ISO text, seconds or milliseconds. */
export const happenedAt = (path: string | undefined, payload: unknown): number | null =>
  path === undefined ? null : momentMs(getPath(payload, path));

const usualPersonPaths = [
  "email",
  "contact.email",
  "phone",
  "contact.phone",
  "name",
  "contact.name",
  "email_address",
  "customer.email",
  "data.email",
];

/** By whom a person will look for the run: the first e-mail, phone or name found. E-mails in small letters. */
export function personOf(paths: readonly string[] | undefined, payload: unknown): string | null {
  for (const path of paths ?? usualPersonPaths) {
    const value = getPath(payload, path);
    if (typeof value !== "string" || value.trim() === "") continue;
    const text = cutText(value.trim(), 200);
    return text.includes("@") ? text.toLowerCase() : text;
  }
  return null;
}

/** Puts what the app spells in several ways under one name, beside the body as received. The same object when nothing was added. */
export function withAliases(aliases: WebhookTrigger["aliases"], payload: unknown): unknown {
  if (!aliases || !isObject(payload)) return payload;
  let shaped: Record<string, unknown> | null = null;
  for (const [name, spellings] of Object.entries(aliases)) {
    if (payload[name] !== undefined) continue;
    const value = spellings.map((path) => getPath(payload, path)).find((v) => v !== undefined && v !== null);
    if (value !== undefined) (shaped ??= { ...payload })[name] = value;
  }
  return shaped ?? payload;
}
