import { describe, expect, test } from "vitest";
import { play, type Scene, type Windows } from "./world.ts";

// A million requests and more, past servers that count in windows of their own. Figures: bench/results.
const scene: Scene = {
  limit: 100,
  windowMs: 10_000,
  windows: "sliding",
  durationMs: 3_600_000,
  accounts: 3,
  processes: 1,
  callers: { live: 40, sync: 40, backfill: 40 },
  headers: true,
  baseMs: 200,
  jitterMs: 100,
  seed: 7,
};
const windows: Windows[] = ["sliding", "from the first request", "by its own clock"];
const rate = ({ sent, refused }: { sent: number; refused: number }) => refused / sent;

let sent = 0;

describe.each(windows)("a server that counts %s", (counting) => {
  const on = (more: Partial<Scene> = {}) => {
    const outcome = play({ ...scene, windows: counting, ...more });
    sent += outcome.sent;
    return outcome;
  };

  test("sees no window of ours above the limit and refuses nothing, and the budget is used", () => {
    for (const headers of [true, false]) {
      const report = on({ headers });
      expect([report.refused, report.mostInWindow <= 100]).toEqual([0, true]);
      expect(report.share).toBeGreaterThan(0.95);
    }
  });

  test("and allows a private token 25: learned from the first answer, without one refusal", () => {
    const report = on({ serverLimit: 25 });
    expect([report.refused, report.mostInWindow <= 25]).toEqual([0, true]);
    expect(report.share).toBeGreaterThan(0.9);
  });

  test.each([0.3, 1, 3])("beside others of the same app, %s requests a second: less than one in ten thousand is refused", (perSecond) => {
    const report = on({ othersPerSecond: perSecond, durationMs: 4 * 3_600_000, accounts: 1 });
    expect(rate(report)).toBeLessThan(1 / 10_000);
    expect(report.share).toBeGreaterThan(0.6);
  });

  test("is left alone while its Retry-After runs", () => {
    const report = on({ othersPerSecond: 6, retryAfter: true });
    expect(report.refused).toBeGreaterThan(0);
    expect(report.impatient).toBe(0);
  });

  test.each([2, 4])(
    "and %s processes that know nothing of each other: they share it, and after their first moment hardly anything is refused",
    (processes) => {
      const short = on({ processes, accounts: 1, durationMs: 300_000 });
      const long = on({ processes, accounts: 1, durationMs: 3 * 3_600_000 });
      expect(short.refused).toBeLessThan(200 * (processes - 1)); // all begin at once, with a full budget before their eyes
      expect((long.refused - short.refused) / (long.sent - short.sent)).toBeLessThan(1 / 10_000);
      expect(long.share).toBeGreaterThan(0.7);
    },
  );

  test("and a process that is restarted again and again: two refusals a start at most, however full the budget was", () => {
    const report = on({ accounts: 1, restartEveryMs: 60_000 });
    expect(report.refused).toBeLessThanOrEqual((2 * scene.durationMs) / 60_000);
  });
});

test("a day's budget is used to the last and not beyond, two days long, where the other side tells of it", () => {
  const report = play({
    ...scene,
    windows: "by its own clock",
    daily: 2_000,
    durationMs: 2 * 86_400_000,
    accounts: 2,
    callers: { live: 20 },
  });
  expect([report.refused, report.mostInDay, report.sent]).toEqual([0, 2_000, 8_000]);
});

test("those were more than a million requests", () => expect(sent).toBeGreaterThan(1_000_000));
