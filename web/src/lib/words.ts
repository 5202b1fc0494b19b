import { capital } from "#kernel/words.ts";

export { capital, count, listed, plural } from "#kernel/words.ts";

/** The id of an app, an operation or a step as a title: `my_crm` is "My crm". A field has `fieldLabel`. */
export function humanize(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_\-.]+/g, " ")
    .trim()
    .toLowerCase();
  return capital(spaced);
}
