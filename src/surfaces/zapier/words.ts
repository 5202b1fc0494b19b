import { fieldWords } from "#kernel/field-words.ts";
import { capital, lowerFirst } from "#kernel/words.ts";

/** Pure: labels, nouns and sentences as the platform's reviewers want them, from the words of the catalog. */

const longestLabel = 64;
const longestHelp = 1_000;
const smallWords = new Set(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "with"]);

/** In title case, cut at a word where it is longer than 64 characters: "Send an E-Mail Survey". */
export function titleCase(text: string, longest = longestLabel): string {
  const words = text.trim().split(/\s+/);
  const cased = words.map((word, at) =>
    at > 0 && at < words.length - 1 && smallWords.has(word.toLowerCase()) ? word.toLowerCase() : capitals(word),
  );
  let title = "";
  for (const word of cased)
    if (`${title} ${word}`.trim().length <= longest) title = `${title} ${word}`.trim();
    else break;
  return title.length >= 2 ? title : `${title} …`;
}

const capitals = (word: string): string => word.split("-").map(capital).join("-");

/** The thing that a title is about, without what is done to it: "Create Contact Note" is about a "Contact Note". */
export const nounOf = (title: string): string => titleCase(withoutVerb(title.replace(/\(.*?\)/g, "").trim()));

/** A title without its verbs and its article: "Contact Note", "Tag" of "Create or Update a tag". */
export function withoutVerb(title: string): string {
  const [first = "", ...rest] = title.split(/\s+/);
  if (rest.length > 0 && (isVerb(first) || /^(an?|the|or)$/i.test(first))) return withoutVerb(rest.join(" "));
  return title;
}

const verbs = new Set(
  "add agent bulk cancel change complete create delete download export filter find get list read remove replace search send set update upsert upload validate".split(
    " ",
  ),
);
const isVerb = (word: string): boolean => verbs.has(word.toLowerCase());

/** What an action does, as a sentence: "Creates contact note in Acme. Remark." */
export function actionSentence(title: string, app: string, note?: string): string {
  const [first = "", ...rest] = title.trim().split(/\s+/);
  const others = rest.map((word, at) => (isVerb(word) && rest[at - 1] === "or" ? thirdPerson(word) : lowered(word)));
  const does = isVerb(first) ? [thirdPerson(first), ...others].join(" ") : `Does ${title}`;
  return sentences(`${capital(does)} in ${app}.`, note);
}

/** When a trigger fires, as a sentence. */
export const triggerSentence = (when: string, note?: string): string => sentences(`Triggers when ${when}.`, note);

function thirdPerson(verb: string): string {
  const low = verb.toLowerCase();
  if (/(?:s|x|z|ch|sh|o)$/.test(low)) return `${low}es`;
  return /[^aeiou]y$/.test(low) ? `${low.slice(0, -1)}ies` : `${low}s`;
}

/** A word within a sentence; names and abbreviations stay. */
const lowered = (word: string): string =>
  /^[A-Z][a-z]/.test(word) && word.slice(1) === word.slice(1).toLowerCase() ? lowerFirst(word) : word;

/** Help under a field: a capital first, a dot last, no address in it, within the platform's length. */
export function helpOf(...texts: (string | undefined)[]): string | undefined {
  const help = sentences(...texts.map((text) => (text === undefined || text === "" ? undefined : capital(text))));
  return help === "" ? undefined : help;
}

function sentences(...texts: (string | undefined)[]): string {
  const all = texts
    .filter((text): text is string => text !== undefined && text.trim() !== "")
    .map((text) => text.trim().replace(/https?:\/\/\S*?(?=[.,;)]?(?:\s|$))/g, "an address"))
    .map((text) => (/[.!?]$/.test(text) ? text : `${text}.`));
  const joined = all.join(" ");
  return joined.length <= longestHelp ? joined : `${joined.slice(0, joined.lastIndexOf(". ", longestHelp - 2) + 1)}`;
}

/** The label of a field: "First name" is the catalog's, "First Name" the platform's. */
export const fieldTitle = (label: string | undefined, name: string): string => titleCase(label ?? capital(fieldWords(name)));

/** A key that the platform takes: letters, digits and single low lines, a letter first. */
export function keyOf(...parts: readonly string[]): string {
  const key = parts
    .join("_")
    .replace(/[^a-zA-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  const legal = /^[a-zA-Z]/.test(key) ? key : `f_${key}`;
  return legal.length >= 2 ? legal : `${legal}_`;
}

/** Keys that differ from each other: a second one of the same letters gets a number. */
export class Keys {
  readonly #used = new Set<string>();

  of(...parts: readonly string[]): string {
    const wish = keyOf(...parts).slice(0, 90);
    let key = wish;
    for (let n = 2; this.#used.has(key.toLowerCase()); n++) key = `${wish}_${n}`;
    this.#used.add(key.toLowerCase());
    return key;
  }
}
