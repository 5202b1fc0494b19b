import { canonicalJson, type Json } from "#kernel/json.ts";
import { cutText } from "#kernel/characters.ts";
import { mayBeSecret } from "#kernel/secret-names.ts";
import type { FieldChange } from "#changes/types.ts";

/** Pure: what a change did to the fields of a record, without secrets, and short enough to keep. */

type Fields = Readonly<Record<string, unknown>>;

const longestText = 300;
const longestJson = 600;
const mostFields = 30;

/** The fields whose value differs, in the order of `after`. Of a field that may hold a secret only its name is kept. */
export function changedFields(before: Fields, after: Fields): FieldChange[] {
  return Object.keys(after)
    .filter((field) => canonicalJson(valueOf(before[field])) !== canonicalJson(valueOf(after[field])))
    .slice(0, mostFields)
    .map((field) => changeOf(field, valueOf(before[field]), valueOf(after[field])));
}

const valueOf = (value: unknown): Json => (value === undefined ? null : (value as Json));

function changeOf(field: string, before: Json, after: Json): FieldChange {
  if (mayBeSecret.test(field)) return { field };
  const [was, is] = [shown(before), shown(after)];
  return was === undefined || is === undefined ? { field } : { field, before: was, after: is };
}

/** Undefined for what is too long, or may hold a secret further inside. */
function shown(value: Json): Json | undefined {
  if (typeof value === "string") return cutText(withoutLogin(value), longestText);
  if (value === null || typeof value !== "object") return value;
  const text = JSON.stringify(value);
  return text.length > longestJson || hasSecretName(value) ? undefined : value;
}

const hasSecretName = (value: Json): boolean =>
  value !== null &&
  typeof value === "object" &&
  (Array.isArray(value)
    ? value.some(hasSecretName)
    : Object.entries(value).some(([name, of]) => mayBeSecret.test(name) || hasSecretName(of)));

/** An address may carry a key in its query or a password before its host. */
function withoutLogin(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  return url.username === "" && url.password === "" && url.search === "" ? text : `${url.origin}${url.pathname}`;
}
