import { describe, expect, test } from "vitest";
import type { Json } from "#kernel/json.ts";
import { withChange, withoutChange } from "./change.ts";
import type { Event } from "../types/events.ts";
import type { Run } from "../types/runs.ts";

const facts = { volatile: ["timestamp", "webhookId", "data.seenAt"], at: "timestamp" };
const now = Date.UTC(2026, 0, 15, 10);
function changeOf(previous: Json | undefined, payload: unknown, more: { merged?: number; happenedAt?: number } = {}) {
  const run = { merged: more.merged ?? 0, ...(previous !== undefined && { previous }) } as Run;
  return (
    withChange({ run, event: { payload, happenedAt: more.happenedAt ?? null, receivedAt: now } as Event }, facts) as { _change: object }
  )._change;
}

describe("what changed", () => {
  test("is listed field by field, with both values", () => {
    const before = { id: 1, name: "Ada", tags: ["a"], city: "Bath" };
    const change = changeOf(before, { id: 1, name: "Ada B", tags: ["a", "b"], city: "Bath", phone: "1" }, { merged: 3 });
    expect(change).toEqual({
      old: { name: "Ada", tags: ["a"] },
      new: { name: "Ada B", tags: ["a", "b"], phone: "1" },
      fields: ["name", "tags", "phone"],
      known: true,
      merged: 3,
      late: false,
    });
  });

  test("is content: not the order of keys, not null in place of nothing, not the time and the id of the delivery", () => {
    const before = { address: { a: 1, b: 2 }, note: null, timestamp: "2026-01-15", webhookId: "w1", data: { seenAt: 1, n: 1 } };
    const after = { address: { b: 2, a: 1 }, phone: null, timestamp: "2026-01-16", webhookId: "w2", data: { seenAt: 2, n: 1 } };
    expect(changeOf(before, after)).toMatchObject({ fields: [], known: true });
    expect(changeOf(before, { ...after, data: { seenAt: 2, n: 2 } })).toMatchObject({ fields: ["data"] });
  });

  test("keeps what a poll says by itself, and a deletion has the whole of what was", () => {
    const poll = { kind: "changed", id: "7", readAt: "2026-01-15T09:30:00Z" };
    expect(changeOf({ id: "7", n: 1 }, { id: "7", n: 2, _change: poll })).toMatchObject({ ...poll, fields: ["n"], old: { n: 1 } });
    const gone = { id: "7", _change: { ...poll, kind: "deleted" } };
    expect(changeOf({ id: "7", n: 1 }, gone)).toMatchObject({ kind: "deleted", old: { id: "7", n: 1 }, new: {}, fields: ["id", "n"] });
    expect([withoutChange(gone), withoutChange({ id: "7", _change: poll }), withoutChange([1])]).toEqual([null, { id: "7" }, [1]]);
  });

  test("of a record not met before is nothing that is known", () => {
    expect(changeOf(undefined, { n: 1 })).toEqual({ old: {}, new: {}, fields: [], known: false, merged: 0, late: false });
  });

  test("is late where what was known is newer", () => {
    const before = { n: 2, timestamp: "2026-01-15T09:30:02Z" };
    const at = Date.UTC(2026, 0, 15, 9, 30);
    expect(changeOf(before, { n: 1 }, { happenedAt: at + 1000 })).toMatchObject({ late: true });
    expect(changeOf(before, { n: 3 }, { happenedAt: at + 2000 })).toMatchObject({ late: false });
    expect(changeOf({ timestamp: "2999-01-01" }, { n: 3 }, { happenedAt: now })).toMatchObject({ late: false });
  });

  test("is not taken in by fields named like parts of an object", () => {
    const payload = JSON.parse('{"constructor":"x","__proto__":{"polluted":true},"_change":{"old":"mine","fields":"mine"}}') as object;
    expect(changeOf({ toString: "y" }, payload)).toMatchObject({
      fields: ["toString", "constructor", "__proto__"],
      old: { toString: "y" },
    });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("says nothing beside a payload that is no object", () => {
    expect(withChange({ run: { merged: 0 } as Run, event: { payload: [1], happenedAt: null } as unknown as Event }, facts)).toEqual([1]);
  });
});
