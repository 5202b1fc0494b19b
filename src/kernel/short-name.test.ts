import { expect, test } from "vitest";
import { shortName } from "./short-name.ts";

test.each([
  ["Acme Dental (Berlin)", "acme-dental-berlin"],
  ["Zoë & Söhne", "zoe-sohne"],
  ["שרה", "connection"],
])("'%s' is called '%s' by flows", (title, name) => {
  expect(shortName(title)).toBe(name);
});
