import { parseJson } from "#kernel/exact-json.ts";
import type { Json } from "#kernel/json.ts";
import { type Clock, systemClock } from "#kernel/clock.ts";
import { compileOperation } from "./compile.ts";
import { fold, textOf } from "./text.ts";
import { fitTime, isTimeFormat } from "./times.ts";
import type { InputField, JsonSchema, JsonType, Operation } from "./types.ts";

/**
 * Values as the operation's types want them, where nothing is lost by it: "9" for a number, "yes" for a checkbox,
 * "vip, dentist" for tags, a time for a date field. An empty text counts as not given: it is what a mapping gives that found
 * nothing, and must blank nothing. Who means to blank a field gives null, where the other side takes it.
 * Gives `input` itself back when it fits already.
 */
export function fitInput(operation: Operation, input: Record<string, unknown>, clock: Clock = systemClock): Record<string, unknown> {
  const { fields } = compileOperation(operation);
  let fitted: Record<string, unknown> | undefined;
  for (const name in input) {
    const slot = fields.get(name);
    if (!slot) continue;
    const value = input[name];
    const fit = fitValue(slot.field, value, clock);
    if (fit !== value) (fitted ??= { ...input })[name] = fit;
  }
  return fitted ?? input;
}

function fitValue(field: InputField, value: unknown, clock: Clock): unknown {
  const { schema } = field;
  if (value === undefined || schema.type === undefined) return value;
  if (typeof value === "string" && value.trim() === "") return undefined;
  if (value === null) return allows(schema, "null") ? null : undefined;
  if (isTimeFormat(schema.format)) return fitTime(schema.format, schema.type, value, clock.now());
  if (typeof value === "string" && schema.enum?.some((choice) => typeof choice === "string")) return chosen(schema.enum, value);
  if (allows(schema, typeof value as JsonType)) return schema.format === "date-time" && typeof value === "string" ? dateTime(value) : value;
  const type = typeof schema.type === "string" ? schema.type : schema.type.find((t) => t !== "null");
  return type ? (fits[type]?.(value, field) ?? undefined) : value;
}

/** A choice as it is spelt: `Won` is `won`, where no other choice differs by its case alone. */
function chosen(choices: readonly Json[], value: string): unknown {
  if (choices.includes(value)) return value;
  const meant = choices.filter((choice) => typeof choice === "string" && fold(choice) === fold(value));
  return meant.length === 1 ? meant[0] : value;
}

const allows = ({ type }: JsonSchema, wanted: JsonType): boolean =>
  typeof type === "string" ? type === wanted : (type?.includes(wanted) ?? true);

const fits: Partial<Record<JsonType, (value: unknown, field: InputField) => unknown>> = {
  string: (value, { schema }) => {
    if (schema.format === "date-time" && typeof value === "number") return instant(value);
    return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  },
  number: toNumber,
  integer: toNumber,
  boolean: toBoolean,
  array: toList,
  object: parsed,
};

function toNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  return Number.isFinite(Number(text)) ? Number(text) : value;
}

function toBoolean(value: unknown): unknown {
  const text = textOf(value).trim().toLowerCase();
  if (["true", "yes", "1", "on"].includes(text)) return true;
  return ["false", "no", "0", "off"].includes(text) ? false : value;
}

/** Text becomes a list at its commas where the list is of texts, and is read as JSON elsewhere. */
function toList(value: unknown, { schema }: InputField): unknown {
  if (Array.isArray(value)) return schema.items?.type === "string" && value.some((v) => typeof v === "number") ? value.map(String) : value;
  if (typeof value === "number" || typeof value === "boolean") return schema.items?.type === "string" ? [String(value)] : [value];
  if (typeof value !== "string") return value;
  if (/^\s*\[/.test(value)) return parsed(value);
  if (schema.items?.type !== "string") return value;
  const parts = splitList(value);
  return parts.length > 0 ? parts : undefined; // "," is what two empty values joined give: not a wish for an empty list
}

/** `a, b, , c` as its parts, trimmed, without empty ones. */
export const splitList = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return parseJson(value);
  } catch {
    return value; // checking will say what it should have been
  }
}

/** Epoch milliseconds as a time; a number no date has stays, for the check to tell. */
const instant = (ms: number): unknown => (Math.abs(ms) <= 8.64e15 ? dateTime(new Date(ms).toISOString()) : ms);

/** A time as HighLevel takes it: with an offset and without milliseconds. */
function dateTime(text: string): string {
  const trimmed = text.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return `${trimmed}T00:00:00Z`;
  return trimmed.replace(/(T\d{2}:\d{2}:\d{2})\.\d+/, "$1");
}
