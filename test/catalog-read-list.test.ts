import { expect, test } from "vitest";
import { findOperation } from "#test/support/built-in.ts";
import { readList } from "#catalog/read-list.ts";
import type { Call } from "#catalog/types.ts";

const businesses = findOperation("highlevel", "businesses.list")!;
/** So many rows of so many characters, in pages as they are asked for. */
const serve =
  (count: number, characters: number): Call =>
  async (_, { skip, limit }) => {
    const [from, size] = [Number(skip), Number(limit)];
    const rows = Array.from({ length: Math.max(0, Math.min(size, count - from)) }, (_, i) => ({
      id: `b${from + i}`,
      name: "x".repeat(characters),
    }));
    return { output: rows, raw: { businesses: rows }, status: 200 };
  };

test("rows that are too large together are left out, and that is said", async () => {
  const { rows, read } = await readList(businesses, {}, serve(400, 100_000));
  expect([rows.length, read]).toEqual([104, { rows: 104, complete: false, requests: 2, cut: "bytes" }]);
});

test("one row that is too large by itself is given all the same: the run's own bound judges it", async () => {
  expect((await readList(businesses, {}, serve(1, 11 * 1024 * 1024))).read).toMatchObject({ rows: 1, complete: true });
});

test("pages of one row are not asked for without end", async () => {
  const { read } = await readList(businesses, { limit: "1" }, serve(5_000, 1), 10_000);
  expect(read).toEqual({ rows: 1_000, complete: false, requests: 1_000, cut: "requests" });
});

test("a list that is as long as the bound is whole where that is known, and may go on where it is not", async () => {
  expect((await readList(businesses, {}, serve(50, 1), 50)).read).toMatchObject({ complete: true, total: 50 });
  expect((await readList(businesses, {}, serve(200, 1), 200)).read).toEqual({ rows: 200, complete: false, requests: 2, cut: "rows" });
});
