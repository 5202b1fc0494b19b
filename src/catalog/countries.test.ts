import { expect, test } from "vitest";
import { countryCode, countryCodes } from "./countries.ts";

test("every country is known by its codes of two and of three letters and by its name in seven languages", () => {
  expect([
    countryCodes.length,
    new Set(countryCodes.map(([two]) => two)).size,
    new Set(countryCodes.map(([, three]) => three)).size,
  ]).toEqual([249, 249, 249]);
  for (const [two, three] of countryCodes) {
    expect([two, two.toLowerCase(), ` ${two} `, three, three.toLowerCase()].map(countryCode)).toEqual([two, two, two, two, two]);
    for (const language of ["en", "de", "fr", "es", "it", "pt", "nl"])
      expect(countryCode(new Intl.DisplayNames([language], { type: "region" }).of(two)!), `${two} in ${language}`).toBe(two);
  }
});

test.each([
  ["USA", "US"],
  ["United States of America", "US"],
  ["u.s.a.", "US"],
  ["UK", "GB"],
  ["England", "GB"],
  ["Deutschland", "DE"],
  ["\u200bCote d'Ivoire ", "CI"],
  ["Trinidad and Tobago", "TT"],
  ["Atlantis", "Atlantis"],
  ["XX", "XX"],
  ["", ""],
])("%j is %j", (text, code) => {
  expect(countryCode(text)).toBe(code);
});
