import { expect, test } from "vitest";
import { rowOperators } from "#engine/mapping/words/conditions.ts";
import { operatorsFor } from "./operators.ts";

test.each(["text", "any", "number", "date", "list", "object"] as const)(
  "a %s has a value or is empty, and what differs from that in rare cases stands apart",
  (type) => {
    const [usual, , rare] = operatorsFor(type).map(({ choices }) => choices.map(({ words }) => words));
    expect(usual).toEqual(expect.arrayContaining(["has a value", "is empty"]));
    expect(rare).toEqual([
      "exists, even if empty",
      "does not exist",
      "is not an empty text or list",
      "is an empty text or list",
      "exists and is not no",
    ]);
  },
);

test("a yes or no may also be missing, for no counts as empty", () => {
  expect(operatorsFor("yes-no")[0]!.choices.map(({ words }) => words)).toEqual([
    "is yes",
    "is no",
    "exists, even if empty",
    "does not exist",
  ]);
});

test("every comparison of a definition can be shown, each once and in words of its own", () => {
  const all = operatorsFor("text").flatMap(({ choices }) => choices);
  expect(all.map(({ operator }) => operator).toSorted()).toEqual(Object.keys(rowOperators).toSorted());
  expect(new Set(all.map(({ words }) => words)).size).toBe(all.length);
});
