import { endOfCharacters } from "#kernel/characters.ts";
import { toText } from "../text.ts";
import type { Filter, Filters } from "../types.ts";

const ofName =
  (change: (name: string) => string): Filter =>
  (value) =>
    change(toText(value).replace(/\s+/g, " ").trim());

/**
 * The first word is the first name and all the rest the last name: nothing is lost, and "van der Berg" or "García Márquez" stay
 * whole. HighLevel splits names the same way.
 */
export const nameFilters: Filters = {
  first_name: ofName((name) => splitName(name).first),
  last_name: ofName((name) => splitName(name).last),
  initials: ofName(initials),
  titlecase: ofName(titlecase),
};

const honorific = /^(?:mr|mrs|ms|miss|mx|dr|prof|sir|herr|frau|mme|mlle|sr|sra|srta)\.? +(?=\S)/i;
const particles = new Set(
  "van von de der den del della di da do dos das du la le lo ter ten te zu zur af av bin ibn al el y e und".split(" "),
);

function splitName(name: string): { first: string; last: string } {
  const [before, after] = name.split(/ *, */, 2);
  const spoken = after ? `${after} ${before}` : name;
  const [first = "", ...rest] = spoken.replace(honorific, "").split(" ");
  return { first, last: rest.join(" ") };
}

function initials(name: string): string {
  const words = name
    .replace(honorific, "")
    .split(/[ -]/)
    .filter((word) => word !== "" && !particles.has(word.toLowerCase()));
  return words.map((word) => firstLetter(word).toUpperCase()).join("");
}

/** Someone who wrote MacDonald or DeVito meant it: only words all in one case are changed. */
function titlecase(text: string): string {
  const words = text.split(" ");
  return words.map((word, i) => (isParticle(words, i) ? word.toLowerCase() : titleWord(word))).join(" ");
}

/** "van der Berg" begins small, "Van Morrison" and "La Toya" do not: a leading particle counts only before another one. */
function isParticle(words: string[], i: number): boolean {
  const particle = (word: string | undefined) => word !== undefined && particles.has(word.toLowerCase());
  return particle(words[i]) && words.length > 1 && (i > 0 || particle(words[1])) && i < words.length - 1;
}

const isMixed = (word: string): boolean => word !== word.toLowerCase() && word !== word.toUpperCase() && word !== capital(word);
const roman = /^(?:ii|iii|iv|vi|vii|viii)$/i;

function titleWord(word: string): string {
  if (roman.test(word)) return word.toUpperCase();
  return word
    .split("-")
    .map((part) => (isMixed(part) ? part : prefixed(part.toLowerCase())))
    .join("-");
}

/** Mac is half a prefix and half a beginning (Mack, Macey, Machado): only well-known clans get the second capital. */
const clans =
  /^mac(?=(?:donald|kenzie|leod|gregor|arthur|intyre|millan|pherson|kinnon|kay|lean|dougall|farlane|allister|aulay|neil|namara|mahon)$)/;

function prefixed(word: string): string {
  const prefix = /^(?:mc(?=\p{L}{2})|[odl]['’](?=\p{L}))/u.exec(word)?.[0] ?? clans.exec(word)?.[0];
  return prefix ? capital(prefix) + capital(word.slice(prefix.length)) : capital(word);
}

/** With its accents, however they are written. */
const firstLetter = (word: string): string => word.slice(0, endOfCharacters(word, 1));

function capital(word: string): string {
  const first = firstLetter(word);
  return first.toUpperCase() + word.slice(first.length).toLowerCase();
}
