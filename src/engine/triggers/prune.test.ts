import { expect, test } from "vitest";
import { floorBehindMs, prune } from "./prune.ts";

const cursor = Date.UTC(2026, 5, 1);
const day = 86_400_000;
const times = new Map<string, number | null>([
  ["old", cursor - 30 * day],
  ["edge", cursor - floorBehindMs],
  ["fresh", cursor - day],
  ["timeless", null],
]);
const plan = { mode: "changed", timeTrusted: true } as const;

test("a list within bounds is remembered whole", () => {
  expect(prune(plan, { times, cursor, floor: null, limit: 4 })).toEqual({ floor: null, forget: [] });
});

test("of a list too large, what its own time proves to be old is forgotten, and the floor says up to where", () => {
  expect(prune(plan, { times, cursor, floor: null, limit: 3 })).toEqual({ floor: cursor - floorBehindMs, forget: ["old", "edge"] });
});

test("the floor never goes back", () => {
  expect(prune(plan, { times, cursor, floor: cursor, limit: 3 }).floor).toBe(cursor);
});

test("nothing is forgotten where a forgotten record could pass for a new one, or its time is not to be trusted", () => {
  for (const mode of ["new", "all"] as const)
    expect(prune({ mode, timeTrusted: true }, { times, cursor, floor: null, limit: 1 }).forget).toEqual([]);
  expect(prune({ mode: "changed", timeTrusted: false }, { times, cursor, floor: null, limit: 1 }).forget).toEqual([]);
});
