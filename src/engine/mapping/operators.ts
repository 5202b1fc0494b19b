import { Tokenizer, toValue } from "liquidjs";
import { compareTimes, isSameTime } from "./compare-times.ts";
import type { OperatorName } from "./operator-names.ts";

/**
 * How conditions compare. The same functions serve the compiled expressions and Liquid's tags.
 *
 * Forms and web hooks deliver numbers as text (`"6"`), and so `trigger.score <= 6` has to mean what it says: where both sides
 * look like numbers they are compared as numbers. Only equality of two texts stays literal: `"007"` is not `"7"`, since postcodes,
 * ids and phone numbers are text that looks like a number. Times are compared as moments, in the flow's `zone` where they name none
 * (see `compareTimes`).
 */
export const operatorsIn = (zone: string) =>
  ({
    "==": (left: unknown, right: unknown) => equal(left, right, zone),
    "!=": (left: unknown, right: unknown) => !equal(left, right, zone),
    ">": (left: unknown, right: unknown) => order(left, right, zone) > 0,
    "<": (left: unknown, right: unknown) => order(left, right, zone) < 0,
    ">=": (left: unknown, right: unknown) => order(left, right, zone) >= 0,
    "<=": (left: unknown, right: unknown) => order(left, right, zone) <= 0,
    contains: (left: unknown, right: unknown) => contains(left, right, zone),
    not: (value: unknown) => !isTrue(toValue(value)),
    and: (left: unknown, right: unknown) => isTrue(toValue(left)) && isTrue(toValue(right)),
    or: (left: unknown, right: unknown) => isTrue(toValue(left)) || isTrue(toValue(right)),
  }) satisfies Record<OperatorName, unknown>;
export type Operators = ReturnType<typeof operatorsIn>;

/** Liquid's truth: everything but `false` and what is missing. */
export const isTrue = (value: unknown): boolean => value !== false && value !== null && value !== undefined;

function equal(left: unknown, right: unknown, zone: string): boolean {
  const literal = special(left) ?? special(right);
  if (literal !== undefined) return matches(literal, special(left) === undefined ? left : right);
  if (left === right) return true;
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => equal(item, right[i], zone));
  if (isSameTime(left, right, zone)) return true;
  if (typeof left === typeof right) return false;
  if (typeof left === "boolean" || typeof right === "boolean") return booleanOf(left) === booleanOf(right);
  const [a, b] = [toNumber(left), toNumber(right)];
  return a !== undefined && a === b;
}

/** Below, at or above zero; NaN, for which every comparison is false, where the two have no order. */
function order(left: unknown, right: unknown, zone: string): number {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a !== undefined && b !== undefined) return a - b;
  const times = compareTimes(left, right, zone);
  if (times !== undefined) return times;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  return Number.NaN;
}

function contains(left: unknown, right: unknown, zone: string): boolean {
  const item = toValue(right);
  if (Array.isArray(left)) return left.some((each) => equal(each, right, zone));
  if (typeof left !== "string" || item === null || item === undefined) return false;
  return left.includes(String(item));
}

/** A form sends `true` as a text. */
const booleanOf = (value: unknown): unknown =>
  typeof value === "string" && /^\s*(true|false)\s*$/i.test(value) ? value.trim().toLowerCase() === "true" : value;

const numberText = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/;
function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && numberText.test(value) ? Number(value) : undefined;
}

type Special = "nil" | "empty" | "blank";

/** Liquid's words `nil`, `empty` and `blank` are objects, one each, which only its tokenizer hands out. */
const specials = new Map<unknown, Special>(
  (["nil", "empty", "blank"] as const).map((word) => [new Tokenizer(word).readLiteral()?.content, word]),
);
const special = (value: unknown): Special | undefined => (typeof value === "object" && value !== null ? specials.get(value) : undefined);

function matches(word: Special, value: unknown): boolean {
  const other = toValue(value);
  if (other === null || other === undefined) return word !== "empty";
  if (word === "nil") return false;
  if (typeof other === "string") return word === "blank" ? other.trim() === "" : other === "";
  if (typeof other === "object") return Object.keys(other).length === 0;
  return word === "blank" && other === false;
}
