import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "#kernel/json.ts";
import { sideRecord, syncField, syncOf, personType, syncTypes } from "#test/support/sync-sides.ts";
import type { FieldPair, Side } from "./format.ts";
import { makeRecord, mergePair, type MergeInput } from "./merge.ts";

type Values = { a: Json; b: Json };
type More = Partial<Pick<MergeInput, "event" | "choose" | "repair">> & {
  row?: Partial<FieldPair>;
  conflict?: "newest" | "a" | "b" | "ask";
  at?: [number, number];
};

/** One row, merged: what is written, and what is agreed on then. */
function merge(field: string, now: Values, was: Values | null, { row, conflict = "newest", at, ...more }: More = {}) {
  const sync = syncOf({ fields: [{ a: field, b: field, way: "both", ...row }], conflict });
  const record = (side: Side, changedAt: number | null) => sideRecord({ name: "Ada", [field]: now[side] }, changedAt);
  const agreed = was === null ? {} : { [`${field}=${field}`]: was };
  const merged = mergePair({ sync, agreed, a: record("a", at?.[0] ?? null), b: record("b", at?.[1] ?? null), event: "a", ...more });
  const { write, agreed: then, differed, problem } = merged.rows[0]!;
  return { write, agreed: then, differed, problem, conflicts: merged.conflicts };
}
const both = (value: Json): Values => ({ a: value, b: value });

describe("a row that goes both ways", () => {
  test("carries the one change there is, to the other side", () => {
    expect(merge("name", { a: "New", b: "Old" }, both("Old"))).toMatchObject({ write: { b: "New" }, agreed: both("New") });
    expect(merge("name", { a: "Old", b: "New" }, both("Old"))).toMatchObject({ write: { a: "New" }, agreed: both("New") });
  });
  test("writes nothing where nothing differs, however it is written", () => {
    expect(merge("email", { a: "ADA@x.org", b: "ada@x.org " }, both("ada@x.org")).write).toEqual({});
    expect(merge("phone", { a: "+4930123456", b: "030/123456" }, null).write).toEqual({});
    expect(merge("seen", { a: "2026-01-15T10:30:00.123+01:00", b: "2026-01-15T09:30:00Z" }, null).write).toEqual({});
    expect(merge("born", { a: "1990-05-01", b: "1990-05-01T00:00:00.000Z" }, null).write).toEqual({});
    expect(merge("score", { a: "7.0", b: 7 }, null).write).toEqual({});
    expect(merge("name", { a: "", b: null }, null).write).toEqual({});
  });
  test("takes it as agreed where both sides made the same change", () => {
    expect(merge("name", { a: "New", b: "New" }, both("Old"))).toMatchObject({ write: {}, agreed: both("New"), differed: undefined });
  });
  test("carries a cleared value as one", () => {
    expect(merge("name", { a: null, b: "Old" }, both("Old"))).toMatchObject({ write: { b: null }, agreed: both(null) });
  });
  test("clears nothing when two records meet: what one side has goes to the other", () => {
    expect(merge("name", { a: null, b: "Ada" }, null)).toMatchObject({ write: { a: "Ada" }, differed: undefined });
  });
  test.each([
    ["newest", [2, 1], { b: "A" }],
    ["newest", [1, 2], { a: "B" }],
    ["newest", undefined, { b: "A" }], // its event is a's
    ["a", [1, 2], { b: "A" }],
    ["b", [2, 1], { a: "B" }],
    ["ask", [2, 1], {}],
  ] as const)("decides by %s (changed at %j) where both sides changed it", (conflict, at, write) => {
    for (const was of [both("Old"), null])
      expect(merge("name", { a: "A", b: "B" }, was, { conflict, ...(at && { at: [...at] }) })).toMatchObject({ write, differed: {} });
  });
  test("asks for one field although the sync does not, and keeps what was agreed meanwhile", () => {
    const asked = merge("name", { a: "A", b: "B" }, both("Old"), { row: { conflict: "ask" } });
    expect(asked).toMatchObject({ write: {}, agreed: both("Old"), conflicts: [{ field: "name=name", a: "A", b: "B" }] });
  });
  test("does what a person chose", () => {
    expect(merge("name", { a: "A", b: "B" }, both("Old"), { conflict: "ask", choose: { "name=name": "b" } })).toMatchObject({
      write: { a: "B" },
      agreed: both("B"),
      conflicts: [],
    });
  });
});

