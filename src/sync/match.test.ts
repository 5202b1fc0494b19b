import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { processorMs } from "#test/support/cost.ts";
import { syncOf } from "#test/support/sync-sides.ts";
import { trials } from "#test/support/trials.ts";
import { matchKeys } from "./compile.ts";
import { findCounterpart, matchLists, type MatchRow } from "./match.ts";

const row = (id: string, ...keys: (string | undefined)[]): MatchRow => ({
  id,
  keys: Object.fromEntries(keys.flatMap((key, i) => (key === undefined ? [] : [[i, key]]))),
});
const taken = (one: MatchRow): MatchRow => ({ ...one, taken: true });

describe("the match keys of a record", () => {
  const sync = syncOf({
    match: [
      [{ a: "email", b: "email" }],
      [{ a: "phone", b: "phone" }],
      [
        { a: "name", b: "name" },
        { a: "born", b: "born" },
      ],
    ],
  });
  const keys = (record: Record<string, string | null>) => matchKeys(sync, "a", record);

  test("are the same however a value is written", () => {
    const plain = keys({ email: "ada@example.com", phone: "+4930123456", name: "Ada Byron", born: "1990-05-01" });
    expect(keys({ email: " ADA@Example.com", phone: "030 123 456", name: "ada  byron ", born: "1990-05-01T00:00:00Z" })).toEqual(plain);
    expect(Object.keys(plain)).toEqual(["0", "1", "2"]);
  });

  test("leave out a rule of which a value is missing or says nothing", () => {
    expect(keys({ email: "n/a", phone: "-", name: "Ada", born: null })).toEqual({});
  });
});

describe("two lists", () => {
  test("are matched by the first rule that finds exactly one on both sides", () => {
    const lists = matchLists(
      [row("a1", "x", "1"), row("a2", undefined, "2"), row("a3", "z")],
      [row("b1", "x", "2"), row("b2", "y", "2")],
      2,
    );
    expect(lists).toEqual({
      matched: [
        { a: "a1", b: "b1", rule: 0 },
        { a: "a2", b: "b2", rule: 1 },
      ],
      onlyA: ["a3"],
      onlyB: [],
      ambiguous: [],
    });
  });

  test("leave to a person what several share", () => {
    const lists = matchLists([row("a1", "x"), row("a2", "x")], [row("b1", "x")], 1);
    expect(lists.ambiguous).toEqual([{ rule: 0, a: ["a1", "a2"], b: ["b1"], taken: null }]);
    expect([lists.matched, lists.onlyA, lists.onlyB]).toEqual([[], [], []]);
  });

  test("tell those that share a key apart by a later rule, among themselves alone", () => {
    const a = [row("a1", "x", "1"), row("a2", "x", "2")];
    expect(matchLists(a, [row("b1", "x", "1"), row("b2", "x", "2")], 2).matched.map(({ a, b }) => a + b)).toEqual(["a1b1", "a2b2"]);
    const beyond = matchLists(a, [row("b1", "x"), row("b2", "y", "2")], 2);
    expect(beyond.matched).toEqual([]);
    expect(beyond.ambiguous[0]).toMatchObject({ a: ["a1", "a2"], b: ["b1"] });
  });

  test("call a record that looks like a matched one its double, unless a stronger rule tells them apart", () => {
    const lists = matchLists([row("a1", "x", "1"), row("a2", undefined, "1"), row("a3", "y", "1")], [row("b1", "x", "1")], 2);
    expect(lists.ambiguous).toEqual([{ rule: 1, a: ["a2"], b: [], taken: { side: "b", ids: ["b1"] } }]);
    expect(lists.onlyA).toEqual(["a3"]);
  });

  test("count each record once, whatever they look like", () => {
    const side = fc.array(fc.tuple(fc.option(fc.integer({ max: 4, min: 0 })), fc.option(fc.integer({ max: 4, min: 0 }))), {
      maxLength: 12,
    });
    const rows = (name: string, keys: [number | null, number | null][]) =>
      keys.map(([x, y], i) => row(`${name}${i}`, x === null ? undefined : String(x), y === null ? undefined : String(y)));
    fc.assert(
      fc.property(side, side, (a, b) => {
        const lists = matchLists(rows("a", a), rows("b", b), 2);
        const ids = [
          ...lists.matched.flatMap((pair) => [pair.a, pair.b]),
          ...lists.onlyA,
          ...lists.onlyB,
          ...lists.ambiguous.flatMap((group) => [...group.a, ...group.b]),
        ];
        expect(ids.toSorted()).toEqual([...rows("a", a), ...rows("b", b)].map(({ id }) => id).toSorted());
      }),
      { numRuns: trials(1_000) },
    );
  });

  test("of 100,000 records each are matched in seconds, also where all share a key", () => {
    const many = (name: string) => Array.from({ length: 100_000 }, (_, i) => row(name + i, `${i}@example.com`, i % 2 ? "same" : `${i}`));
    const ofMany = () => expect(matchLists(many("a"), many("b"), 2).matched.length).toBe(100_000);
    const alike = (name: string) => Array.from({ length: 100_000 }, (_, i) => row(name + i, undefined, "same"));
    const ofAlike = () => expect(matchLists(alike("a"), alike("b"), 2).ambiguous.length).toBe(1);
    for (const work of [ofMany, ofAlike]) expect(processorMs(work)).toBeLessThan(5_000);
  });
});

describe("the counterpart of one record", () => {
  const own = row("a1", "x", "1");
  test("is the only one that has its key", () => {
    expect(findCounterpart("a", own, { own: [], other: [row("b1", "x"), row("b2", "y", "1")] }, 2)).toEqual({ id: "b1" });
    expect(findCounterpart("b", row("b1", "x"), { own: [], other: [row("a1", "x")] }, 1)).toEqual({ id: "a1" });
  });
  test("is left to a person where there are several, or its own side has another like it", () => {
    expect(findCounterpart("a", own, { own: [], other: [row("b1", "x"), row("b2", "x")] }, 2)).toHaveProperty("ambiguous");
    expect(findCounterpart("a", own, { own: [row("a2", "x")], other: [row("b1", "x")] }, 2)).toHaveProperty("ambiguous");
  });
  test("is not one that has its own already", () => {
    expect(findCounterpart("a", own, { own: [], other: [taken(row("b1", "x"))] }, 2)).toMatchObject({
      ambiguous: { taken: { ids: ["b1"] } },
    });
    expect(findCounterpart("a", own, { own: [], other: [taken(row("b1", "y", "1"))] }, 2)).toBeNull();
  });
});
