import { describe, expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import { personType, sideRecord, syncOf, syncTypes } from "#test/support/sync-sides.ts";
import { mayBeGhost } from "./deletes.ts";
import { lagMs, mostHops } from "./echo.ts";
import type { Side } from "./format.ts";
import { newLink, planPair, settlePair, type PairInput } from "./plan.ts";
import type { Link, SyncWrite } from "./types.ts";

const now = 100 * lagMs;
const sync = syncOf();
const ada = { name: "Ada", email: "ada@example.com" };
const agreedOn = (values: JsonObject): Link["agreed"] =>
  Object.fromEntries(sync.rows.map(({ key, a }) => [key, { a: values[a.name] ?? null, b: values[a.name] ?? null }]));
const linkOf = (change: Partial<Link> = {}): Link => ({
  ...newLink("l1", "s1", { a: "a1", b: "b1" }, 0),
  agreed: agreedOn(ada),
  ...change,
});
const at = (side: Side, record: JsonObject, changedAt: number | null = null) => ({
  ...sideRecord(record, changedAt, `${side}1`),
  readAt: now,
});
const plan = (change: Partial<PairInput> = {}) =>
  planPair({ sync, link: linkOf(), a: at("a", ada), b: at("b", ada), event: "a", now, writes: [], ...change });
const write = (change: Partial<SyncWrite>): SyncWrite => ({
  id: "w1",
  syncId: "s1",
  linkId: "l1",
  side: "b",
  kind: "update",
  recordId: "b1",
  before: {},
  after: {},
  runId: "r1",
  batch: null,
  at: now - 1_000,
  undoneBy: null,
  ...change,
});

describe("a pair", () => {
  test("of which nothing differs needs nothing", () => {
    expect(plan()).toMatchObject({ writes: [], left: null, lookAgain: false });
  });
  test("gets one write a side, with what was there before", () => {
    expect(plan({ a: at("a", { ...ada, name: "New", phone: "+4930123456" }) }).writes).toEqual([
      {
        side: "b",
        kind: "update",
        recordId: "b1",
        before: { name: "Ada", phone: null },
        after: { name: "New", phone: "+4930123456" },
        rows: ["name=name", "phone=phone"],
      },
    ]);
  });
  test("that a person left out, or a condition leaves out, stays as it is", () => {
    const a = at("a", { ...ada, name: "New" });
    expect(plan({ a, link: linkOf({ ignored: true }) })).toMatchObject({ writes: [], left: "ignored" });
    expect(plan({ a, sync: syncOf({ only: { b: "record.name == 'Eve'" } }) })).toMatchObject({ writes: [], left: "filtered" });
  });
  test("keeps the time of a conflict while its values stay", () => {
    const asking = syncOf({ conflict: "ask" });
    const conflict = { field: "name=name", a: "A", b: "B", at: 5 };
    const records = { a: at("a", { ...ada, name: "A" }), b: at("b", { ...ada, name: "B" }) };
    expect(plan({ sync: asking, ...records, link: linkOf({ conflicts: [conflict] }) }).link?.conflicts).toEqual([conflict]);
    expect(plan({ sync: asking, ...records, link: linkOf({ conflicts: [{ ...conflict, b: "C" }] }) }).link?.conflicts[0]?.at).toBe(now);
  });
  test("keeps what rows that rest agreed on, and goes on with the others", () => {
    const gone = { ...syncTypes.b, fields: syncTypes.b.fields.filter(({ name }) => name !== "phone") };
    const resting = syncOf({}, { a: syncTypes.a, b: gone });
    expect(Object.keys(resting.resting)).toEqual(["phone=phone"]);
    const planned = plan({ sync: resting, a: at("a", { ...ada, name: "New", phone: "1" }) });
    expect(planned.writes[0]?.after).toEqual({ name: "New" });
    expect(planned.link?.agreed["phone=phone"]).toEqual({ a: null, b: null });
  });
});

describe("a record without a counterpart", () => {
  const lone = { link: linkOf({ b: null, agreed: {} }), b: null };
  test("is made on the other side where the sync makes them", () => {
    expect(plan(lone).writes).toMatchObject([{ side: "b", kind: "create", recordId: null, after: ada }]);
    expect(plan({ ...lone, sync: syncOf({ create: { a: true, b: false } }) })).toMatchObject({ writes: [], left: "lone" });
  });
  test("is not made a second time before a full read has shown that the first was not done", () => {
    const writes = [write({ kind: "create", recordId: null, at: now - 2 * lagMs })];
    expect(plan({ ...lone, writes })).toMatchObject({ writes: [], left: "unsure" });
    expect(plan({ ...lone, writes, lookedAt: { b: now - 1.5 * lagMs } }).left).toBe("unsure");
    expect(plan({ ...lone, writes, lookedAt: { b: now - lagMs } }).writes).toHaveLength(1);
  });
  test("waits for its parent, and is made under it", () => {
    const notes = syncOf({ parents: [{ a: "source", b: "source", sync: "people" }] });
    const child = { ...lone, sync: notes, a: at("a", { ...ada, source: "c1" }) };
    expect(plan(child)).toMatchObject({ writes: [], left: "parent" });
    expect(plan({ ...child, parent: (row, id) => `${row}:${id} there` }).writes[0]?.after).toEqual({ ...ada, source: "0:c1 there" });
  });
});

describe("a record that was deleted", () => {
  const gone = (deletes: "nothing" | "archive" | "delete", change: Partial<PairInput> = {}) =>
    plan({ sync: syncOf({ deletes: { a: deletes, b: "nothing" } }), b: null, event: "b", ...change });
  test("is followed by what the sync says", () => {
    expect(gone("nothing")).toMatchObject({
      writes: [],
      left: "gone",
      link: { a: "a1", b: null, was: { b: ["b1"] }, gone: { side: "b", at: now } },
    });
    expect(gone("delete")).toMatchObject({
      writes: [{ side: "a", kind: "delete", recordId: "a1", before: { id: "a1", ...ada } }],
      link: null,
    });
    expect(gone("archive")).toMatchObject({ writes: [{ side: "a", kind: "archive" }], link: { gone: { side: "b" } } });
  });
  test("does not take a change with it that never got there", () => {
    const kept = gone("delete", { a: at("a", { ...ada, name: "New" }) });
    expect(kept).toMatchObject({ writes: [], left: "gone" });
    expect(kept.link?.problem).toContain("changed since");
  });
  test("is not made again by a change of the other one", () => {
    const link = linkOf({ b: null, gone: { side: "b", at: 1 } });
    expect(gone("nothing", { link, event: "a", a: at("a", { ...ada, name: "New" }) })).toMatchObject({ writes: [], left: "gone" });
  });
  test("is not taken for settled where the write failed", () => {
    const planned = gone("delete");
    expect(settlePair(linkOf(), planned, sync, { a: { problem: "No." } })).toEqual(linkOf({ problem: "No." }));
    expect(settlePair(linkOf(), planned, sync, { a: { recordId: "a1" } })).toBeNull();
  });
  test("meets its counterpart anew when it is made again, and clears nothing of it", () => {
    const link = linkOf({ b: null, was: { a: [], b: ["b1"] }, gone: { side: "b", at: 1 } });
    const again = { ...at("b", { email: "ada@example.com" }), id: "b2" };
    const planned = gone("delete", { link, b: again });
    expect(planned.writes).toMatchObject([{ side: "b", recordId: "b2", after: { name: "Ada" } }]);
    expect(planned.link).toMatchObject({ b: "b2", gone: null, was: { b: ["b1"] } });
  });
});

describe("after the writes", () => {
  const planned = plan({ a: at("a", { ...ada, name: "New" }), b: at("b", { ...ada, phone: "+4930123456" }) });
  test("what was refused is not agreed on, and the rest is", () => {
    const link = settlePair(linkOf(), planned, sync, { a: { recordId: "a1" }, b: { problem: "Name is too long." } })!;
    expect(link.agreed["name=name"]).toEqual({ a: "Ada", b: "Ada" });
    expect(link.agreed["phone=phone"]).toEqual({ a: "+4930123456", b: "+4930123456" });
    expect(link.problem).toBe("Name is too long.");
  });
  test("what the app made of a value is its own, so that it does not look like an edit", () => {
    const link = settlePair(linkOf(), planned, sync, { a: { recordId: "a1" }, b: { recordId: "b1", record: { name: "NEW" } } })!;
    expect(link.agreed["name=name"]).toEqual({ a: "New", b: "NEW" });
    expect(
      plan({ link, a: at("a", { ...ada, name: "New", phone: "+4930123456" }), b: at("b", { ...ada, name: "NEW", phone: "+4930123456" }) })
        .writes,
    ).toEqual([]);
  });
  test("an answer from before the write is no news", () => {
    const link = settlePair(linkOf(), planned, sync, { a: { recordId: "a1" }, b: { recordId: "b1", record: { name: "Ada" } } })!;
    expect(link.agreed["name=name"]).toEqual({ a: "New", b: "New" });
  });
  test("a record that was made is linked; one that was refused is not", () => {
    const waiting = linkOf({ b: null, agreed: {} });
    const create = plan({ link: waiting, b: null });
    expect(settlePair(waiting, create, sync, { b: { recordId: "b9" } })).toMatchObject({ b: "b9", agreed: agreedOn(ada) });
    expect(settlePair(waiting, create, sync, { b: { problem: "No." } })).toMatchObject({ b: null, agreed: {}, problem: "No." });
  });
});

describe("a read that may lag", () => {
  const written = write({ before: { name: "Old" }, after: { name: "Ada" } });
  const b = at("b", { ...ada, name: "Old" });
  test("and shows what was before our write is old news", () => {
    const stale = plan({ b, event: "b", writes: [written], mayLag: { b: true } });
    expect(stale).toMatchObject({ writes: [], lookAgain: true });
    expect(stale.link?.agreed).toEqual(agreedOn(ada));
  });
  test("and shows what was before the change that we carried from there is old news", () => {
    const carriedOver = write({ side: "a", recordId: "a1", before: { name: "Old" }, after: { name: "Ada" } });
    expect(plan({ b, event: "b", writes: [carriedOver], mayLag: { b: true } }).writes).toEqual([]);
  });
  test("and shows another value shortly after a write is looked at again", () => {
    const other = at("b", { ...ada, name: "Other" });
    expect(plan({ b: other, event: "b", writes: [written], mayLag: { b: true } })).toMatchObject({ writes: [], lookAgain: true });
  });
  test("is an edit where the record was changed after the write, or the write is long ago", () => {
    const writes = [written];
    expect(plan({ b: { ...b, changedAt: now + 5_000 }, event: "b", writes, mayLag: { b: true } }).writes).toHaveLength(1);
    expect(plan({ b, event: "b", writes: [{ ...written, at: now - lagMs }], mayLag: { b: true } }).writes).toHaveLength(1);
    expect(plan({ b, event: "b", writes }).writes).toHaveLength(1);
  });
  test("says nothing of other rows than those that were written", () => {
    const edited = at("b", { ...ada, phone: "+4930123456" });
    expect(plan({ b: edited, event: "b", writes: [written], mayLag: { b: true } }).writes).toMatchObject([{ side: "a" }]);
  });
});

describe("a write of which nobody heard whether it was done", () => {
  const sent = write({ before: { name: "Ada" }, after: { name: "One" }, at: now });
  const decided = { sync: syncOf({ conflict: "b" }), link: linkOf({ updatedAt: now - 5 }), writes: [sent] };
  test("and that was done is not an edit of that side: what came after it goes on", () => {
    const planned = plan({ ...decided, a: at("a", { ...ada, name: "Two" }), b: at("b", { ...ada, name: "One" }) });
    expect(planned.writes).toMatchObject([{ side: "b", after: { name: "Two" } }]);
  });
  test("and that was overwritten since is an edit of somebody", () => {
    const later = {
      ...decided,
      writes: [sent, write({ side: "a", recordId: "a1", before: { name: "One" }, after: { name: "Ada" }, at: now })],
    };
    const planned = plan({ ...later, a: at("a", { ...ada, name: "Two" }), b: at("b", { ...ada, name: "One" }) });
    expect(planned.writes).toMatchObject([{ side: "a", after: { name: "One" } }]);
  });
  test("and that made a record is what both had then", () => {
    const made = write({ kind: "create", recordId: null, after: { ...ada, tags: ["x"] } });
    const link = linkOf({ agreed: {}, updatedAt: now });
    const planned = plan({
      ...decided,
      link,
      writes: [made],
      a: at("a", { ...ada, name: "Two", tags: null }),
      b: at("b", { ...ada, tags: ["x", "y"] }),
    });
    expect(planned.writes).toEqual([
      expect.objectContaining({ side: "a", after: { tags: ["y"] } }),
      expect.objectContaining({ side: "b", after: { name: "Two", tags: ["y"] } }),
    ]);
  });
  test("and that changed tags changed them on both sides, one by one", () => {
    const tagged = write({ before: { tags: ["old", "own"] }, after: { tags: ["own", "new"] }, at: now });
    const link = linkOf({ updatedAt: now - 5, agreed: { ...agreedOn(ada), "tags=tags": { a: ["old", "own"], b: ["old", "own"] } } });
    const records = { a: at("a", { ...ada, tags: ["own", "old"] }), b: at("b", { ...ada, tags: ["own", "new", "more"] }) };
    expect(plan({ link, writes: [tagged], ...records }).writes).toEqual([
      expect.objectContaining({ side: "a", after: { tags: ["own", "old", "more"] } }),
      expect.objectContaining({ side: "b", after: { tags: ["own", "more", "old"] } }),
    ]);
  });
  test("leaves its row open where the read may lag, until the list has caught up", () => {
    const late = { ...decided, mayLag: { b: true }, a: at("a", { ...ada, name: "One" }), b: at("b", ada) };
    const planned = plan({ ...late, link: { ...decided.link, conflicts: [{ field: "name=name", a: "x", b: "y", at: 1 }] } });
    expect(planned).toMatchObject({ writes: [], lookAgain: true, link: { updatedAt: now - 5, conflicts: [{ field: "name=name" }] } });
    expect(planned.link?.agreed["name=name"]).toEqual({ a: "Ada", b: "Ada" });
  });
  test("stands as what was agreed on where the next write is refused", () => {
    const planned = plan({ ...decided, a: at("a", { ...ada, name: "Two" }), b: at("b", { ...ada, name: "One" }) });
    const link = settlePair(decided.link, planned, sync, { b: { problem: "No." } });
    expect(link?.agreed["name=name"]).toEqual({ a: "One", b: "One" });
  });
});

describe("a pair without any record", () => {
  const over = { a: null, b: null };
  test("is over", () => expect(plan(over)).toMatchObject({ writes: [], link: null }));
  test("is kept while a list may still show one of them, so that it is not taken for new", () => {
    const { link } = plan({ ...over, mayLag: { b: true } });
    expect(link).toMatchObject({ a: null, b: null, was: { a: ["a1"], b: ["b1"] } });
    expect(mayBeGhost(link!, "b", at("b", ada))).toBe(true);
    expect(mayBeGhost(link!, "b", { ...at("b", ada), readAt: now + lagMs })).toBe(false);
  });
});

describe("a loop", () => {
  /** Two apps that each make something else of a name, and never agree. */
  function rounds(count: number): Link {
    let link = linkOf();
    const writes: SyncWrite[] = [];
    for (let i = 0; i < count; i++) {
      const event: Side = i % 2 === 0 ? "a" : "b";
      const names = { a: event === "a" ? `${i}` : `${i - 1}`, b: event === "b" ? `${i}` : `${i - 1}` };
      const planned = plan({
        link,
        event,
        a: at("a", { ...ada, name: names.a }),
        b: at("b", { ...ada, name: names.b }),
        writes,
        now: now + i,
      });
      for (const { side, before, after } of planned.writes) writes.push(write({ side, before, after, at: now + i }));
      link = { ...planned.link!, agreed: { ...planned.link!.agreed } };
    }
    return link;
  }
  test("ends after six answers to ourselves, and rests until a person looks at it", () => {
    const link = rounds(mostHops + 3);
    expect(link.problem).toContain("keep changing each other");
    const again = { link, a: at("a", { ...ada, name: "New" }) };
    expect(plan(again)).toMatchObject({ writes: [], left: "looping" });
    expect(plan({ ...again, repair: true })).toMatchObject({ left: null, link: { hops: 0 } });
  });
  test("is not what a person does who edits one side again and again", () => {
    const edits = Array.from({ length: 20 }, (_, i) => write({ before: { name: `${i}` }, after: { name: `${i + 1}` }, at: now - 20 + i }));
    expect(plan({ a: at("a", { ...ada, name: "New" }), writes: edits }).link?.hops).toBe(0);
  });
});

test("a type whose records cannot be changed takes no updates", () => {
  const { update: _, ...fixed } = personType("profile");
  const oneWay = syncOf({}, { a: syncTypes.a, b: fixed });
  expect(plan({ sync: oneWay, a: at("a", { ...ada, name: "New" }) }).writes).toEqual([]);
  expect(plan({ sync: oneWay, b: at("b", { ...ada, name: "New" }) }).writes).toMatchObject([{ side: "a", after: { name: "New" } }]);
});
