import { describe, expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import type { WatchedChange } from "#catalog/types.ts";
import { compareObservation, type ComparisonInput, type Seen } from "./compare.ts";
import { isSame, valuesOf } from "./values.ts";

const added: WatchedChange = { kind: "member", path: "tags", side: "added", setting: "tag" };
const moved: WatchedChange = { kind: "value", compared: { paths: { stage: ["stage"] } }, from: { setting: "from" }, to: { setting: "to" } };
const cancelled: WatchedChange = { kind: "value", compared: { paths: { status: ["status"] } }, to: { values: ["cancelled"] }, fresh: true };

const seen = (values: JsonObject, more: Partial<Seen> = {}): Seen => ({
  values,
  at: 100,
  by: "webhook",
  isNew: false,
  isMeant: true,
  mostChanges: 50,
  ...more,
});
const judged = (change: WatchedChange, before: JsonObject | null, now: Seen, more: Partial<ComparisonInput> = {}) =>
  compareObservation({
    change,
    chosen: {},
    before: before && { values: before, at: 50, by: "poll" },
    seen: now,
    knownUntil: null,
    ...more,
  });

describe("a tag", () => {
  test("that is not the chosen one is a change, and none that starts the flow", () => {
    const judgement = judged(added, { tags: ["vip"] }, seen({ tags: ["vip", "gold"] }), { chosen: { tag: "VIP" } });
    expect(judgement).toMatchObject({ outcome: "other", changes: [], keep: { values: { tags: ["vip", "gold"] } } });
  });

  test("that only changed its case, its spaces or its place in the list was not added", () => {
    expect(judged(added, { tags: ["vip", "gold"] }, seen({ tags: ["Gold", " VIP "] })).outcome).toBe("same");
  });

  test("of a contact that was just made counts, and of one from before does not", () => {
    expect(judged(added, null, seen({ tags: ["vip"] }, { isNew: true })).changes).toMatchObject([{ tag: "vip", old: { tags: [] } }]);
    expect(judged(added, null, seen({ tags: ["vip"] }))).toMatchObject({ outcome: "first", changes: [] });
  });
});

describe("more tags at once than are reported at once", () => {
  const tags = Array.from({ length: 5 }, (_, i) => `t${i}`);
  const removed: WatchedChange = { kind: "member", path: "tags", side: "removed", setting: "tag" };

  test.each([
    [added, ["old"], [...tags, "old"]],
    [removed, [...tags, "old"], ["old"]],
  ])("are reported by %o in the observations that follow, each once", (change, from, to) => {
    const names: unknown[] = [];
    let before: JsonObject = { tags: from };
    for (let look = 0; look < 4; look++) {
      const judgement = judged(change, before, seen({ tags: to }, { mostChanges: 2 }));
      expect(judgement.changes.length).toBeLessThanOrEqual(2);
      names.push(...judgement.changes.map(({ tag }) => tag));
      before = judgement.keep?.values ?? before;
    }
    expect(names).toEqual(tags);
    expect(before["tags"]).toHaveLength(to.length);
  });
});

test("a field called like something that every object has is compared like any other", () => {
  const change: WatchedChange = { kind: "value", compared: { field: "field", fields: {}, customField: "customField" } };
  const values = valuesOf(change, { customField: "constructor" }, { customFields: [{ id: "constructor", value: "a" }] }, "webhook");
  expect(judged(change, { other: "b" }, seen(values)).outcome).toBe("same");
});

test("a list of texts beyond all use says nothing", () => {
  for (const tags of [Array.from({ length: 2_001 }, (_, i) => `t${i}`), ["x".repeat(70_000)]])
    expect(valuesOf(added, {}, { tags }, "webhook")).toEqual({});
});

describe("a value", () => {
  test.each([
    [{}, true],
    [{ from: "a" }, true],
    [{ from: "b" }, false],
    [{ to: "B" }, true],
    [{ from: "a", to: "c" }, false],
  ])("that went from a to b is asked for by %o: %s", (chosen, isAsked) => {
    expect(judged(moved, { stage: "a" }, seen({ stage: "b" }), { chosen }).outcome).toBe(isAsked ? "changed" : "other");
  });

  test("that a record is made with was not changed, unless the trigger says that it counts", () => {
    expect(judged(moved, null, seen({ stage: "a" }, { isNew: true })).outcome).toBe("first");
    expect(judged(cancelled, null, seen({ status: "cancelled" }, { isNew: true })).outcome).toBe("changed");
    expect(judged(cancelled, null, seen({ status: "confirmed" }, { isNew: true })).outcome).toBe("other");
  });

  test("of a record that the settings do not choose starts nothing, and is remembered", () => {
    expect(judged(moved, { stage: "a" }, seen({ stage: "b" }, { isMeant: false }))).toMatchObject({
      outcome: "other",
      keep: { values: { stage: "b" } },
    });
  });
});

describe("an older observation", () => {
  test("by webhook is late, whether a webhook or a look knows better", () => {
    expect(judged(moved, { stage: "a" }, seen({ stage: "b" }, { at: 40 }))).toMatchObject({ outcome: "late", keep: null });
    expect(judged(moved, { stage: "a" }, seen({ stage: "b" }), { knownUntil: 101 }).outcome).toBe("late");
  });

  test("seen by a poll waits while a webhook has reported the state, and is believed once its row is newer", () => {
    const before = { values: { stage: "a" }, at: 100, by: "webhook" as const };
    expect(judged(moved, null, seen({ stage: "b" }, { by: "poll" }), { before }).outcome).toBe("waiting");
    expect(judged(moved, null, seen({ stage: "b" }, { by: "poll", at: 101 }), { before }).outcome).toBe("changed");
  });

  test("of the same moment counts in the order of two webhooks, and not after a look", () => {
    const before = { values: { stage: "a" }, at: 100 };
    expect(judged(moved, null, seen({ stage: "b" }), { before: { ...before, by: "webhook" } }).outcome).toBe("changed");
    expect(judged(moved, null, seen({ stage: "b" }), { before: { ...before, by: "poll" } }).outcome).toBe("late");
  });
});

describe("what is not said", () => {
  const field: WatchedChange = { kind: "value", compared: { field: "field", fields: { city: ["city"] }, customField: "customField" } };

  test("changes nothing by webhook, and is empty in a row, save for a list of texts", () => {
    expect(valuesOf(field, { field: "city" }, {}, "webhook")).toEqual({});
    expect(valuesOf(field, { field: "city" }, {}, "poll")).toEqual({ city: null });
    expect(valuesOf(added, {}, {}, "poll")).toEqual({});
    expect(judged(added, { tags: ["vip"] }, seen({})).outcome).toBe("silent");
  });

  test("of a custom field is read by its id, however its value is called", () => {
    const record = {
      customFields: [
        { id: "f1", fieldValue: 7 },
        { id: "f2", value: "x" },
      ],
    };
    expect(valuesOf(field, { customField: "f1" }, record, "webhook")).toEqual({ f1: 7 });
    expect(valuesOf(field, { customField: "f3" }, record, "webhook")).toEqual({});
  });
});

test.each([
  ["2026-02-01T09:00:00.000Z", "2026-02-01T10:00:00+01:00", true],
  ["1990-12-10", "1990-12-10T00:00:00.000Z", true],
  ["2026-02-01T09:00:00.000Z", "2026-02-01T09:00:00+01:00", false],
  [9, "9", true],
  ["", null, true],
  [[], null, true],
  [["a", "b"], ["B", "a"], true],
  [false, null, false],
])("%o and %o are the same: %s", (a, b, same) => {
  expect(isSame(a, b)).toBe(same);
});
