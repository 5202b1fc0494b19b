/**
 * A number as people write it: `1,234.56`, `1.234,56`, `$ 1 299`, `(12.50)` for a negative one. The later of two kinds of separator is the decimal
 * one; a comma before exactly three digits separates thousands. Undefined for what is no number (`0x1F`, `1.2.3`, `12 34`), for money that may be a thousand or one (`1.000 €`), and for a whole
 * number with more digits than a JSON number keeps.
 */
export function readNumber(text: string): number | undefined {
  const plain = text
    .normalize("NFKC")
    .replace(/\u2212/g, "-")
    .trim();
  if (/^[+-]?\d+(\.\d+)?e[+-]?\d+$/i.test(plain)) return kept(Number(plain));
  const bare = plain.replace(/^([+-]?)\s*\p{Sc}\s*|\s*\p{Sc}$|^[A-Z]{3}\s+|\s+[A-Z]{3}$|\s*%$/gu, "$1").trim();
  const [, open, sign, digits, close] = /^(\()?([+-]?)\s*\p{Sc}?\s*([\d.,'’ ]+?)(\))?$/u.exec(bare) ?? [];
  if (digits === undefined || (open === undefined) !== (close === undefined)) return undefined;
  if (/\p{Sc}|\b[A-Z]{3}\b/u.test(plain) && /^[1-9]\d{0,2}\.\d{3}$/.test(digits)) return undefined; // 1.000 € is a thousand there and one here
  const number = ways.map((way) => way(digits)).find((read) => read !== undefined);
  if (number === undefined) return undefined;
  return kept(open || sign === "-" ? -Number(number) : Number(number));
}

const kept = (number: number): number | undefined =>
  Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : undefined;

/** Each gives the digits with a point for the decimals, or undefined where the text is not written that way. */
const ways: ((digits: string) => string | undefined)[] = [
  (text) => (/^(\d+\.?\d*|\.\d+)$/.test(text) ? text : undefined),
  grouped(/^\d{1,3}(,\d{3})+(\.\d*)?$/, /,/g, "."),
  grouped(/^\d{1,2}(,\d{2})+,\d{3}(\.\d*)?$/, /,/g, "."), // 12,34,567 as in India
  grouped(/^\d{1,3}(\.\d{3}){2,}$/, /\./g, ","),
  grouped(/^\d{1,3}(\.\d{3})+,\d*$/, /\./g, ","),
  grouped(/^\d{1,3}(['’ ]\d{3})+([.,]\d*)?$/, /['’ ]/g, ","),
  grouped(/^\d*,\d+$/, /(?!)/g, ","),
];

function grouped(shape: RegExp, separators: RegExp, decimal: "." | ","): (text: string) => string | undefined {
  return (text) => (shape.test(text) ? text.replace(separators, "").replace(decimal, ".") : undefined);
}
