import { expect, test } from "vitest";
import { membersOf, sentAs, valueOf } from "./further.ts";

test.each([
  ["f_1", "f_1", "a text"],
  [" spaces stay ", " spaces stay ", "a text"],
  ["12", 12, "a number"],
  ['"12"', "12", "a text"],
  ["0123", "0123", "a text"],
  ["2026-01-20", "2026-01-20", "a text"],
  ["true", true, "yes or no"],
  ["truely", "truely", "a text"],
  ['["Implants", "Whitening"]', ["Implants", "Whitening"], "a list"],
  ['{"a": 1}', { a: 1 }, "an object"],
  ["[half", "[half", "a text"],
])("%j is sent as %j, %s", (text, value, words) => {
  expect([valueOf(text), sentAs(text)]).toEqual([value, words]);
});

test("a row without a name or a value sends nothing", () => {
  expect(
    membersOf([
      { name: "", text: "x" },
      { name: "a", text: " " },
    ]),
  ).toBeUndefined();
  expect(
    membersOf([
      { name: " parentId ", text: "f_1" },
      { name: "", text: "" },
    ]),
  ).toEqual({ parentId: "f_1" });
});
