import { isTimeFormat, timeProblem, type TimeFormat } from "#catalog/times.ts";
import type { InputField, JsonSchema, JsonType, Operation } from "#catalog/types.ts";

/** How much of an operation is filled in. */
export type Fill = "required" | "all";

const deepest = 6;
const times: Record<TimeFormat, string> = {
  "date-time": "2026-01-31T09:00:00Z",
  date: "2026-01-31",
  "loose-date": "2026-01-31",
  "epoch-ms": "1769900400000",
  "epoch-s": "1769900400",
  "mm-dd-yyyy": "01-31-2026",
};
/** A text for each pattern the vendor uses. */
const patterned: Record<string, string> = {
  "^[A-Za-z_]+/[A-Za-z_]+$": "Europe/London",
  "^([01]?[0-9]|2[0-3]):[0-5][0-9]$": "09:30",
  "^\\d{4}-\\d{2}-\\d{2}$": "2026-01-31",
};

/** An input the operation takes, the same each time: what it needs, or every field it has but those that exclude each other. */
export function inputOf(operation: Operation, fill: Fill): Record<string, unknown> {
  const wanted = operation.input.filter((field) => field.in !== "setting" && !excluded(operation, field));
  const ruled = new Set(firstOfRules(operation));
  const filled = wanted.filter((field) => !field.fill && (fill === "all" || field.required || ruled.has(field.name)));
  const input = Object.fromEntries(filled.map((field) => [field.name, valueOf(field.schema, field.name, fill)]));
  for (const rule of operation.rules ?? [])
    if (rule.kind === "window" && input[rule.to] !== undefined) input[rule.to] = later(input[rule.to]);
  return input;
}

/** Of fields that exclude each other the first is kept. */
const excluded = ({ rules = [] }: Operation, { name }: InputField): boolean =>
  rules.some((rule) => (rule.kind === "exactlyOne" || rule.kind === "atMostOne") && rule.fields.indexOf(name) > 0);

const firstOfRules = ({ rules = [] }: Operation): string[] =>
  rules.flatMap((rule) => (rule.kind === "exactlyOne" || rule.kind === "atLeastOne" ? [rule.fields[0]!] : []));

const later = (time: unknown): unknown => (typeof time === "number" ? time + 3_600_000 : String(Number(time) + 3_600_000));

function valueOf(schema: JsonSchema, name: string, fill: Fill, depth = 0): unknown {
  if (schema.enum) return schema.enum.find((choice) => choice !== null);
  const alternative = (schema.anyOf ?? schema.oneOf)?.find((s) => s.type !== "null");
  if (alternative) return valueOf(alternative, name, fill, depth);
  const type = [schema.type ?? (schema.properties ? "object" : "string")].flat().find((t) => t !== "null");
  return type ? made[type](schema, name, fill, depth) : null;
}

const made: Record<JsonType, (schema: JsonSchema, name: string, fill: Fill, depth: number) => unknown> = {
  string: (schema, name) => textOf(schema, name),
  number: ({ minimum, maximum, format }) => (isTimeFormat(format) ? Number(times[format]) : Math.min(minimum ?? 1, maximum ?? Infinity)),
  integer: ({ minimum, maximum }) => Math.min(minimum ?? 1, maximum ?? Infinity),
  boolean: () => true,
  null: () => null,
  array: ({ items, minItems = 1 }, name, fill, depth) =>
    depth > 2 * deepest ? [] : Array.from({ length: minItems || 1 }, (_, i) => valueOf(items ?? {}, `${name} ${i + 1}`, fill, depth + 1)),
  object: ({ properties = {}, required = [], additionalProperties }, within, fill, depth) => {
    const nth = / \d+$/.exec(within)?.[0] ?? ""; // so that no two of a list are equal
    const names = Object.keys(properties).filter((name) => required.includes(name) || (fill === "all" && depth < deepest));
    const known = names.map((name) => [name, valueOf(properties[name]!, `${name}${nth}`, fill, depth + 1)]);
    const other =
      typeof additionalProperties === "object" && fill === "all" ? [["more", valueOf(additionalProperties, "more", fill, depth + 1)]] : [];
    return Object.fromEntries([...known, ...other]) as Record<string, unknown>;
  },
};

function textOf({ format, pattern, minLength = 0, maxLength = Infinity }: JsonSchema, name: string): unknown {
  if (isTimeFormat(format)) return timeProblem(format, times[format]) === null ? times[format] : name;
  if (format === "email") return `${name.replace(/\W+/g, "-")}@example.com`;
  if (format === "phone") return "+441632960961";
  if (format === "binary") return { filename: "leaf.txt", contentType: "text/plain", base64: "bGVhZg==" };
  if (pattern) return patterned[pattern] ?? pattern;
  return (name || "text").padEnd(minLength, "x").slice(0, maxLength);
}
