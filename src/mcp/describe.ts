/** Pure: an operation as an agent reads it before it calls it. */
import type { CatalogEntry } from "#api/schemas.ts";
import { takesAnyAddress } from "#catalog/any-address.ts";
import type { InputField, JsonSchema } from "#catalog/types.ts";
import { allowedForAgents, listRows } from "#catalog/types.ts";
import { operationTitle } from "#surfaces/operation-words.ts";

/** What may be done with an operation: called at once, called as a write, or only after a person decided. */
export type CallRule = "read" | "write" | "person" | "trigger";

/** The rule of one operation, by its effect, where it goes, and what it could hand over. */
export function ruleFor({ effect, path, handsOver }: Pick<CatalogEntry, "effect" | "path" | "handsOver">): CallRule {
  if (effect === null) return "trigger";
  if (takesAnyAddress({ path }) || handsOver !== undefined) return "person";
  if (effect === "read") return "read";
  return allowedForAgents.has(effect) ? "write" : "person";
}

/** A line of a list of operations. */
export const briefly = (entry: CatalogEntry) => ({
  app: entry.app,
  operation: entry.key,
  title: operationTitle(entry),
  category: entry.category,
  use: useOf(entry),
  effect: entry.effect,
  ...(entry.deprecated && { deprecated: true }),
});

/** Where it can stand in a flow. */
function useOf({ kind, effect }: CatalogEntry): string {
  if (kind === "trigger") return "a trigger that polls, or a look-up step";
  if (kind === "action") return effect === "read" ? "a look-up step" : "a step that writes";
  return "a trigger";
}

const calls: Record<CallRule, string> = {
  read: "call_operation calls it at once; it changes nothing.",
  write: "call_operation calls it with your own rights. Try it with dryRun: true first: it shows what would change.",
  person:
    "call_operation asks a person first, because it deletes, unlinks or sends something, goes to an address that you choose, could hand access or events to others, or because its effect is not known.",
  trigger: "It cannot be called. It starts a flow: put it into `trigger` of a definition.",
};

/** Everything that is known of an operation: its inputs as one JSON Schema, an example, its traps. */
export function described(entry: CatalogEntry) {
  const { app, key, kind, effect, scopes, example, output, note, newer, events, method, path } = entry;
  return {
    ...briefly(entry),
    kind,
    calling: calls[ruleFor(entry)],
    ...(method !== null && { request: `${method} ${path ?? ""}` }),
    scopes,
    input: inputSchemaOf(entry),
    traps: trapsOf(entry),
    ...(note !== undefined && { note }),
    ...(newer !== undefined && { newer }),
    ...(events !== undefined && events.length > 0 && { reportedSoonerBy: events }),
    example,
    inFlow:
      effect === null ? { trigger: { app, operation: key } } : { id: "a_short_name", app, operation: key, connection: "…", input: {} },
    gives: output,
  };
}

/** The inputs of an operation as one JSON Schema. */
export function inputSchemaOf({ inputs, takesMore }: Pick<CatalogEntry, "inputs" | "takesMore">): JsonSchema & { description?: string } {
  const open = inputs.filter(({ fill }) => fill === undefined || "connection" in fill);
  return {
    type: "object",
    properties: Object.fromEntries(open.map((field) => [field.name, fieldSchema(field)])),
    required: open.filter(({ required, fill }) => required === true && fill === undefined).map(({ name }) => name),
    additionalProperties: false,
    ...(takesMore && { description: 'Further members that the app takes and does not describe go into `$more`: { "$more": { … } }.' }),
  };
}

function fieldSchema({ schema, label, help, lookup, fill, words, join }: InputField): JsonSchema & { description?: string } {
  const remarks = [
    help,
    fill !== undefined && "Left out, the connection fills it in.",
    lookup !== undefined && `Takes a name or an id of what ${lookup.operation} lists.`,
    join === "comma" && "A list is joined with commas.",
    words !== undefined &&
      `Choices: ${Object.entries(words)
        .map(([value, word]) => `${value} = ${word}`)
        .join(", ")}.`,
  ].filter((remark) => typeof remark === "string");
  return {
    ...withoutRepeats(schema),
    ...(label !== undefined && { title: label }),
    ...(remarks.length > 0 && { description: remarks.join(" ") }),
  };
}

/** Some vendors list a choice twice, and a strict reader of schemas refuses the whole. */
function withoutRepeats(schema: JsonSchema): JsonSchema {
  const { enum: choices, items, properties } = schema;
  return {
    ...schema,
    ...(choices !== undefined && { enum: [...new Set(choices)] }),
    ...(items !== undefined && { items: withoutRepeats(items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, withoutRepeats(member)])),
    }),
  };
}

/** What an agent gets wrong without being warned. */
function trapsOf({ replaces, empties, pages, effect, deprecated, scopesLikely, output, recipe }: CatalogEntry): string[] {
  const isList = effect === "read" && pages.length > 0;
  return [
    deprecated && "The app is going to remove it: use another where there is one.",
    replaces.length > 0 && `${list(replaces)} replace the whole list that the record has: what you leave out is taken away.`,
    empties.length > 0 && 'A field that is missing, null or empty stays as it is. To empty one on purpose, give { "$empty": true }.',
    isList && `It is read to its end, ${listRows.usual} rows at most unless \`rows\` says more; leave ${list(pages)} out.`,
    scopesLikely === true && "The app does not say which scopes it needs; those named are likely.",
    recipe && "It takes two calls or a decision behind one name.",
    effect === "other" && "Its effect is not known: it is treated like something that is sent.",
    effect !== null && output === undefined && "What it gives is not described: call it, or dry run it, to see.",
  ].filter((trap) => typeof trap === "string");
}

const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
