import { expect, test } from "vitest";
import { sampleKey } from "./sample-key.ts";

test("equal samples have one key: the order of members and the time of reading make no difference", () => {
  const read = (at: string) => ({ id: "c_1", _change: { kind: "new", readAt: at } });
  expect(sampleKey({ a: 1, b: [2] })).toBe(sampleKey({ b: [2], a: 1 }));
  expect(sampleKey(read("2026-01-01T00:00:00Z"))).toBe(sampleKey(read("2026-01-02T00:00:00Z")));
  expect(sampleKey(undefined)).toBe(sampleKey({}));
});

test("a different value has a different key", () => {
  const keys = [{ score: 4 }, { score: 5 }, { score: "4" }, { id: "c_1", _change: { kind: "new" } }, "text", null].map(sampleKey);
  expect(new Set(keys).size).toBe(keys.length);
});
