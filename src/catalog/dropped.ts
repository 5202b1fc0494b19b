import { isObject } from "#kernel/json.ts";
import { isEmptyMark } from "./empty.ts";
import { fold, textOf } from "./text.ts";
import type { App, InputField, JsonSchema, Operation } from "./types.ts";

type Row = Record<string, unknown>;

/**
 * What the other side did not keep of a write that went well, a sentence each: the record in its answer is held against what was sent. What the
 * answer does not carry is not judged.
 */
export function droppedBy(app: App, operation: Operation, input: Row, output: unknown): string[] {
  if (operation.effect === "read" || !isObject(output)) return [];
  const tells = operation.input.some(({ name, schema }) => isAddress(schema) && name in output);
  const sentences: string[] = [];
  for (const field of operation.input) {
    const sent = input[field.name];
    if (sent === undefined || field.in !== "body") continue;
    if (isNothing(sent) || field.control === "customFields" || (tells && isAddress(field.schema)))
      sentences.push(...droppedIn(app, field, sent, output));
  }
  return sentences;
}

function droppedIn(app: App, field: InputField, sent: unknown, output: Row): string[] {
  const kept = output[field.name];
  const label = field.label ?? field.name;
  if (isNothing(sent)) return isNothing(kept) ? [] : [`${app.title} did not empty ${label}: ${nowHolds(kept)}.`];
  if (field.control === "customFields") return customFields(app, sent, output["customFields"]);
  if (plain(field.schema, kept) === plain(field.schema, sent)) return [];
  return [`${app.title} did not keep '${textOf(sent)}' as ${label}: ${nowHolds(kept)}.`];
}

/** What tells people apart, and is left out of a record that has none. */
const isAddress = ({ format }: JsonSchema): boolean => format === "email" || format === "phone";

function customFields(app: App, sent: unknown, kept: unknown): string[] {
  if (!Array.isArray(sent) || !Array.isArray(kept)) return [];
  const rows = kept.filter(isObject);
  return sent.filter(isObject).flatMap((row) => {
    const value = valueOf(row);
    if (isNothing(value)) return [];
    const name = textOf(row["key"] ?? row["id"]);
    const answer = rows.find((one) => one["id"] === row["id"]);
    if (!answer) return [`${app.title} did not keep the custom field '${name}': the record has no value in it.`];
    const lost = Array.isArray(value) ? lostOf(value, valueOf(answer)) : isNothing(valueOf(answer) ?? value) ? [value] : [];
    return lost.length > 0 ? [`${app.title} did not keep ${lost.map(textOf).join(", ")} in the custom field '${name}'.`] : [];
  });
}

const valueOf = (row: Row): unknown => row["value"] ?? row["fieldValue"] ?? row["field_value"];
const lostOf = (sent: readonly unknown[], kept: unknown): unknown[] =>
  Array.isArray(kept) ? sent.filter((one) => !kept.some((other) => fold(textOf(other)) === fold(textOf(one)))) : [];
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  isEmptyMark(value) ||
  (typeof value === "object" && Object.keys(value).length === 0);
const plain = ({ format }: JsonSchema, value: unknown): string =>
  format === "email" ? fold(textOf(value)).trim() : textOf(value).replace(/\D/g, "");
const nowHolds = (kept: unknown): string => (isNothing(kept) ? "the record has none" : `the record has '${textOf(kept)}'`);
