import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { CountryCode } from "libphonenumber-js/min";
import { MappingProblem } from "../problem.ts";
import { isBlank, isNil, quote, toText } from "../text.ts";
import type { Filters, MappingSettings } from "../types.ts";

export const phoneFilters = ({ country: usual }: MappingSettings): Filters => ({
  phone: (value, country) =>
    isBlank(value) ? undefined : (parsePhone(value, countryCode(country ?? usual)) ?? refuse(value, country ?? usual)),
  /** Missing rather than an empty text, which would wipe out the number that is there. */
  phone_or_blank: (value, country) => (isBlank(value) ? undefined : parsePhone(value, countryCode(country ?? usual))),
});

/**
 * E.164, or undefined. A number counts as one when its length is possible for its country: stricter metadata is out of date the day
 * a carrier opens a new range, and refuses the numbers people test with.
 */
function parsePhone(value: unknown, country: CountryCode | undefined): string | undefined {
  const text = toText(value)
    .trim()
    .replace(/^00(?=[1-9])/, "+");
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed?.isPossible() ? parsed.number : undefined;
}

function refuse(value: unknown, country: unknown): never {
  const placeless = isNil(country) && !/^\s*(\+|00)/.test(toText(value));
  const hint = placeless ? "; it has no country: write it like +33 1 23 45 67 89, or name the country, as in phone: 'FR'" : "";
  throw new MappingProblem(`${quote(value)} is not a phone number${hint}`);
}

function countryCode(country: unknown): CountryCode | undefined {
  if (isNil(country)) return undefined;
  const code = toText(country).toUpperCase();
  if (!isSupportedCountry(code)) throw new MappingProblem(`${quote(country)} is not a country of two letters, like 'US' or 'DE'`);
  return code;
}
