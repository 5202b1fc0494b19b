import { expect, test } from "vitest";
import { isLongEnough, shortestPassword } from "./password-rule.ts";

test("an emoji counts as one character of a password", () => {
  expect(isLongEnough("🐎".repeat(shortestPassword - 1))).toBe(false);
  expect(isLongEnough("🐎".repeat(shortestPassword))).toBe(true);
});
