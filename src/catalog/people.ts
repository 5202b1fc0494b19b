import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
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
  const plain = withoutUnseen(text).trim();
  const dialled = plain.normalize("NFKC").replace(/^(tel:)?\s*00(?=[1-9])/i, "+");
  const code = country?.toUpperCase();
  const home = code !== undefined && isSupportedCountry(code) ? code : undefined;
  if (home === undefined && /\d/.test(dialled) && !/^\s*(tel:\s*)?\+/i.test(dialled)) lacks?.("country");
  const read = parsePhoneNumberFromString(dialled, home);
  return read?.isPossible() ? read.number : plain;
}
