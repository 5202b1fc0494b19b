import { splitList } from "#catalog/lists.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject, type Json } from "#kernel/json.ts";
import type { AnyStep } from "../flow/kinds/kind.ts";
import { stepKinds } from "../flow/kinds/kinds.ts";
import type { FlowDefinition, StepDefinition } from "../types/flows.ts";

/** Another name in place of one that is gone. */
export interface Repair {
  /** The step's id; null: the trigger. */
  step: string | null;
  /** The input's name, say `customFields` or `customFields.Score`; `connection` for the connection. */
  field: string;
  from: string;
  to: string;
}

const formula = (name: string) => `'${name}' would be read as a formula. Rename it in the app, or write it into the flow yourself`;

/** What calls an operation: the trigger, or a step. */
interface Called {
  connection?: unknown;
  input?: unknown;
  [member: string]: unknown;
}

/**
 * Pure: a definition with the name replaced in the step, and wherever else the same field names the same thing in the same connection:
 * one rename is mended once. The same definition where it names it nowhere. Throws CONFLICT where a custom field would be written twice:
 * one of the two values would be lost.
 */
export function repaired(definition: FlowDefinition, repair: Repair): FlowDefinition {
  const { step, field, from, to } = repair;
  // The names come from the other side: whoever can name a tag there must not write formulas here.
  if (/\{[{%]/.test(to)) throw new MillraceError("BAD_INPUT", { details: { field: "to", problem: formula(to) } });
  const start = step === null ? definition.trigger : stepWith(definition.steps, step);
  const connection = start && "connection" in start ? start.connection : undefined;
  const root = field.split(".")[0]!;
  const called = <T extends Called>(one: T): T => {
    if (root === "connection") return one.connection === from ? { ...one, connection: to } : one;
    if (!isObject(one.input) || one.input[root] === undefined || one.connection !== connection) return one;
    const value = one.input[root] as Json;
    const mended = root === "customFields" ? renamedFields(value, from, to) : replaced(value, from, to);
    return mended === value ? one : { ...one, input: { ...one.input, [root]: mended } };
  };
  return {
    ...definition,
    trigger: called(definition.trigger),
    steps: definition.steps.map((each) => stepped(each, called, repair) as StepDefinition),
  };
}

function stepped(step: AnyStep, called: <T extends Called>(one: T) => T, repair: Repair): AnyStep {
  const kind = stepKinds.find(step);
  if (!kind) return step;
  const changed: Record<string, unknown> = {};
  if (step.id === repair.step)
    for (const [member, use] of Object.entries(kind.templates)) {
      const text = step[member];
      if (use === "condition" && typeof text === "string") changed[member] = inCondition(text, repair);
    }
  for (const [member, steps] of stepKinds.listsOf(step)) changed[member] = steps.map((each) => stepped(each, called, repair));
  const mended = Object.keys(changed).length === 0 ? step : { ...step, ...changed };
  return kind.calls ? called(mended) : mended;
}

function stepWith(steps: readonly AnyStep[], id: string): AnyStep | undefined {
  for (const step of steps) {
    if (step.id === id) return step;
    for (const [, inner] of stepKinds.listsOf(step)) {
      const match = stepWith(inner, id);
      if (match) return match;
    }
  }
  return undefined;
}

/** A text that is the name, or a list that has it; deep in a value too. */
function replaced(value: Json, from: string, to: string): Json {
  if (typeof value === "string") {
    const [prefix = ""] = /^\s*customFields\./.exec(value) ?? []; // of a search by a custom field
    if (value.slice(prefix.length).trim() === from) return prefix + to;
    const parts = splitList(value);
    return parts.length > 1 && parts.includes(from) ? parts.map((part) => (part === from ? to : part)).join(", ") : value;
  }
  if (Array.isArray(value))
    return keptIfSame(
      value,
      value.map((one) => replaced(one, from, to)),
    );
  if (!isObject(value)) return value;
  const entries = Object.entries(value as Record<string, Json>).map(([key, one]) => [key, replaced(one, from, to)] as const);
  return entries.every(([key, one]) => one === (value as Record<string, Json>)[key]) ? value : Object.fromEntries(entries);
}

const keptIfSame = (before: Json[], after: Json[]): Json[] => (after.every((one, i) => one === before[i]) ? before : after);

/** `{ "Score": 9 }` or `[{ id: "Score", field_value: 9 }]`: the names alone, in their order. */
function renamedFields(value: Json, from: string, to: string): Json {
  const names = fieldNames(value);
  if (from !== to && names.includes(from) && names.includes(to)) throw writtenTwice(from, to);
  if (Array.isArray(value))
    return keptIfSame(
      value,
      value.map((row) => (isObject(row) ? renamedRow(row as Record<string, Json>, from, to) : row)),
    );
  if (!isObject(value) || !Object.keys(value).some((key) => key.trim() === from)) return value;
  return Object.fromEntries(Object.entries(value as Record<string, Json>).map(([key, one]) => [key.trim() === from ? to : key, one]));
}

const fieldNames = (value: Json): string[] =>
  Array.isArray(value)
    ? value.flatMap((row) => (isObject(row) ? [row["id"], row["key"]].filter((name) => typeof name === "string") : []))
    : isObject(value)
      ? Object.keys(value).map((key) => key.trim())
      : [];

const writtenTwice = (from: string, to: string) =>
  new MillraceError("CONFLICT", {
    details: {
      problem: `'${to}' has a value of its own in the step that names '${from}', and a field takes only one. Nothing was changed: choose another field, or open the flow and take one of the two out`,
    },
  });

function renamedRow(row: Record<string, Json>, from: string, to: string): Json {
  const key = ["id", "key"].find((name) => row[name] === from);
  return key === undefined ? row : { ...row, [key]: to };
}

/** The name as a condition compares with it: between quotes. */
function inCondition(text: string, { from, to }: Repair): string {
  return text.replace(/(["'])(.*?)\1/g, (whole: string, quote: string, inner: string) => {
    if (inner.trim() !== from || (to.includes("'") && to.includes('"'))) return whole; // there is no third kind of quotes
    const mark = to.includes(quote) ? (quote === "'" ? '"' : "'") : quote;
    return `${mark}${to}${mark}`;
  });
}
