import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../types/ledger.ts";
import { clockSkewMs, coverOf, evidenceOf, graceMs, isReportable, lagMs, type Question } from "./cover.ts";
import type { Finding } from "./diff.ts";

const now = 100 * lagMs;
const since = now - lagMs;
const finding = (more: Partial<Finding> = {}): Finding => ({
  kind: "changed",
  itemKey: "a",
  eventKey: "k",
  oldHash: "h",
  time: null,
  row: { id: "a" },
  since,
  pendingAt: null,
  ...more,
});
const reported = (at: number, by: LedgerEntry["by"] = "webhook"): LedgerEntry => ({
  triggerId: "t",
  item: "a",
  by,
  at,
  foundAt: null,
  upTo: null,
  eventId: "e",
});
const cover = (more: Partial<Question>) =>
  coverOf({ finding: finding(), emit: "changed", entry: null, changedAt: null, evidence: "none", now, ...more });

describe("what no webhook reported", () => {
  test("waits for its grace before the poll tells it", () => {
    expect(cover({})).toBe("waiting");
    expect(cover({ finding: finding({ pendingAt: now - graceMs + 1 }) })).toBe("waiting");
    expect(cover({ finding: finding({ pendingAt: now - graceMs }) })).toBe("missed");
  });
});

describe("a webhook reported it", () => {
  test("where the record is new, whenever that was", () => {
    expect(cover({ emit: "new", entry: reported(0, "both") })).toBe("reported");
  });

  test("where it reported the row's time of change or later, give or take the clocks", () => {
    expect(cover({ entry: reported(now - 1), changedAt: now - 1 })).toBe("reported");
    expect(cover({ entry: reported(now - clockSkewMs), changedAt: now })).toBe("reported");
    expect(cover({ entry: reported(now - clockSkewMs - 1, "both"), changedAt: now })).toBe("waiting");
    expect(cover({ entry: reported(since - lagMs - 1, "both"), changedAt: since - lagMs })).toBe("reported");
  });

  test("where it carried the very state that was found, and not where it carried another", () => {
    expect(cover({ entry: reported(0, "both"), evidence: "same" })).toBe("reported");
    const late = finding({ pendingAt: 0 });
    expect(cover({ finding: late, entry: reported(now - lagMs), evidence: "other" })).toBe("missed");
    expect(cover({ finding: late, entry: reported(now - lagMs + 1), evidence: "other" }), "the list may be behind the webhook").toBe(
      "waiting",
    );
  });

  test("where nothing else helps, since the record was last seen otherwise, and for one change only", () => {
    expect(cover({ entry: reported(since - lagMs + 1) })).toBe("reported");
    expect(cover({ entry: reported(since - lagMs) })).toBe("waiting");
    expect(cover({ entry: reported(now, "both") })).toBe("waiting");
    expect(cover({ entry: reported(now, "poll") })).toBe("waiting");
  });
});

describe("what an event carried", () => {
  const tags = { operation: "list", emit: "changed" as const, only: ["tags"], carries: ["tags"] };

  test("is compared however it is written", () => {
    expect(evidenceOf(tags, { tags: ["vip", "New"] }, { tags: ["new", "VIP "] })).toBe("same");
    expect(evidenceOf(tags, { tags: [] }, { tags: ["vip"] })).toBe("other");
    expect(evidenceOf({ ...tags, only: ["value"], carries: ["value"] }, { value: null }, { value: "" })).toBe("same");
  });

  test("is looked for where the event keeps its record", () => {
    const inside = { ...tags, only: ["status"], carries: ["status"], wrap: "appointment" };
    expect(evidenceOf(inside, { status: "confirmed" }, { appointment: { status: "confirmed" } })).toBe("same");
    expect(evidenceOf(inside, { status: "confirmed" }, { appointment: { status: "new" } })).toBe("other");
  });

  test("says nothing where it lacks what counts, or is gone", () => {
    expect(evidenceOf(tags, { tags: [] }, { id: "a" })).toBe("none");
    expect(evidenceOf(tags, { tags: [] }, null)).toBe("none");
    expect(evidenceOf({ ...tags, only: ["tags", "name"] }, { tags: [], name: "Ada" }, { tags: [] })).toBe("none");
    expect(evidenceOf({ ...tags, only: ["tags", "name"] }, { tags: [], name: "Ada" }, { tags: ["x"] })).toBe("other");
  });
});

describe("a finding is the event's news", () => {
  const bounds = { madeAt: null, watchedSince: now };
  const paid = { operation: "list", emit: "changed" as const, where: { status: ["paid"], live: ["true"] } };

  test("when it is of the kind and the row is one of its own", () => {
    expect(isReportable(paid, finding({ row: { status: "paid", live: true } }), bounds)).toBe(true);
    expect(isReportable(paid, finding({ row: { status: "sent", live: true } }), bounds)).toBe(false);
    expect(isReportable(paid, finding({ kind: "new", row: { status: "paid", live: true } }), bounds)).toBe(false);
  });

  test("unless the record was made long before the watching began and only now came into sight", () => {
    const made = { operation: "list", emit: "new" as const, made: "dateAdded" };
    const madeAt = (at: number) => isReportable(made, finding({ kind: "new" }), { madeAt: at, watchedSince: now });
    expect([madeAt(now - lagMs - 1), madeAt(now - lagMs)]).toEqual([false, true]);
  });
});
