import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { CountryCode } from "libphonenumber-js/min";
import { withoutUnseen } from "./text.ts";

/** The country of a phone number that names none. `lacks` is called when no country is set and one would have made a difference. */
export interface PhoneSettings {
  country?: string;
  lacks?: (what: "country") => void;
}

/** An e-mail address without the spaces and unseen marks that come with a copied one. */
export const plainEmail = (text: string): string => (/^[!-~]+$/.test(text) ? text : withoutUnseen(text).trim());

/**
 * A phone number as HighLevel stores it, `+33123456789`. Without a country, or where no such number is possible, it stays as written: HighLevel
 * knows the sub-account's own rules and says what it does not take.
 */
export function internationalPhone(text: string, { country, lacks }: PhoneSettings): string {
  if (/^\+[1-9]\d{6,14}$/.test(text)) return text; // as most systems write it
  if (homeOf(country) === undefined && /\d/.test(text) && !namesCountry(text)) lacks?.("country");
  return readPhone(text, country) ?? withoutUnseen(text).trim();
}

/**
 * A phone number in international form, or undefined. A text counts as one when its length is possible for its country: stricter metadata is out
 * of date the day a carrier opens a new range, and refuses the numbers people test with.
 */
export function readPhone(text: string, country: string | undefined): string | undefined {
  const read = parsePhoneNumberFromString(dialled(text), homeOf(country));
  return read?.isPossible() ? read.number : undefined;
}

/** Whether a number begins with the code of its country. */
export const namesCountry = (text: string): boolean => /^\s*(tel:\s*)?\+/i.test(dialled(text));

/** Whether phone numbers of a country are known, by its two letters. */
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
