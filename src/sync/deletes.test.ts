import { describe, expect, test } from "vitest";
import { asksFirst, mergedInto, missingIn, takesPlace } from "./deletes.ts";
import { lagMs } from "./echo.ts";
import { newLink } from "./plan.ts";
import type { Link } from "./types.ts";

const link: Link = { ...newLink("l1", "s1", { a: "a1", b: "b1" }, 0), agreed: { "name=name": { a: "x", b: "x" } } };

test("a full read misses what was seen before it and is not in it, but not what has just been made", () => {
  const seen = [
    { recordId: "1", seenAt: 0 },
    { recordId: "2", seenAt: 0 },
    { recordId: "new", seenAt: lagMs },
  ];
  expect(missingIn(new Set(["1"]), seen, 2 * lagMs)).toEqual(["2"]);
});

describe("deletions wait for a person", () => {
  test.each([
    [9, 100, 0.05, false],
    [10, 100, 0.05, true],
    [10, 200, 0.05, false],
    [11, 200, 0.05, true],
    [500, 1_000, 1, false],
  ])("%i of %i, with a share of %d: %s", (gone, links, most, asks) => expect(asksFirst(gone, links, most)).toBe(asks));
  test("whenever a read misses everything, however little it was", () => {
    expect(asksFirst(3, 3, 1)).toBe(true);
    expect(asksFirst(1, 1, 0.05)).toBe(false);
  });
});

describe("a record that was merged into another", () => {
  test("is replaced by that one in its pair", () => {
    expect(mergedInto(link, "a", { recordId: "a2", link: null }, 5)).toMatchObject({
      a: "a2",
      b: "b1",
      was: { a: ["a1"] },
      agreed: {},
      ignored: false,
    });
  });
  test("leaves a pair that takes no more part, where that one has a counterpart", () => {
    const winner = { recordId: "a2", link: newLink("l2", "s1", { a: "a2", b: "b2" }, 0) };
    const ended = mergedInto(link, "a", winner, 5);
    expect(ended).toMatchObject({ a: null, b: "b1", was: { a: ["a1"] }, gone: { side: "a", at: 5 }, ignored: true });
    expect(ended.problem).toContain("Merge the two");
  });
});

test("a pair knows the ids that a side had before, each once", () => {
  const back = takesPlace(takesPlace(link, "a", "a2"), "a", "a1");
  expect([back.a, back.was.a]).toEqual(["a1", ["a2"]]);
  let long = link;
  for (let i = 0; i < 50; i++) long = takesPlace(long, "b", `b${i}`);
  expect(long.was.b).toHaveLength(20);
});
