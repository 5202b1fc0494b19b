import { capital } from "#kernel/words.ts";

export { listed } from "#kernel/words.ts";

const numbers = new Intl.NumberFormat("en-GB");

/** 12,345 */
export function count(n: number): string {
  return numbers.format(n);
}

/** "1 run", "12 runs", "3 entries". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** The id of an app, an operation or a step as a title: `my_crm` is "My crm". A field has `fieldLabel`. */
export function humanize(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_\-.]+/g, " ")
    .trim()
    .toLowerCase();
  return capital(spaced);
}
