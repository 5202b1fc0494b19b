import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { CountryCode, PhoneNumber } from "libphonenumber-js/min";
import { cutText } from "#kernel/characters.ts";
import { withoutUnseen } from "./text.ts";

/** The country of a phone number that names none. `lacks` is called when no country is set and one would have made a difference. */
export interface PhoneSettings {
  country?: string;
  lacks?: (what: "country") => void;
  /** Takes a sentence about what a number had and cannot keep. */
  note?: (sentence: string) => void;
}

/** A longer text is neither an address nor a number, and is sent as it is: the other side says that it takes none. */
const longestContact = 1_000;

/**
 * An e-mail address without the spaces and unseen marks that come with a copied one, and without the name that mail programs write before it:
 * `Ada Byron <ada@example.com>`.
 */
export function plainEmail(text: string): string {
  if (text.length > longestContact || (/^[^\s<>:]+$/.test(text) && /^[!-~]+$/.test(text))) return text;
  const plain = withoutUnseen(text).trim();
  return /^[^<>]*<\s*(?:mailto:)?([^\s<>@,;]+@[^\s<>@,;]+)\s*>$/i.exec(plain)?.[1] ?? plain.replace(/^mailto:\s*(?=[^\s?]+$)/i, "");
}

/**
 * A phone number as HighLevel stores it, `+33123456789`. Without a country, or where no such number is possible, it stays as written: HighLevel
 * knows the sub-account's own rules and says what it does not take.
 */
export function internationalPhone(text: string, { country, lacks, note }: PhoneSettings): string {
  if (text.length > longestContact || /^\+[1-9]\d{6,14}$/.test(text)) return text; // as most systems write it
  if (homeOf(country) === undefined && /\d/.test(text) && !namesCountry(text)) lacks?.("country");
  const plain = withoutUnseen(text).trim();
  const read = parsed(text, country);
  if (read?.ext !== undefined) note?.(`A phone field takes no extension: '${read.ext}' of '${cutText(plain, 60)}' was left out.`);
  return read?.number ?? plain;
}

/**
 * A phone number in international form, or undefined. A text counts as one when its length is possible for its country: stricter metadata is out
 * of date the day a carrier opens a new range, and refuses the numbers people test with.
 */
export const readPhone = (text: string, country: string | undefined): string | undefined => parsed(text, country)?.number;

function parsed(text: string, country: string | undefined): PhoneNumber | undefined {
  if (text.length > longestContact) return undefined;
  const read = parsePhoneNumberFromString(dialled(text), homeOf(country));
  return read?.isPossible() ? read : undefined;
}

/** Whether a number begins with the code of its country. */
export const namesCountry = (text: string): boolean => text.length <= longestContact && /^\s*(tel:\s*)?\+/i.test(dialled(text));

/** Whether the phone library has a country, by its two-letter code. */
export const isPhoneCountry = (country: string): boolean => homeOf(country) !== undefined;

const dialled = (text: string): string =>
  withoutUnseen(text)
    .trim()
    .normalize("NFKC")
    .replace(/^(tel:)?\s*00(?=[1-9])/i, "+");

function homeOf(country: string | undefined): CountryCode | undefined {
  const code = country?.toUpperCase();
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
}
