import { MappingProblem } from "../problem.ts";
import { isBlank, isNil, quote, toText } from "../text.ts";
import type { Filters } from "../types.ts";
import { numberArgument, textArgument } from "./arguments.ts";

export const numberFilters: Filters = {
  to_number: (value, decimal) => (isBlank(value) ? undefined : parseNumber(value, decimal)),
  round_to: (value, step) => (isBlank(value) ? undefined : roundTo(parseNumber(value), numberArgument(step, "round_to"))),
  clamp: (value, low, high) =>
    isBlank(value) ? undefined : Math.min(Math.max(parseNumber(value), numberArgument(low, "clamp")), numberArgument(high, "clamp")),
  money: (value, currency, locale) =>
    isBlank(value) ? undefined : formatMoney(parseNumber(value), textArgument(currency, "the currency of money"), locale),
  to_cents: (value, currency) => (isBlank(value) ? undefined : Math.round(shift(parseNumber(value), decimalsOf(currency, "to_cents")))),
  from_cents: (value, currency) => (isBlank(value) ? undefined : shift(parseNumber(value), -decimalsOf(currency, "from_cents"))),
};

/** How many decimals the currency has: the yen none, the dinar three. */
function decimalsOf(currency: unknown, filter: string): number {
  if (isNil(currency)) return 2;
  const code = toText(currency).trim().toUpperCase();
  const known = /^[A-Z]{3}$/.test(code) && Intl.supportedValuesOf("currency").includes(code);
  if (!known) throw new MappingProblem(`${filter} takes a currency like 'EUR' or 'JPY', not ${quote(currency)}`);
  return new Intl.NumberFormat("en", { style: "currency", currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Moves the decimal point in the number's text: 1.005 * 100 is 100.49999999999999. */
function shift(value: number, places: number): number {
  const [digits, exponent = "0"] = String(value).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}

function roundTo(value: number, step: number): number {
  if (step <= 0) throw new MappingProblem("round_to takes a step above zero, like 0.05 or 10");
  const decimals = /\.(\d+)$/.exec(String(step))?.[1]?.length ?? 0;
  return Number((Math.round(value / step) * step).toFixed(decimals));
}

/**
 * A number as people write it: `1.234,56`, `1,234.56`, `$ 1 299`, `(12.50)` for a negative one. The later of two kinds of separator
 * is the decimal one; alone, a comma before exactly three digits separates thousands. `decimal` settles what a text cannot.
 */
export function parseNumber(value: unknown, decimal?: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const text = toText(value).normalize("NFKC").trim();
  const bare = text.replace(/^\p{Sc}|\p{Sc}$|^[A-Z]{3}\b|\b[A-Z]{3}$|%$/gu, "").replace(/[\s'’_]/g, "");
  const [, open, sign, digits] = /^(\()?([+-]?)\p{Sc}?(\d[\d.,]*|[.,]\d+)\)?$/u.exec(bare) ?? [];
  const number = digits === undefined ? Number.NaN : Number(plainDigits(digits, decimal === undefined ? undefined : toText(decimal)));
  if (!Number.isFinite(number)) throw new MappingProblem(`${quote(value)} is not a number`);
  return open || sign === "-" ? -number : number;
}

function plainDigits(digits: string, given?: string): string {
  const decimal = given ?? decimalSeparator(digits);
  const thousands = decimal === "," ? "." : ",";
  return digits.replaceAll(thousands, "").replace(decimal, ".");
}

function decimalSeparator(digits: string): string {
  const [comma, dot] = [digits.lastIndexOf(","), digits.lastIndexOf(".")];
  if (comma >= 0 && dot >= 0) return comma > dot ? "," : ".";
  if (comma < 0) return digits.indexOf(".") < dot ? "," : ".";
  return digits.indexOf(",") < comma || /^\d{1,3},\d{3}$/.test(digits) ? "." : ",";
}

function formatMoney(amount: number, currency: string, locale: unknown): string {
  try {
    const text = new Intl.NumberFormat(toText(locale) || "en-US", { style: "currency", currency }).format(amount);
    return text.replace(/[\u00a0\u202f]/g, " "); // the unbreakable spaces of some languages become boxes in an SMS
  } catch {
    throw new MappingProblem(
      `money does not know the currency ${quote(currency)}${locale ? ` or the language ${quote(locale)}` : ""}; write it like 'EUR', 'de-DE'`,
    );
  }
}
