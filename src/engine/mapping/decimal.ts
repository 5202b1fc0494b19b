import { MappingProblem } from "./problem.ts";

/** A number with all its digits: `units` divided by ten to the power of `places`. 0.1 + 0.2 is 0.3, and an id of nineteen digits keeps the last. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

/** The decimal of a number or of its digits, as JSON writes it: `-12.5`, `1e-7`. */
export function decimalOf(digits: number | string): Decimal {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(digits))!;
  const units = BigInt(`${sign}${whole}${fraction}`);
  const places = fraction.length - Number(exponent);
  return places < 0 ? { units: units * tenTo(-places), places: 0 } : { units, places };
}

/** As JSON takes it: a number, or a text of its digits where a number would change them. */
export function plainOf({ units, places }: Decimal): number | string {
  const whole = units % tenTo(places) === 0n ? units / tenTo(places) : undefined;
  if (whole !== undefined) return isSafe(whole) ? Number(whole) : String(whole);
  const number = Number(digitsOf({ units, places }));
  if (!Number.isFinite(number)) throw new MappingProblem("the result is too large a number");
  return number;
}

/** All its digits as text: `-12.5`. */
export function digitsOf({ units, places }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const cut = digits.length - places;
  const fraction = digits.slice(cut).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${digits.slice(0, cut)}${fraction === "" ? "" : `.${fraction}`}`;
}

const isSafe = (whole: bigint): boolean => whole >= BigInt(Number.MIN_SAFE_INTEGER) && whole <= BigInt(Number.MAX_SAFE_INTEGER);

/** Powers are bounded: a number has at most so many places, and times two of them at most twice. */
const tenTo = (power: number): bigint => 10n ** BigInt(power);

/** Two decimals with the same places. */
function aligned(a: Decimal, b: Decimal): [a: bigint, b: bigint, places: number] {
  const places = Math.max(a.places, b.places);
  return [a.units * tenTo(places - a.places), b.units * tenTo(places - b.places), places];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [left, right, places] = aligned(a, b);
  return { units: left + right, places };
}

export const negate = ({ units, places }: Decimal): Decimal => ({ units: -units, places });

export const multiply = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, places: a.places + b.places });

/** Significant digits of a division that does not come out even; a JavaScript number has seventeen. */
const keptDigits = 20;

/** Exact where the division comes out even within the digits that are kept. */
export function divide(a: Decimal, b: Decimal): Decimal {
  const [left, right] = aligned(a, b);
  if (right === 0n) throw new MappingProblem("it is a division by zero");
  const longer = String(right).length - String(left).length;
  const places = Math.max(0, longer) + keptDigits;
  return { units: (left * tenTo(places)) / right, places };
}

/** What a division leaves, with the sign of the divisor: -10 modulo 3 is 2. */
export function modulo(a: Decimal, b: Decimal): Decimal {
  const [left, right, places] = aligned(a, b);
  if (right === 0n) throw new MappingProblem("it is a division by zero");
  return { units: ((left % right) + right) % right, places };
}

export function compare(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `half`: to the nearest, and a half away from zero, as people round money. */
export type Rounding = "half" | "floor" | "ceil";

/** To so many places; to tens and hundreds where they are below zero. */
export function round(value: Decimal, places: number, how: Rounding): Decimal {
  if (places >= value.places) return value;
  const step = tenTo(value.places - places);
  const units = stepsOf(value.units, step, how);
  return places >= 0 ? { units, places } : { units: units * tenTo(-places), places: 0 };
}

/** Rounds to a multiple of a step. */
export function roundToStep(value: Decimal, step: Decimal): Decimal {
  const [units, size, places] = aligned(value, step);
  return { units: stepsOf(units, size, "half") * size, places };
}

function stepsOf(units: bigint, step: bigint, how: Rounding): bigint {
  const rest = ((units % step) + step) % step;
  const below = (units - rest) / step;
  if (rest === 0n || how === "floor") return below;
  if (how === "ceil") return below + 1n;
  const twice = rest * 2n;
  return twice > step || (twice === step && units > 0n) ? below + 1n : below;
}

/** Moves the decimal point to the right. */
export const shift = ({ units, places }: Decimal, by: number): Decimal =>
  places >= by ? { units, places: places - by } : { units: units * tenTo(by - places), places: 0 };
