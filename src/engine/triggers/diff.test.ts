import { describe, expect, test } from "vitest";
import { goneKeptMs, judgeAbsent, judgeRow, putOff, type DiffContext } from "./diff.ts";
import type { Observed } from "./observe.ts";

const context = (more: Partial<DiffContext> = {}): DiffContext => ({
  mode: "changed",
  baseline: false,
  epoch: "e1",
  poll: 4,
  now: 1_000,
  floor: null,
  since: null,
  sinceBefore: null,
  confirmAbsence: false,
  ...more,
});
const row = (hash: string, time: number | null = null): Observed => ({ key: "a", hash, time, row: { id: "a", hash } });
const item = (hash: string, seenAt = 10) => ({ key: "a", hash, seenAt });

describe("a row that was read", () => {
  test("is remembered and not emitted in a baseline", () => {
    expect(judgeRow(context({ baseline: true }), undefined, row("A"))).toEqual({
      finding: null,
      remember: { key: "a", hash: "A", seenAt: 1_000 },
      forget: false,
    });
  });

  test("is new when nothing is known of it, with one key for the whole baseline", () => {
    const first = judgeRow(context({ poll: 4 }), undefined, row("A")).finding;
    const later = judgeRow(context({ poll: 9 }), undefined, row("B")).finding;
    expect(first).toMatchObject({ kind: "new", eventKey: "new:e1:a" });
    expect(later?.eventKey).toBe(first?.eventKey);
    expect(judgeRow(context({ epoch: "e2" }), undefined, row("A")).finding?.eventKey).not.toBe(first?.eventKey);
  });

  test("that changed is emitted with the old hash, and each change back and forth has a key of its own", () => {
    const toB = judgeRow(context({ poll: 1 }), item("A"), row("B")).finding;
    const toA = judgeRow(context({ poll: 2 }), item("B"), row("A")).finding;
    const toBAgain = judgeRow(context({ poll: 3 }), item("A"), row("B")).finding;
    expect(toB).toMatchObject({ kind: "changed", oldHash: "A" });
    expect(new Set([toB?.eventKey, toA?.eventKey, toBAgain?.eventKey]).size).toBe(3);
  });

  test("seen again by a repeat of the same poll has the same key", () => {
    expect(judgeRow(context(), item("A"), row("B")).finding?.eventKey).toBe(judgeRow(context(), item("A"), row("B")).finding?.eventKey);
  });

  test("that changed is remembered in mode new, and not emitted", () => {
    expect(judgeRow(context({ mode: "new" }), item("A"), row("B"))).toMatchObject({ finding: null, remember: { hash: "B" } });
  });

  test("that is as it was is not written again", () => {
    expect(judgeRow(context(), item("A"), row("A"))).toEqual({ finding: null, remember: null, forget: false });
  });

  test("at or behind the floor is old although nobody remembers it; ahead of it, it is a change", () => {
    expect(judgeRow(context({ floor: 500 }), undefined, row("A", 500))).toEqual({ finding: null, remember: null, forget: false });
    expect(judgeRow(context({ floor: 500 }), undefined, row("A", 501)).finding?.kind).toBe("changed");
  });
});

