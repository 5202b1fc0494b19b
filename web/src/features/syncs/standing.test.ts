import { describe, expect, test } from "vitest";
import type { SyncJobView } from "#api/schemas.ts";
import { anyJob, anySync } from "./syncs.test-support.ts";
import { isUnderWay, jobTitle, jobWords, leftWords, readingWords, shareDone, sinceWords, standingOf, standingWords } from "./standing.ts";

const now = new Date(2026, 11, 1, 15, 0).getTime();
const counts = { linked: 10, conflicts: 0, problems: 0, waiting: 0, ignored: 0 };

describe("how a sync stands", () => {
  test("is one sentence, and what needs a person comes first", () => {
    const words = (more: Parameters<typeof anySync>[0]) => standingWords(anySync(more), now);
    expect(words({ status: "draft" })).toBe("Not started");
    expect(words({ inStepSince: new Date(2026, 11, 1, 14, 3).getTime() })).toBe("In step since 14:03");
    expect(words({ inStepSince: null })).toBe("Catching up");
    expect(words({ inStepSince: now, counts: { ...counts, conflicts: 3, problems: 2 } })).toBe("3 conflicts to decide");
    expect(words({ counts: { ...counts, problems: 1 } })).toBe("1 pair with a problem");
    expect(words({ status: "asking", asking: { side: "b", deletions: 120, of: 900, examples: [] } })).toBe(
      "Waits for your answer: 120 deletions",
    );
    expect(words({ status: "paused", counts: { ...counts, conflicts: 3 } })).toBe("Paused");
  });

  test("says of a first sync how far it is, and nothing it cannot know", () => {
    const first = (job: Partial<SyncJobView>) => standingWords(anySync({ status: "first", job: anyJob(job) }), now);
    expect(first({ state: "reading", total: null })).toBe("First sync: reading both sides");
    expect(first({ state: "running", done: 340, failed: 9, total: 1000 })).toBe("First sync 34 %");
    expect(first({ state: "running", done: 999, total: 1000 })).toBe("First sync 99 %");
    expect(standingOf(anySync({ status: "first" }))).toBe("first");
  });

  test("says of a start from now on only that it learns what is there", () => {
    const learning = (job: Partial<SyncJobView>) => standingWords(anySync({ status: "first", job: anyJob({ ...job, learns: true }) }), now);
    expect(learning({ state: "reading", total: null })).toBe("Learning what is there");
    expect(learning({ state: "running", done: 340, total: 1000 })).toBe("Learning what is there 34 %");
    expect(jobTitle({ kind: "first", state: "running", learns: true })).toBe("Learning what is there, running");
    expect(jobTitle({ kind: "first", state: "running", learns: false })).toBe("First sync, running");
  });

  test("says how each side is read", () => {
    const { a, b } = anySync().reading;
    expect(readingWords(a!)).toBe(
      "What changed is looked for every 5 min; all of it, 500 pages, is read every 2 h, which finds deletions.",
    );
    expect(readingWords(b!)).toBe("All of it, 1 page, is read every 5 min, which finds deletions.");
  });

  test("names the day where it is not today", () => {
    expect(sinceWords(now - 24 * 3_600_000, now)).toBe("yesterday, 15:00");
    expect(sinceWords(new Date(2026, 10, 20, 9, 5).getTime(), now)).toBe("20 Nov, 09:05");
  });
});

describe("a job", () => {
  test("says how much is done, how fast, and how long it will take, as long as it runs", () => {
    const job = anyJob({ state: "running", done: 3400, failed: 3, total: 10_000, perMinute: 100.4, endsAt: now + 66 * 60_000 });
    expect(jobWords(job, now)).toBe("3,400 of 10,000 · 100 a minute · 66 min left · 3 failed");
    expect(jobWords({ ...job, state: "paused" }, now)).toBe("3,400 of 10,000 · 3 failed");
    expect(jobWords(anyJob({ kind: "undo", state: "done", done: 28, failed: 1, total: 28 }), now)).toBe("28 of 28 · 1 left as it is");
    expect(jobWords(anyJob({ state: "reading", done: 0, total: null }), now)).toBe("0 so far");
  });

  test("has a share only once its size is known, and an empty one is done", () => {
    expect(shareDone(anyJob({ total: null }))).toBeNull();
    expect(shareDone(anyJob({ done: 2, failed: 1, total: 4 }))).toBe(0.5);
    expect(shareDone(anyJob({ total: 0 }))).toBe(1);
  });

  test("that was paused is still under way; one that ended is not", () => {
    expect((["reading", "running", "paused", "done", "failed", "cancelled"] as const).map((state) => isUnderWay({ state }))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test("takes a time that one can plan with", () => {
    expect([1000, 61_000, 80 * 60_000, 100 * 60_000, 60 * 3_600_000].map(leftWords)).toEqual([
      "less than a minute",
      "2 min",
      "80 min",
      "2 h",
      "3 days",
    ]);
  });
});
