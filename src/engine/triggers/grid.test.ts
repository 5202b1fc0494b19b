import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { nextOnGrid, offsetOf, retryAfterFailure } from "./grid.ts";

const minute = 60_000;
const now = Date.UTC(2026, 0, 15, 9, 30);

describe("the grid of a trigger", () => {
  test("lies one interval apart and does not move with the time one asks", () => {
    const first = nextOnGrid("trg_1", minute, now);
    expect(first).toBeGreaterThan(now);
    expect(first).toBeLessThanOrEqual(now + minute);
    expect(nextOnGrid("trg_1", minute, first - 1)).toBe(first);
    expect(nextOnGrid("trg_1", minute, first)).toBe(first + minute);
    expect(nextOnGrid("trg_1", minute, first + 59_999)).toBe(first + minute);
  });

  test("a poll that outlasts its interval skips a place and keeps the grid", () => {
    const first = nextOnGrid("trg_1", minute, now);
    expect(nextOnGrid("trg_1", minute, first + 70_000)).toBe(first + 2 * minute);
  });

  test("five thousand triggers of a minute spread over it evenly", () => {
    const perSecond = Array.from({ length: 60 }, () => 0);
    for (let i = 0; i < 5_000; i++) perSecond[Math.floor(offsetOf(`trg_${i}`, minute) / 1000)]!++;
    expect(Math.max(...perSecond)).toBeLessThan(130); // 83 on average
    expect(Math.min(...perSecond)).toBeGreaterThan(45);
  });
});

describe("after a failure", () => {
  const network = new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "h", problem: "p" } });
  const revoked = new MillraceError("CONNECTION_REVOKED", { details: { app: "HighLevel", connection: "acme" } });
  const wait = (error: unknown, failures: number, everyMs = minute) =>
    retryAfterFailure({ id: "trg_1", everyMs, now, failures, error }) - now;

  test("what heals is tried again within the interval, then later and later, up to five minutes or the interval", () => {
    expect(wait(network, 1)).toBeLessThan(21_000);
    expect(wait(network, 2)).toBeGreaterThan(wait(network, 1));
    expect(wait(network, 50)).toBeLessThanOrEqual(5 * minute + 5_000);
    expect(wait(network, 50, 60 * minute)).toBeLessThanOrEqual(60 * minute + 5_000);
  });

  test("the time the other side named is kept, and a time long past is now", () => {
    const quota = (retryAt: number) => new MillraceError("QUOTA_WAIT", { details: { at: "soon", retryAt } });
    expect(wait(quota(now + 42_000), 1)).toBeGreaterThanOrEqual(42_000);
    expect(wait(quota(now + 42_000), 1)).toBeLessThan(47_000);
    expect(wait(quota(now - minute), 1)).toBeGreaterThanOrEqual(1_000);
  });

  test("what a person must mend rests on the grid, longer each time and an hour at most", () => {
    expect(wait(revoked, 1)).toBeLessThanOrEqual(minute);
    expect(wait(revoked, 4)).toBeGreaterThan(6 * minute);
    expect(wait(revoked, 60)).toBeLessThanOrEqual(60 * minute);
    expect(wait(revoked, 60, 120 * minute)).toBeLessThanOrEqual(120 * minute);
    expect(now + wait(revoked, 3)).toBe(nextOnGrid("trg_1", minute, now + wait(revoked, 3) - 1));
  });
});
