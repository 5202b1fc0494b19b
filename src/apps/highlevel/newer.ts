import { isObject, type Json } from "#kernel/json.ts";
import type { InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { deriveNewer, deriveOperation } from "./derive.ts";
import { factsIndex, newerId } from "./facts.ts";
import { schemaAt } from "./schemas.ts";

/** Judged operations the newer API has no faithful counterpart of, and why. Recipes make calls of their own, with the dated version. */
export const notCarried: Readonly<Record<string, string>> = {
  "contacts.list": "The newer API has no list of contacts; Search Contacts reads them all.",
  "users.list_by_location": "The newer API has no list of a sub-account's users.",
  "sub_accounts.list": "The newer API reads its list of installed sub-accounts by page tokens; nothing needs both.",
  "blogs.update_post": "The newer API wants a count of words with every change, which the operation does not ask for.",
};

/** Members of a value that the newer API calls otherwise, by the wire name of the field. */
const memberNames: Readonly<Record<string, Record<string, string>>> = {
  customFields: { field_value: "fieldValue" },
  dndSettings: { Call: "call", Email: "email", SMS: "sms", WhatsApp: "whatsApp", GMB: "gmb", FB: "fb" },
};

/**
 * A judged operation as the newer API has it: the inputs keep their names and meaning, and go by the newer names on the wire. What only
 * the newer one takes comes after. Undefined where that cannot be had without a change of meaning (`notCarried`).
 */
export function newerOperation(judged: Operation): Operation | undefined {
  if (!judged.newer) return undefined;
  const key = keyOf(judged);
  const [older, newer] = [deriveOperation(key), deriveNewer(newerId(key))];
  if (!older || !newer) return undefined;
  const { version, body, path, method, scopes, scopesLikely, access, oauthOnly, deprecated } = newer;
  const output = newer.output && outputOf(judged, older, newer);
  const { newer: _, version: __, body: ___, deprecated: ____, scopesLikely: _____, oauthOnly: ______, ...same } = judged;
  return {
    ...same,
    id: judged.newer,
    title: `${judged.title} (v3)`,
    method,
    path,
    ...(version ? { version } : {}),
    ...(body ? { body } : {}),
    ...(deprecated ? { deprecated } : {}),
    scopes,
    ...(scopesLikely ? { scopesLikely } : {}),
    access,
    ...(oauthOnly ? { oauthOnly } : {}),
    input: carryFields(judged, older, newer),
    ...(output ? { output } : {}),
    ...spelled(judged, output),
  };
}

function keyOf({ id, method, path }: Operation): string {
  const line = factsIndex().find((l) => l.method === method && l.path === path);
  if (!line) throw new Error(`${id}: no endpoint is at ${method} ${path}`);
  return line.key;
}

/** The judged fields under the newer names; then those that are new. A field that is gone stops here. */
function carryFields(judged: Operation, older: Operation, newer: Operation): InputField[] {
  const targets = new Set<InputField>();
  const carried = judged.input.map((field) => {
    const target = newer.input.find((f) => f.in === field.in && [wireOf(field), camelCase(wireOf(field))].includes(wireOf(f)));
    if (!target) throw new Error(`${judged.id}: the newer API has no '${field.name}'`);
    targets.add(target);
    return carry(
      field,
      older.input.find((f) => f.in === field.in && wireOf(f) === wireOf(field))!,
      target,
    );
  });
  return [...carried, ...newer.input.filter((field) => !targets.has(field))];
}

/** Judgement stays; of the facts the newer ones count, but for names within a value, which are changed on the wire. */
function carry(field: InputField, older: InputField, newer: InputField): InputField {
  const changed = JSON.stringify(older.schema) !== JSON.stringify(newer.schema);
  const members = changed ? memberNames[wireOf(field)] : undefined;
  const { wire: _, join: judgedJoin, ...same } = field;
  const join = judgedJoin === older.join ? newer.join : judgedJoin;
  return {
    ...same,
    ...(wireOf(newer) === field.name ? {} : { wire: wireOf(newer) }),
    ...(join ? { join } : {}),
    ...(members ? { members } : {}),
    schema: members || JSON.stringify(field.schema) !== JSON.stringify(older.schema) ? field.schema : newer.schema,
  };
}

/** The described record, unless judgement has put its own in the place of a description that has not changed. */
function outputOf(judged: Operation, older: Operation, newer: Operation): JsonSchema | undefined {
  const described = (operation: Operation) => schemaAt(operation.output, judged.result);
  const mended = JSON.stringify(judged.output) !== JSON.stringify(described(older));
  return mended ? judged.output : described(newer);
}

/** What the older API misspells, the newer one says beside it or in its place. */
function spelled({ example, show }: Operation, output: JsonSchema | undefined): Pick<Operation, "example" | "show"> {
  const spell = (name: string): string => (name === "succeded" && !output?.properties?.[name] ? "succeeded" : name);
  const record = example?.output;
  const shown = isObject(record) ? Object.fromEntries(Object.entries(record).map(([name, value]) => [spell(name), value])) : record;
  return { ...(example ? { example: { ...example, output: shown as Json } } : {}), ...(show ? { show: show.map(spell) } : {}) };
}

const wireOf = ({ name, wire }: InputField): string => wire ?? name;
const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
