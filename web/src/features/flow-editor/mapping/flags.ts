import type { JsonSchema } from "#catalog/types.ts";
import { readChain, readPath, templateParts } from "#engine/mapping/words/parts.ts";
import type { Json } from "#kernel/json.ts";
import { typeOfSchema } from "../data/schema-fields.ts";
import { findField } from "../data/sources.ts";
import type { Source, ValueType } from "../data/types.ts";
import type { Outcome } from "../evaluate/outcome.ts";

/** Pure: what is doubtful about what a field would get. */

export interface Flag {
  kind: "problem" | "warning";
  text: string;
}

/**
 * What a step writes into a field, judged by what comes out of it with the chosen sample. `waits`: it reads an earlier step that has no result
 * in the sample.
 */
export function flagsOf(
  outcome: Outcome | undefined,
  schema: JsonSchema | undefined,
  isTemplate: boolean,
  isRequired: boolean,
  waits = false,
): Flag[] {
  if (outcome === undefined) return [];
  if (outcome.kind === "problem") return [{ kind: "problem", text: sentence(outcome.problem) }];
  if (outcome.kind === "missing" || outcome.empty) return isTemplate && !waits ? [emptyFlag(isRequired)] : [];
  const mismatch = schema === undefined ? null : mismatchOf(outcome, schema);
  return mismatch === null ? [] : [{ kind: "warning", text: mismatch }];
}

const emptyFlag = (isRequired: boolean): Flag => ({
  kind: "warning",
  text: isRequired
    ? "Empty with this sample: the step would fail, because this field is required."
    : "Empty with this sample: the field would be left as it is.",
});

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!…]$/.test(text) ? "" : "."}`;

const typeNames: Readonly<Record<ValueType, string>> = {
  text: "a text",
  number: "a number",
  "yes-no": "yes or no",
  date: "a date",
  list: "a list",
  object: "an object",
  any: "a value",
};

/** Whether what comes out cannot be what the field takes. What the server turns into it by itself (`"9"` into 9) is no mismatch. */
export function mismatchOf({ type, text }: Outcome & { kind: "value" }, schema: JsonSchema): string | null {
  const wanted = typeOfSchema(schema);
  if (schema.enum !== undefined && (type === "text" || type === "number") && !text.endsWith("…"))
    return isChoice(text, schema.enum) ? null : `'${text}' is none of the choices: ${schema.enum.slice(0, 8).map(String).join(", ")}.`;
  if (fits(wanted, type, text)) return null;
  return `This gives ${typeNames[type]}, and the field takes ${typeNames[wanted]}.`;
}

const isChoice = (text: string, choices: readonly Json[]): boolean =>
  choices.some((choice) => String(choice).toLowerCase() === text.trim().toLowerCase());

const numeric = /^\s*[-+]?[\d.,' ]*\d[\d.,' ]*\s*$/;
const yesOrNo = /^\s*(?:yes|no|true|false|on|off|y|n|1|0)\s*$/i;
const dateLike = /^\s*(?:now|today|\d{4}-\d{2}|\d{8,16}$|\w{3}, \d)/i;

function fits(wanted: ValueType, type: ValueType, text: string): boolean {
  if (wanted === "any" || wanted === type) return true;
  if (wanted === "number") return type === "text" && numeric.test(text);
  if (wanted === "yes-no") return (type === "text" || type === "number") && yesOrNo.test(text);
  if (wanted === "date") return type === "number" || (type === "text" && dateLike.test(text));
  if (wanted === "text") return type !== "object" && type !== "list";
  if (wanted === "list") return type !== "object";
  return false;
}

// ---------------------------------------------------------------- fields that are nowhere

/** The paths a template reads, each once, as far as they are plain. */
export function pathsIn(template: string): string[] {
  const paths = templateParts(template).flatMap((part) => {
    const chain = part.kind === "value" ? readChain(part.expression) : null;
    return chain !== null && readPath(chain.value) !== null ? [chain.value] : [];
  });
  return [...new Set(paths)];
}

/** Of what a template reads: what neither the catalog nor a sample knows. */
export function unknownPaths(template: string, sources: readonly Source[]): string[] {
  return pathsIn(template).filter((path) => findField(sources, path) === undefined && !isWhole(path, sources) && !isOpen(path, sources));
}

/** The whole event, or the whole result of a step. */
const isWhole = (path: string, sources: readonly Source[]): boolean => sources.some(({ name }) => name === path);

/** A member of something of which nobody knows the members. */
function isOpen(path: string, sources: readonly Source[]): boolean {
  const keys = readPath(path)!;
  const source = sources.find(({ name }) => name === keys[0]);
  if (source === undefined) return keys[0] === "now" || keys[0] === "flow" || keys[0] === "run";
  return source.fields.every((field) => field.path.endsWith("_status")) || String(keys[1] ?? "").startsWith("_");
}
