/**
 * A number as people write it: `1,234.56`, `1.234,56`, `$ 1 299`, `(12.50)` for a negative one. The later of two kinds of separator is the decimal
 * one; a comma before exactly three digits separates thousands. Undefined for what is no number (`0x1F`, `1.2.3`, `12 34`), for money that may be a thousand or one (`1.000 €`), and for a whole
 * number with more digits than a JSON number keeps.
 */
export function readNumber(text: string): number | undefined {
  const digits = readDigits(text);
  return digits === undefined ? undefined : kept(Number(digits));
}

/** Which of the two separates the decimals, where the text alone does not say. */
export type DecimalSeparator = "." | ",";

/** Nobody writes a longer one, and a text of a megabyte takes its time to be found none. */
const longestNumber = 1000;

/** The same as JSON writes a number, with all its digits: `-1234.56`. */
export function readDigits(text: string, decimal?: DecimalSeparator): string | undefined {
  if (text.length > longestNumber) return undefined;
  const plain = text
    .normalize("NFKC")
    .replace(/\u2212/g, "-")
    .trim();
  if (/^[+-]?\d+(\.\d+)?e[+-]?\d+$/i.test(plain)) return scientific(plain);
  const bare = plain.replace(/^([+-]?)\s*\p{Sc}\s*|\s*\p{Sc}$|^[A-Z]{3}\s+|\s+[A-Z]{3}$|\s*%$/gu, "$1").trim();
  const [, open, sign, written, close] = /^(\()?([+-]?)\s*\p{Sc}?\s*([\d.,'’ ]+?)(\))?$/u.exec(bare) ?? [];
  if (written === undefined || (open === undefined) !== (close === undefined)) return undefined;
  if (decimal === undefined && isMoney.test(plain) && /^[1-9]\d{0,2}\.\d{3}$/.test(written)) return undefined; // a thousand there and one here
  for (const way of ways) {
    const digits = decimal === undefined || way.decimal === decimal || !/[.,]/.test(written) ? way.read(written) : undefined;
    if (digits !== undefined) return `${open || sign === "-" ? "-" : ""}${asJson(digits)}`;
  }
  return undefined;
}

const isMoney = /\p{Sc}|\b[A-Z]{3}\b/u;

/** `1e5`, where it is in the range of numbers: nobody means one of a million digits. */
function scientific(text: string): string | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? (number === 0 ? "0" : text.replace(/^\+/, "")) : undefined;
}

const asJson = (digits: string): string =>
  digits
    .replace(/^0+(?=\d)/, "")
    .replace(/^\./, "0.")
    .replace(/\.$/, "");

const kept = (number: number): number | undefined =>
  Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : undefined;

/** A way to write numbers. `read` gives the digits with a point for the decimals, or undefined where the text is not written that way. */
interface Way {
  decimal: DecimalSeparator;
  read: (digits: string) => string | undefined;
}
const ways: Way[] = [
  grouped(/^(\d+\.?\d*|\.\d+)$/, /(?!)/g, "."),
  grouped(/^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/, /,/g, "."),
  grouped(/^[1-9]\d?(,\d{2})+,\d{3}(\.\d*)?$/, /,/g, "."), // 12,34,567 as in India
  grouped(/^[1-9]\d{0,2}(\.\d{3})+$/, /\./g, ","),
  grouped(/^[1-9]\d{0,2}(\.\d{3})+,\d*$/, /\./g, ","),
  grouped(/^[1-9]\d{0,2}(['’ ]\d{3})+(\.\d*)?$/, /['’ ]/g, "."),
  grouped(/^[1-9]\d{0,2}(['’ ]\d{3})+(,\d*)?$/, /['’ ]/g, ","),
  grouped(/^\d*,\d+$/, /(?!)/g, ","),
];

function grouped(shape: RegExp, separators: RegExp, decimal: DecimalSeparator): Way {
  return { decimal, read: (text) => (shape.test(text) ? text.replace(separators, "").replace(decimal, ".") : undefined) };
}
