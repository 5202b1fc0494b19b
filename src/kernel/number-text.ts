/** A number with all its digits and no exponent: `0.0000001` where JavaScript writes `1e-7`, which no form and no person reads as a number. */
export function numberText(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  const [, sign, whole, decimals = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const digits = whole + decimals;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0"); // an exponent is written from 21 digits on, which is more than a number has
}
