import { expect, test } from "vitest";
import type { StepView } from "#api/schemas.ts";
import { foldRounds, isRound, itemWords, roundTitle, unreachedWords, type TimelineEntry } from "./rounds.ts";

let seq = 0;
const step = (path: string, more: Partial<StepView> = {}): StepView =>
  ({ path, seq: seq++, title: path, kind: "format", state: "succeeded", output: null, attempts: [], error: null, ...more }) as StepView;
const loop = (path: string, items: unknown[]) => step(path, { kind: "forEach", output: { items } as StepView["output"] });
/** The titles of the entries, those of an item indented under it. */
const shape = (entries: readonly TimelineEntry[]): unknown[] =>
  entries.map((entry) => (isRound(entry) ? [roundTitle(entry), entry.decided.state, shape(entry.entries)] : entry.path));

test("the steps of each item are one entry, named after the item, with the outcome that decided it", () => {
  const steps = [
    step("before"),
    loop("each", [{ Name: "Ada" }, "Bob", { qty: 3 }]),
    step("each[0]/a"),
    step("each[0]/b"),
    step("each[1]/a", { state: "failed" }),
    step("each[1]/b"),
    step("each[2]/a", { state: "skipped" }),
    step("after"),
  ];
  expect(shape(foldRounds(steps))).toEqual([
    "before",
    "each",
    ["Item 1: Ada", "succeeded", ["each[0]/a", "each[0]/b"]],
    ["Item 2: Bob", "failed", ["each[1]/a", "each[1]/b"]],
    ["Item 3", "skipped", ["each[2]/a"]],
    "after",
  ]);
});

test("a loop in a loop, or in a branch, is folded where it is", () => {
  const steps = [
    loop("each", ["Acme"]),
    step("each[0]/if", { kind: "branch" }),
    loop("each[0]/if/then/inner", [{ email: "a@example.com" }, { email: "b@example.com" }]),
    step("each[0]/if/then/inner[0]/x"),
    step("each[0]/if/then/inner[1]/x"),
  ];
  expect(shape(foldRounds(steps))).toEqual([
    "each",
    [
      "Item 1: Acme",
      "succeeded",
      [
        "each[0]/if",
        "each[0]/if/then/inner",
        ["Item 1: a@example.com", "succeeded", ["each[0]/if/then/inner[0]/x"]],
        ["Item 2: b@example.com", "succeeded", ["each[0]/if/then/inner[1]/x"]],
      ],
    ],
  ]);
  expect(itemWords("each[0]/if/then/inner[1]/x", steps)).toBe("Item 2: b@example.com");
  expect(itemWords("each", steps)).toBe(null);
});

test("a run that ended inside a loop says which items it did not reach", () => {
  const each = loop("each", ["a", "b", "c", "d"]);
  const reached = (...places: number[]) => [each, ...places.map((place) => step(`each[${place}]/x`))];
  const over = { finishedAt: 5 };
  expect(unreachedWords(each, reached(0, 1), over)).toBe("Items 3 to 4 were not reached");
  expect(unreachedWords(each, reached(0, 1, 2), over)).toBe("Item 4 was not reached");
  expect(unreachedWords(each, reached(0, 1, 2, 3), over)).toBe(null);
  expect(unreachedWords(each, reached(0), { finishedAt: null })).toBe(null);
});
