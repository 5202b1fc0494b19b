import { cutText } from "#kernel/characters.ts";
import { isObject } from "#kernel/json.ts";
import { nearest } from "./nearest.ts";
import { textOf } from "./text.ts";
import { isTimeFormat, timeProblem } from "./times.ts";
import type { JsonSchema, JsonType } from "./types.ts";

/** Says what is wrong with a value in words that finish "email: …", or null when nothing is. */
export type Check = (value: unknown) => string | null;

const fine: Check = () => null;
const words: Record<JsonType, string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "nothing",
};

/** A schema as a function, so that checking a good value costs no more than looking at it. */
export function compileCheck(schema: JsonSchema): Check {
  const checks = [
    formatCheck(schema),
    typeCheck(schema),
    enumCheck(schema),
    boundsCheck(schema),
    itemsCheck(schema),
    membersCheck(schema),
    anyOfCheck(schema),
  ].filter((c) => c !== fine);
  if (checks.length < 2) return checks[0] ?? fine;
  return (value) => {
    for (const check of checks) {
      const problem = check(value);
      if (problem !== null) return problem;
    }
    return null;
  };
}

function typeCheck({ type }: JsonSchema): Check {
  if (type === undefined) return fine;
  if (typeof type === "string") {
    const is = isType[type];
    return (value) => (is(value) ? null : `must be ${words[type]}, but is ${describe(value)}`);
  }
  return (value) =>
    type.some((t) => isType[t](value)) ? null : `must be ${type.map((t) => words[t]).join(" or ")}, but is ${describe(value)}`;
}

const isType: Record<JsonType, (value: unknown) => boolean> = {
  string: (v) => typeof v === "string",
  number: (v) => typeof v === "number" && Number.isFinite(v),
  integer: Number.isInteger,
  boolean: (v) => typeof v === "boolean",
  object: isObject,
  array: Array.isArray,
  null: (v) => v === null,
};

function describe(value: unknown): string {
  if (value === null) return "empty (null)";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = textOf(value);
  return typeof value === "string" ? `the text '${text.length > 40 ? `${cutText(text, 40)}…` : text}'` : text;
}

function enumCheck(schema: JsonSchema): Check {
  const allowed = schema.enum;
  if (!allowed) return fine;
  const set = new Set<unknown>(allowed);
  const choices = allowed.filter((v) => v !== null).map(textOf);
  const few = choices.length > mostChoices ? `${choices.slice(0, mostChoices).join(", ")}, …` : choices.join(", ");
  return (value) => (set.has(value) ? null : `must be one of ${few}, but is ${describe(value)}${meant(value, choices)}`);
}

/** The choices a sentence can carry; of more, the nearest is told as well. */
const mostChoices = 20;

function meant(value: unknown, choices: readonly string[]): string {
  const guess = typeof value === "string" && choices.length > mostChoices ? nearest(value, choices) : undefined;
  return guess === undefined ? "" : `; did you mean '${guess}'`;
}

function formatCheck({ format }: JsonSchema): Check {
  return isTimeFormat(format) ? (value) => timeProblem(format, value) : fine;
}

function boundsCheck({ minimum, maximum, minLength, maxLength, minItems, maxItems }: JsonSchema): Check {
  const size = bound(minLength ?? minItems, maxLength ?? maxItems);
  const range = bound(minimum, maximum);
  if (!size && !range) return fine;
  return (value) => {
    if (typeof value === "number") return range?.(value) ?? null;
    if (typeof value !== "string" && !Array.isArray(value)) return null;
    const problem = size?.(value.length);
    return problem ? `${problem} ${typeof value === "string" ? "characters long" : "items long"}` : null;
  };
}

function bound(least: number | undefined, most: number | undefined): ((n: number) => string | null) | undefined {
  if (least === undefined && most === undefined) return undefined;
  return (n) => (n < (least ?? -Infinity) ? `must be at least ${least}` : n > (most ?? Infinity) ? `must be at most ${most}` : null);
}

function itemsCheck({ items }: JsonSchema): Check {
  const check = items && compileCheck(items);
  if (!check || check === fine) return fine;
  return (value) => {
    if (!Array.isArray(value)) return null;
    for (let i = 0; i < value.length; i++) {
      const problem = check(value[i]);
      if (problem !== null) return `item ${i + 1} ${problem}`;
    }
    return null;
  };
}

/** Members that are described are checked; others pass, for descriptions are often short of some. */
function membersCheck({ properties, required = [] }: JsonSchema): Check {
  const members = Object.entries(properties ?? {})
    .map(([name, schema]) => [name, compileCheck(schema)] as const)
    .filter(([, c]) => c !== fine);
  if (members.length === 0 && required.length === 0) return fine;
  return (value) => {
    if (!isObject(value)) return null;
    for (const name of required) if (value[name] === undefined) return `'${name}' is missing in it`;
    for (const [name, check] of members) {
      const problem = value[name] === undefined ? null : check(value[name]);
      if (problem !== null) return `'${name}' in it ${problem}`;
    }
    return null;
  };
}

function anyOfCheck({ anyOf, oneOf }: JsonSchema): Check {
  const checks = (anyOf ?? oneOf)?.map(compileCheck);
  if (!checks || checks.includes(fine)) return fine;
  return (value) => (checks.some((check) => check(value) === null) ? null : checks[0]!(value));
}