describe("a row that goes one way", () => {
  const row = { way: "toB" as const };
  test("leaves an edit of its target until its source changes, or it is repaired", () => {
    expect(merge("name", { a: "Ada", b: "Edited" }, both("Ada"), { row })).toMatchObject({ write: {}, agreed: both("Ada") });
    expect(merge("name", { a: "Ada", b: "Edited" }, both("Ada"), { row, repair: true }).write).toEqual({ b: "Ada" });
    expect(merge("name", { a: "New", b: "Edited" }, both("Ada"), { row })).toMatchObject({ write: { b: "New" }, agreed: both("New") });
  });
  test("is never a conflict and never clears at a first meeting", () => {
    expect(merge("name", { a: "A", b: "B" }, null, { row, conflict: "ask" })).toMatchObject({ write: { b: "A" }, conflicts: [] });
    expect(merge("name", { a: null, b: "B" }, null, { row }).write).toEqual({});
  });
  test("sees a change of any field that its template reads", () => {
    const full = { way: "toB" as const, toB: "{{ record.name }} ({{ value }})" };
    expect(merge("source", { a: "web", b: "Ada (web)" }, { a: "Ada (web)", b: "Ada (web)" }, { row: full }).write).toEqual({});
    const change = syncOf({ fields: [{ a: "source", b: "name", ...full }] });
    const records = { a: sideRecord({ name: "Ada B", source: "web" }), b: sideRecord({ name: "Ada (web)" }) };
    const agreed = { "source=name": { a: "Ada (web)", b: "Ada (web)" } };
    expect(mergePair({ sync: change, agreed, ...records, event: "a" }).rows[0]?.write).toEqual({ b: "Ada B (web)" });
  });
});

describe("a template", () => {
  const row = { way: "both" as const, toA: "{{ value | downcase }}", toB: "{{ value | upcase }}" };
  test("makes each side's value of the other's", () => {
    expect(merge("name", { a: "eve", b: "ADA" }, { a: "ada", b: "ADA" }, { row })).toMatchObject({
      write: { b: "EVE" },
      agreed: { a: "eve", b: "EVE" },
    });
    expect(merge("name", { a: "ada", b: "Eve" }, { a: "ada", b: "ADA" }, { row })).toMatchObject({
      write: { a: "eve" },
      agreed: { a: "eve", b: "Eve" },
    });
    expect(merge("name", { a: "ada", b: "ADA" }, null, { row }).write).toEqual({});
  });
  test("that fails leaves its row as it is, with the reason", () => {
    const failed = merge("name", { a: "New", b: "Old" }, both("Old"), { row: { way: "toB", toB: "{{ value | date: '%Y' }}" } });
    expect(failed).toMatchObject({ write: {}, agreed: both("Old") });
    expect(failed.problem).toContain("is not a date");
  });
});

describe("tags", () => {
  test("that either side added stay, and those that either side removed go", () => {
    const merged = merge("tags", { a: ["VIP", "new"], b: ["vip", "old", "other"] }, both(["vip", "old"]), { conflict: "ask" });
    expect(merged).toMatchObject({ write: { a: ["VIP", "new", "other"], b: ["vip", "other", "new"] }, conflicts: [] });
  });
  test("of two records that meet are joined", () => {
    expect(merge("tags", { a: ["x"], b: ["y"] }, null).write).toEqual({ a: ["x", "y"], b: ["y", "x"] });
  });
  test("that are all removed are written as none", () => {
    expect(merge("tags", { a: null, b: ["x"] }, both(["x"])).write).toEqual({ b: [] });
  });
  test("that go one way leave the target's own", () => {
    const row = { way: "toB" as const };
    expect(merge("tags", { a: ["x", "z"], b: ["x", "y", "own"] }, both(["x", "y"]), { row }).write).toEqual({ b: ["x", "own", "z"] });
    expect(merge("tags", { a: ["x"], b: ["own"] }, both(["x"]), { row }).write).toEqual({});
    expect(merge("tags", { a: ["x"], b: ["own"] }, both(["x"]), { row, repair: true }).write).toEqual({ b: ["own", "x"] });
  });
  test("in the same order or another are the same", () => {
    expect(merge("tags", { a: ["x", "y"], b: ["Y", "x", "x"] }, null).write).toEqual({});
  });
});

describe("a field that cannot be written later", () => {
  test("gives its value and takes none", () => {
    const row = { a: "source", b: "source" };
    expect(merge("source", { a: "New", b: "Old" }, both("Old"), { row }).write).toEqual({});
    const types = { a: personType("contact", { fields: [syncField("source")] }), b: syncTypes.b };
    const sync = syncOf({ fields: [{ ...row, way: "both" }], match: [] }, types);
    const records = (a: string, b: string) => ({ a: sideRecord({ source: a }), b: sideRecord({ source: b }) });
    const agreed = { "source=source": both("Old") };
    expect(mergePair({ sync, agreed, ...records("Old", "New"), event: "b" }).rows[0]?.write).toEqual({ a: "New" });
    expect(mergePair({ sync, agreed, ...records("New", "Old"), event: "a" }).rows[0]?.write).toEqual({});
  });
});

describe("a record that is made", () => {
  const make = (record: JsonObject) =>
    makeRecord(
      syncOf({
        fields: [
          { a: "name", b: "name", way: "toB", toB: "{{ value | upcase }}" },
          { a: "email", b: "email", way: "both" },
          { a: "source", b: "source", way: "both" },
          { a: "phone", b: "phone", way: "toA" },
        ],
      }),
      "a",
      record,
    );
  test("takes what goes to its side, also what only a new one takes, and nothing that is blank", () => {
    expect(make({ name: "Ada", email: "", source: "web", phone: "+4930123456" }).values).toEqual({ name: "ADA", source: "web" });
  });
  test("agrees on what it was made of", () => {
    expect(make({ name: "Ada" }).rows.map(({ agreed }) => agreed)).toEqual([both("ADA"), both(null), both(null), null]);
  });
});
