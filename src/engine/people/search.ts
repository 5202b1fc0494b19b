import { defined } from "#kernel/defined.ts";
import { cutText } from "#kernel/characters.ts";
import { fits, type PersonKey, type PersonSearch } from "#kernel/person-key.ts";
import { emailKey, nameWords, reversed, subscriberDigits } from "./keys.ts";

/** Shorter than this, the beginning of an id says nothing. */
const shortestIdPart = 6;
const fewestDigitsTyped = 4;
/** A number without its country code is at least so long. */
const shortestNational = 7;
const longestCountryCode = 3;

/** What a person typed, as the keys it may mean: any of them will do. */
export function personSearch(typed: string): PersonSearch[] {
  const text = cutText(typed.trim().replace(/^["'<]+|["'>]+$/g, ""), 200);
  if (text === "") return [];
  if (text.includes("@")) return emailSearch(text);
  if (/^(?:tel:)?[+\d\s().\-/\u0660-\u0669\u06f0-\u06f9]+(?:\s*(?:ext\.?|x)\s*\d+)?$/i.test(text))
    return [...phoneSearch(text), ...idSearch(text)];
  return [...nameSearch(text), ...(/\s/.test(text) ? [] : [...emailSearch(text), ...idSearch(text)])];
}

/** The key of a run by which a search found it. */
export function personMatch(keys: readonly PersonKey[] | undefined, searches: readonly PersonSearch[]): PersonKey | null {
  for (const search of searches) {
    const key = keys?.find((one) => fits(one, search));
    if (key) return key.kind === "name" ? nameOf(key, keys!) : key;
  }
  return null;
}

/** A name that was found by its second word is shown as it was written. */
function nameOf(key: PersonKey, keys: readonly PersonKey[]): PersonKey {
  const sorted = (name: string) => name.split(" ").sort().join(" ");
  const words = sorted(key.key);
  return keys.find((one) => one.kind === "name" && one.text !== undefined && sorted(one.key) === words) ?? key;
}

function emailSearch(text: string): PersonSearch[] {
  const key = emailKey(text);
  return key ? [{ kind: "email", key: key.key, exact: false }] : [];
}

/**
 * A national number is the end of the international one. The other way round, a number typed with its country code finds one that was
 * received without.
 */
function phoneSearch(text: string): PersonSearch[] {
  const all = text.replace(/\D/g, "");
  const digits = all.length < shortestNational ? all : subscriberDigits(text); // the last digits: a zero there is part of the number
  if (digits.length < fewestDigitsTyped) return [];
  const whole: PersonSearch = { kind: "phone", key: reversed(digits), exact: false };
  const withCountry = /^\s*(?:tel:)?\s*(?:\+|00)/.test(text) || (digits.length > 10 && !/^\s*\(?0/.test(text));
  const national: PersonSearch[] = [];
  for (let code = 1; withCountry && code <= longestCountryCode; code++) {
    if (digits.length - code >= shortestNational) national.push({ kind: "phone", key: reversed(digits.slice(code)), exact: true });
  }
  return [whole, ...national];
}

function nameSearch(text: string): PersonSearch[] {
  const [first, ...words] = nameWords(text).toSorted((a, b) => b.length - a.length);
  return first === undefined
    ? []
    : [{ kind: "name", key: first, exact: false, ...defined({ words: words.length > 0 ? words : undefined }) }];
}

function idSearch(text: string): PersonSearch[] {
  return /\s/.test(text) ? [] : [{ kind: "id", key: text, exact: text.length < shortestIdPart }];
}
