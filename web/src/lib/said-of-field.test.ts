import { expect, test } from "vitest";
import { saidOfField } from "./said-of-field.ts";

test("a field is called as its form calls it, where the error says how", () => {
  const message = "body: is needed and was not given.";
  expect(saidOfField({ message, details: { field: "body", fieldLabel: "Text" } })).toBe("Text: is needed and was not given.");
  expect(saidOfField({ message, details: { field: "body" } })).toBe(message);
  expect(saidOfField({ message: "It failed.", details: { field: "body", fieldLabel: "Text" } })).toBe("It failed.");
});
