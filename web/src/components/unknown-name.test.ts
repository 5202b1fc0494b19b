import { expect, test } from "vitest";
import { isUnknownName } from "./unknown-name.tsx";

const tags = [{ value: "gold", label: "gold" }];

test("a name that the account does not have is said to be unknown, once its names were looked up", () => {
  expect(isUnknownName("gol", tags)).toBe(true);
  expect(isUnknownName("Gold ", tags)).toBe(false);
  expect(isUnknownName("gol", undefined)).toBe(false);
  expect(isUnknownName("{{ trigger.tag }}", tags)).toBe(false);
  expect(isUnknownName("", tags)).toBe(false);
});
