import { canonicalJson, isObject } from "./json.ts";
import { hex, sha256 } from "./sha256.ts";

/** Stands for what a sample holds: the same for equal events, whatever the order of their keys and whenever a list was read for them. */
export const sampleKey = (payload: unknown): string =>
  hex(sha256(new TextEncoder().encode(canonicalJson(withoutReadingTime(payload ?? {}))))).slice(0, 32);

/** A record that is read anew as a sample says when it was read, and is the same sample. */
function withoutReadingTime(payload: unknown): unknown {
  if (!isObject(payload) || !isObject(payload["_change"])) return payload;
  const { readAt: _, at: __, ...change } = payload["_change"];
  return { ...payload, _change: change };
}
