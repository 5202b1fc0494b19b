import { expect, test } from "vitest";
import { dayMs } from "#kernel/durations.ts";
import type { TagRow } from "#storage/tag-store.ts";
import { matching } from "./tag-rules.ts";

const now = 100 * dayMs;
const kind = "crm.contact";
const tag = (name: string, unusedDays: number | null, more: Partial<TagRow> = {}): TagRow => ({
  workspaceId: "ws_1",
  connectionId: "con_1",
  kind,
  name,
  tagId: name,
  carriers: unusedDays === null ? 5 : 0,
  countedAt: now,
  unusedSince: unusedDays === null ? null : now - unusedDays * dayMs,
  readAt: now,
  ...more,
});
const clean = async (rule: { unusedDays: number | null; names?: string[] }, tags: TagRow[]) =>
  (await matching({ kind, names: [], ...rule }, tags, { now, countedSince: now })).clean;

test("a tag is cleaned once it was unused for so long in every sub-account", async () => {
  const tags = [tag("old", 90), tag("young", 89), tag("used", null), tag("half", 95), tag("half", null, { connectionId: "con_2" })];
  expect(await clean({ unusedDays: 90 }, tags)).toEqual(["old"]);
  expect(await clean({ unusedDays: 0 }, tags)).toEqual(["old", "young"]);
});

test("names are patterns without case, in which nothing but the star is special", async () => {
  const tags = [tag("Test 1", null), tag("my test", null), tag("a.b", null), tag("axb", null)];
  expect(await clean({ unusedDays: null, names: ["test*"] }, tags)).toEqual(["Test 1"]);
  expect(await clean({ unusedDays: null, names: ["*TEST*"] }, tags)).toEqual(["Test 1", "my test"]);
  expect(await clean({ unusedDays: null, names: ["a.b"] }, tags)).toEqual(["a.b"]);
  expect(await clean({ unusedDays: 1, names: ["*"] }, tags)).toEqual([]);
});

test("what was not counted this time is left, with the reason, and other kinds are not meant", async () => {
  const tags = [tag("old", 99, { countedAt: now - 1 }), tag("never", 99, { countedAt: null }), tag("other", 99, { kind: "crm.post" })];
  expect(await matching({ kind, unusedDays: 9, names: [] }, tags, { now, countedSince: now })).toEqual({
    clean: [],
    leave: ["old", "never"].map((name) => ({ name, why: "It could not be counted in every sub-account." })),
  });
});
