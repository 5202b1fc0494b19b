import { describe, expect, test } from "vitest";
import { processorMs } from "#test/support/cost.ts";
import type { JsonObject } from "#kernel/json.ts";
import { personType, sideRecord, syncField, syncOf, syncTypes } from "#test/support/sync-sides.ts";
import { previewLists } from "./preview.ts";

const list = (side: string, ...records: JsonObject[]) => records.map((record, i) => sideRecord(record, null, `${side}${i}`));
const people = (name: string) => ({ name, email: `${name}@x.org` });

describe("a preview", () => {
  const sync = syncOf({ only: { a: "record.name != 'Mallory'" } });
  const preview = previewLists(
    sync,
    list(
      "a",
      people("Same"),
      { ...people("Fill"), phone: "+4930123456" },
      { name: "Left", email: "differ@x.org" },
      people("Mallory"),
      people("Twin"),
      people("Twin"),
      people("New"),
    ),
    list(
      "b",
      people("Same"),
      people("Fill"),
      { name: "Right", email: "differ@x.org" },
      people("Mallory"),
      people("Twin"),
      people("Other"),
      people("Third"),
    ),
  );
  test("counts each record once, by what becomes of it", () => {
    expect(preview.counts).toEqual({ same: 1, matched: 1, conflict: 1, left: 1, ambiguous: 3, createB: 1, createA: 2 });
  });
  test("shows who, and what of them", () => {
    expect(preview.examples.matched).toEqual([{ a: { id: "a1", name: "Fill" }, b: { id: "b1", name: "Fill" }, note: "phone" }]);
    expect(preview.examples.conflict[0]?.note).toBe("name differ");
    expect(preview.examples.createB[0]).toEqual({ a: { id: "a6", name: "New" }, b: null, note: "name and email" });
    expect(preview.examples.ambiguous[0]).toMatchObject({
      a: { name: "Twin" },
      b: { name: "Twin" },
      note: "2 contacts and 1 profile share: email",
    });
    expect(preview.examples.left[0]?.note).toBe("does not take part");
  });
  test("counts the calls: reads of what is written, and the writes", () => {
    // Filled and decided pairs: 2 reads and 1 write each; made: 1 read and 1 write each.
    expect(preview.calls).toEqual({ a: 2 + 1 + 2, b: 2 + 2 + 1 + 2 });
  });
  test("shows ten of many", () => {
    const many = previewLists(sync, list("a", ...Array.from({ length: 50 }, (_, i) => people(`p${i}`))), []);
    expect([many.counts.createB, many.examples.createB.length]).toEqual([50, 10]);
  });
});

test("a side that makes no records leaves out those it lacks", () => {
  const preview = previewLists(syncOf({ create: { a: false, b: false } }), list("a", people("Ada")), []);
  expect(preview).toMatchObject({ counts: { left: 1, createB: 0 }, examples: { left: [{ note: "no profiles are made" }] } });
});

test("a field that the list lacks is not taken for empty", () => {
  const b = personType("profile", { fields: [syncField("email", "email"), syncField("name", "text", { listed: null })] });
  const sync = syncOf({ fields: [{ a: "name", b: "name", way: "both" }], match: [[{ a: "email", b: "email" }]] }, { a: syncTypes.a, b });
  expect(previewLists(sync, list("a", people("Ada")), list("b", { email: "ada@x.org" })).counts).toMatchObject({ same: 1, matched: 0 });
});

test("many records are counted in seconds", () => {
  const many = (name: string) =>
    list(name, ...Array.from({ length: 20_000 }, (_, i) => ({ ...people(`p${i}`), phone: `+4930${100_000 + i}`, tags: ["x", name] })));
  const work = () => expect(previewLists(syncOf(), many("a"), many("b")).counts.matched).toBe(20_000);
  expect(processorMs(work)).toBeLessThan(5_000);
});
