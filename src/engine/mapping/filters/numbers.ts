import { readDigits, type DecimalSeparator } from "#catalog/numbers.ts";
import { isObject } from "#kernel/json.ts";
import { getPath } from "#kernel/json.ts";
import { add, compare, decimalOf, digitsOf, divide, modulo, multiply, negate, plainOf, round, roundToStep, shift } from "../decimal.ts";
import type { Decimal, Rounding } from "../decimal.ts";
import { MappingProblem } from "../problem.ts";
import { isBlank, isNil, quote, toText } from "../text.ts";
import type { Filter, Filters } from "../types.ts";
import { numberArgument, textArgument } from "./arguments.ts";

/** A filter of numbers: a missing value makes the result missing, and a missing argument is an error. */
function ofNumbers(name: string, count: number, work: (value: Decimal, ...numbers: Decimal[]) => Decimal): Filter {
  return (value, ...args) => {
    if (args.length < count) throw new MappingProblem(`${name} takes ${count === 1 ? "a number" : "two numbers"} after its colon`);
    const numbers = args.slice(0, count);
    if (numbers.some(isBlank)) return undefined;
    return plainOf(work(readDecimal(value), ...numbers.map((each) => argumentDecimal(each, name))));
  };
}

const rounded =
  (how: Rounding): Filter =>
  (value) =>
    plainOf(round(readDecimal(value), 0, how));

const lower = (a: Decimal, b: Decimal): Decimal => (compare(a, b) <= 0 ? a : b);
const higher = (a: Decimal, b: Decimal): Decimal => (compare(a, b) >= 0 ? a : b);

/** Arithmetic is decimal, as people reckon: Liquid's own goes by binary fractions, and takes what is no number for 0. */
export const numberFilters: Filters = {
  plus: ofNumbers("plus", 1, add),
  minus: ofNumbers("minus", 1, (value, other) => add(value, negate(other!))),
  times: ofNumbers("times", 1, (value, other) => multiply(value, other!)),
  divided_by: ofNumbers("divided_by", 1, (value, other) => divide(value, other!)),
  modulo: ofNumbers("modulo", 1, (value, other) => modulo(value, other!)),
  at_least: ofNumbers("at_least", 1, (value, other) => higher(value, other!)),
  at_most: ofNumbers("at_most", 1, (value, other) => lower(value, other!)),
  clamp: ofNumbers("clamp", 2, (value, low, high) => lower(higher(value, low!), high!)),
  round_to: ofNumbers("round_to", 1, (value, step) => roundToStep(value, aboveZero(step!))),
  abs: ofNumbers("abs", 0, (value) => (value.units < 0n ? negate(value) : value)),
  ceil: rounded("ceil"),
  floor: rounded("floor"),
  round: (value, places) => plainOf(round(readDecimal(value), bounded(numberArgument(places, "round", 0)), "half")),
  to_integer: (value) => {
    const number = readDecimal(value);
    return plainOf(round(number, 0, number.units < 0n ? "ceil" : "floor"));
  },
  to_number: (value, decimal) => plainOf(readDecimal(value, separator(decimal))),
  sum: (value, key) => sum(value, key),
  money: (value, currency, locale) => formatMoney(readDecimal(value), textArgument(currency, "the currency of money"), locale),
  to_cents: (value, currency) => plainOf(round(shift(readDecimal(value), decimalsOf(currency, "to_cents")), 0, "half")),
  from_cents: (value, currency) => plainOf(multiply(readDecimal(value), { units: 1n, places: decimalsOf(currency, "from_cents") })),
};

/** How many decimals the currency has: the yen none, the dinar three. */
function decimalsOf(currency: unknown, filter: string): number {
  if (isNil(currency)) return 2;
  const code = toText(currency).trim().toUpperCase();
  const isCurrency = /^[A-Z]{3}$/.test(code) && Intl.supportedValuesOf("currency").includes(code);
  if (!isCurrency) throw new MappingProblem(`${filter} takes a currency like 'EUR' or 'JPY', not ${quote(currency)}`);
  return new Intl.NumberFormat("en", { style: "currency", currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
}

const bounded = (places: number): number => Math.trunc(Math.min(Math.max(places, -400), 400));

function aboveZero(step: Decimal): Decimal {
  if (step.units <= 0n) throw new MappingProblem("round_to takes a step above zero, like 0.05 or 10");
  return step;
}

function separator(decimal: unknown): DecimalSeparator | undefined {
  if (isNil(decimal) || decimal === "," || decimal === ".") return decimal ?? undefined;
  throw new MappingProblem(`to_number takes ',' or '.' as the decimal separator, not ${quote(decimal)}`);
}

/** A number as people write it (`#catalog/numbers.ts`), with all its digits. */
function readDecimal(value: unknown, decimal?: DecimalSeparator): Decimal {
  const digits = digitsIn(value, decimal);
  if (digits === undefined) throw new MappingProblem(`${quote(value)} is not a number`);
  return decimalOf(digits);
}

function argumentDecimal(value: unknown, name: string): Decimal {
  const digits = digitsIn(value);
  if (digits === undefined) throw new MappingProblem(`${name} takes a number, not ${quote(value)}`);
  return decimalOf(digits);
}

function digitsIn(value: unknown, decimal?: DecimalSeparator): number | string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" ? readDigits(value, decimal) : undefined;
}

/** Of what is there: a list without any number has no sum. */
function sum(value: unknown, key: unknown): unknown {
  const path = isNil(key) ? undefined : toText(key);
  let total: Decimal | undefined;
  const addAll = (list: readonly unknown[]): void => {
    for (const item of list) {
      if (Array.isArray(item)) addAll(item);
      else if (!isBlank(item)) addOne(path === undefined ? item : memberOf(item, path));
    }
  };
  const addOne = (number: unknown): void => {
    if (!isBlank(number)) total = total ? add(total, readDecimal(number)) : readDecimal(number);
  };
  addAll(Array.isArray(value) ? value : [value]);
  return total && plainOf(total);
}

function memberOf(item: unknown, path: string): unknown {
  if (!isObject(item)) throw new MappingProblem(`sum: '${path}' takes a list of objects; ${quote(item)} is not an object`);
  return getPath(item, path);
}

function formatMoney(amount: Decimal, currency: string, locale: unknown): string {
  try {
    const format = new Intl.NumberFormat(toText(locale) || "en-US", { style: "currency", currency });
    const text = format.format(digitsOf(amount) as `${number}`);
    return text.replace(/[\u00a0\u202f]/g, " "); // the unbreakable spaces of some languages become boxes in an SMS
  } catch {
    throw new MappingProblem(
      `money does not know the currency ${quote(currency)}${locale ? ` or the language ${quote(locale)}` : ""}; write it like 'EUR', 'de-DE'`,
    );
  }
}