describe("a remembered item that a whole read does not show", () => {
  test.each(["new", "changed"] as const)("is remembered as gone in mode %s, and its return tells nothing", (mode) => {
    const { finding, remember } = judgeAbsent(context({ mode }), item("A"));
    expect(finding).toBeNull();
    expect(judgeRow(context({ mode, now: 2_000 }), remember!, row("A"))).toMatchObject({ finding: null, remember: { hash: "A" } });
  });

  test("comes back changed: a change, not a new record", () => {
    const { remember } = judgeAbsent(context(), item("A"));
    expect(judgeRow(context(), remember!, row("B")).finding?.kind).toBe("changed");
  });

  test("is forgotten when its time as a vanished item is over, and not before", () => {
    const { remember } = judgeAbsent(context(), item("A"));
    expect(judgeAbsent(context({ now: 1_000 + goneKeptMs - 1 }), remember!)).toEqual({ finding: null, remember: null, forget: false });
    expect(judgeAbsent(context({ now: 1_000 + goneKeptMs }), remember!).forget).toBe(true);
  });

  test("is emitted as deleted once in mode all, and its return as new", () => {
    const gone = judgeAbsent(context({ mode: "all" }), item("A"));
    expect(gone.finding).toMatchObject({ kind: "deleted", itemKey: "a", oldHash: "A", row: null });
    expect(judgeAbsent(context({ mode: "all", poll: 5 }), gone.remember!).finding).toBeNull();
    const back = judgeRow(context({ mode: "all", poll: 6 }), gone.remember!, row("A")).finding;
    expect(back?.kind).toBe("new");
    expect(back?.eventKey).not.toBe("new:e1:a"); // that one was used when it first came
  });

  test("is a deletion only when it is missed twice, where one absence proves nothing", () => {
    const shaky = context({ mode: "all", confirmAbsence: true });
    const once = judgeAbsent(shaky, item("A"));
    expect(once.finding).toBeNull();
    expect(judgeRow(shaky, once.remember!, row("A")).finding).toBeNull();
    expect(judgeAbsent(shaky, once.remember!).finding?.kind).toBe("deleted");
  });

  test("goes without a word when a new baseline begins", () => {
    expect(judgeAbsent(context({ baseline: true, mode: "all" }), item("A"))).toEqual({ finding: null, remember: null, forget: true });
  });
});

describe("a finding that was put off", () => {
  const lately = context({ since: 900, sinceBefore: 800 });

  test("is found again, as of when it was first found and since when it could have happened", () => {
    const finding = judgeRow(lately, item("A"), row("B")).finding!;
    expect(finding).toMatchObject({ kind: "changed", since: 900, pendingAt: null });
    const later = judgeRow(context({ since: 5_000, now: 9_000 }), putOff(finding, 1_000), row("C"));
    expect(later.finding).toMatchObject({ kind: "changed", oldHash: "A", since: 900, pendingAt: 1_000 });
    expect(later.remember).toEqual({ key: "a", hash: "C", seenAt: 9_000 });
    expect(putOff(later.finding!, 9_000)).toEqual(putOff(finding, 1_000));
  });

  test("is nothing when the row is again as it was known", () => {
    const pending = putOff(judgeRow(lately, item("A"), row("B")).finding!, 1_000);
    expect(judgeRow(context(), pending, row("A"))).toMatchObject({ finding: null, remember: { hash: "A" } });
  });

  test.each(["new", "changed"] as const)("stays new in mode %s, and out of sight for a while it is not forgotten", (mode) => {
    const pending = putOff(judgeRow(context({ mode, since: 900 }), undefined, row("A")).finding!, 1_000);
    expect(judgeAbsent(context({ mode, now: 2_000 }), pending)).toEqual({ finding: null, remember: null, forget: false });
    expect(judgeRow(context({ mode }), pending, row("B")).finding).toMatchObject({ kind: "new", pendingAt: 1_000, eventKey: "new:e1:a" });
  });

  test("a deletion is emitted later, unless the record is back", () => {
    const all = context({ mode: "all", since: 900, sinceBefore: 800, confirmAbsence: true });
    const missed = judgeAbsent(all, item("A")).remember!;
    const gone = judgeAbsent(all, missed).finding!;
    expect(gone, "it may have gone before it was first missed").toMatchObject({ kind: "deleted", since: 800 });
    const pending = putOff(gone, 1_000);
    expect(judgeAbsent(context({ mode: "all", since: 7_000 }), pending)).toMatchObject({
      finding: { kind: "deleted", since: 800, pendingAt: 1_000 },
      remember: { hash: "!A" },
    });
    expect(judgeRow(context({ mode: "all" }), pending, row("A"))).toMatchObject({ finding: null, remember: { hash: "A" } });
  });

  test("goes without a word when a new baseline begins", () => {
    const pending = putOff(judgeRow(lately, item("A"), row("B")).finding!, 1_000);
    expect(judgeRow(context({ baseline: true }), pending, row("B"))).toMatchObject({ finding: null, remember: { hash: "B" } });
  });
});
