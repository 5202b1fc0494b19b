import { isPhoneCountry, namesCountry, readPhone } from "#catalog/people.ts";
import { MappingProblem } from "../problem.ts";
import { isNil, quote, toText } from "../text.ts";
import type { Filters, MappingSettings } from "../types.ts";

export const phoneFilters = ({ country: usual }: MappingSettings): Filters => ({
  phone: (value, country) => readPhone(toText(value), countryCode(country ?? usual)) ?? refuse(value, country ?? usual),
  /** Missing rather than an empty text, which would wipe out the number that is there. */
  phone_or_blank: (value, country) => readPhone(toText(value), countryCode(country ?? usual)),
});

function refuse(value: unknown, country: unknown): never {
  const placeless = isNil(country) && !namesCountry(toText(value));
  const hint = placeless ? "; it has no country: write it like +33 1 23 45 67 89, or name the country, as in phone: 'FR'" : "";
  throw new MappingProblem(`${quote(value)} is not a phone number${hint}`);
}

function countryCode(country: unknown): string | undefined {
  if (isNil(country)) return undefined;
  const code = toText(country);
  if (!isPhoneCountry(code)) throw new MappingProblem(`${quote(country)} is not a two-letter country code like 'US' or 'DE'`);
  return code;
}
