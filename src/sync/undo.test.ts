import { describe, expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import { personType, sideRecord, syncField, syncOf, syncTypes } from "#test/support/sync-sides.ts";
import { newLink, planPair } from "./plan.ts";
import type { SyncWrite } from "./types.ts";
import { linkAfterUndo, planUndo } from "./undo.ts";

const sync = syncOf();
let count = 0;
const write = (change: Partial<SyncWrite>): SyncWrite => ({
  id: `w${++count}`,
  syncId: "s1",
  linkId: "l1",
  side: "b",
  kind: "update",
  recordId: "b1",
  before: { name: "Old" },
  after: { name: "New" },
  runId: "r1",
  batch: "j1",
  at: count,
  undoneBy: null,
  ...change,
});
const undo = (writes: SyncWrite[], now: JsonObject | null, of = sync) => planUndo(of, writes, () => now);

describe("an undo", () => {
  test("puts back what was there before the first of several writes", () => {
    const writes = [write({}), write({ before: { name: "New", email: null }, after: { name: "Newer", email: "x@y.z" } })];
    expect(undo(writes.toReversed(), { name: "Newer", email: "X@y.z" })).toEqual({
      undo: [
        {
          side: "b",
          linkId: "l1",
          undoes: writes.map(({ id }) => id),
          kind: "update",
          recordId: "b1",
          before: { name: "Newer", email: "X@y.z" },
          after: { name: "Old", email: null },
        },
      ],
      left: [],
    });
  });
  test("leaves what was changed since, and says what", () => {
    expect(undo([write({})], { name: "Edited" })).toMatchObject({ undo: [], left: [{ recordId: "b1", why: "name was changed since." }] });
    expect(undo([write({})], null).left[0]?.why).toBe("The profile was deleted since.");
  });
  test("deletes what was made, unless somebody has changed it", () => {
    const made = write({ kind: "create", before: {}, after: { name: "Ada" } });
    expect(undo([made], { name: "Ada", phone: "1" }).undo).toMatchObject([{ kind: "delete", recordId: "b1", before: { phone: "1" } }]);
    expect(undo([made], { name: "Eve" }).left).toHaveLength(1);
    expect(undo([made], null)).toEqual({ undo: [], left: [] });
    const { remove: _, archive: __, ...lasting } = personType("profile");
    expect(undo([made], { name: "Ada" }, syncOf({}, { a: syncTypes.a, b: lasting })).left[0]?.why).toBe("Profiles cannot be deleted here.");
  });
  test("makes again what was deleted, of all that can be written", () => {
    const deleted = write({ kind: "delete", before: { id: "b1", name: "Ada", tags: [], made: "2026-01-01T00:00:00Z" }, after: {} });
    expect(undo([deleted], null).undo).toMatchObject([{ kind: "create", recordId: null, after: { name: "Ada" } }]);
    expect(undo([deleted], null).undo[0]?.after).toEqual({ name: "Ada" });
    expect(undo([deleted], { name: "Ada" }).left[0]?.why).toBe("The profile is there again.");
  });
  test("takes a record out of the archive by the fields that show it", () => {
    const fields = [syncField("name"), syncField("archived", "boolean")];
    const shown = syncOf(
      { fields: [{ a: "name", b: "name", way: "both" }], match: [] },
      { a: syncTypes.a, b: personType("profile", { fields }) },
    );
    const archived = write({ kind: "archive", before: { archived: false }, after: { archived: true } });
    expect(undo([archived], { archived: true }, shown).undo).toMatchObject([{ kind: "update", after: { archived: false } }]);
    expect(undo([write({ kind: "archive", before: {}, after: {} })], {}).left).toHaveLength(1);
  });
  test("leaves out what was undone before, and what is not certain to be there", () => {
    expect(undo([write({ undoneBy: "u" })], { name: "New" })).toEqual({ undo: [], left: [] });
    expect(undo([write({ kind: "create", recordId: null })], null).left).toHaveLength(1);
  });
});

describe("the pair after an undo", () => {
  const link = {
    ...newLink("l1", "s1", { a: "a1", b: "b1" }, 0),
    agreed: Object.fromEntries(sync.rows.map(({ key }) => [key, { a: null, b: null } as { a: string | null; b: string | null }])),
  };
  link.agreed["name=name"] = { a: "New", b: "New" };
  test("does not carry what was put back to the other side", () => {
    const [put] = undo([write({})], { name: "New" }).undo;
    const after = linkAfterUndo(link, sync, put!, "b1", 5);
    const pair = { a: sideRecord({ name: "New" }, null, "a1"), b: sideRecord({ name: "Old" }, null, "b1") };
    expect(planPair({ sync, link: after, ...pair, event: "b", now: 9, writes: [] }).writes).toEqual([]);
  });
  test("does not make a record again that was taken back", () => {
    const [taken] = undo([write({ kind: "create", before: {}, after: { name: "New" } })], { name: "New" }).undo;
    const after = linkAfterUndo(link, sync, taken!, "b1", 5);
    expect(
      planPair({ sync, link: after, a: sideRecord({ name: "New" }, null, "a1"), b: null, event: "a", now: 9, writes: [] }),
    ).toMatchObject({ writes: [], left: "ignored" });
    expect(after).toMatchObject({ a: "a1", b: null, was: { b: [] }, gone: null, ignored: true });
  });
});
