import { describe, expect, it } from "vitest";
import { MillraceError, type ErrorCode } from "#kernel/errors.ts";
import { nextAttempt } from "./retry.ts";

const now = Date.UTC(2026, 0, 15);
const next = (code: ErrorCode, more: Partial<Parameters<typeof nextAttempt>[0]> = {}, details = {}) =>
  nextAttempt({ error: new MillraceError(code, { details }), attempt: 1, firstAt: now, now, random: () => 0.5, ...more });

describe("the next attempt", () => {
  it.each(["OUTBOUND_UNREACHABLE", "OUTBOUND_TIMEOUT", "OUTBOUND_FAILED", "RATE_LIMITED"] as const)(
    "comes for what can heal: %s",
    (code) => {
      expect(next(code)).toHaveProperty("retryAt");
    },
  );
  it.each([
    "OUTBOUND_REFUSED",
    "OUTBOUND_NOT_FOUND",
    "DUPLICATE_RECORD",
    "CONNECTION_REVOKED",
    "SCOPE_MISSING",
    "MAPPING_FAILED",
    "INTERNAL",
  ] as const)("does not come for what will not: %s", (code) => expect(next(code)).toEqual({ rest: "refused" }));
  it("waits twice as long each time, up to ten minutes, and never twice the same for two runs", () => {
    const waits = [1, 2, 3, 4, 30].map(
      (attempt) => (next("OUTBOUND_FAILED", { attempt, random: () => 1 }) as { retryAt: number }).retryAt - now,
    );
    expect(waits).toEqual([1000, 2000, 4000, 8000, 600_000]);
    const lucky = (next("OUTBOUND_FAILED", { attempt: 5, random: () => 0 }) as { retryAt: number }).retryAt - now;
    expect(lucky).toBe(8000);
  });
  it("obeys a time the other side named, if it is later", () => {
    expect(next("RATE_LIMITED", {}, { retryAt: now + 30_000 })).toEqual({ retryAt: now + 30_500 });
    expect(next("RATE_LIMITED", {}, { retryAt: now - 5 })).toEqual({ retryAt: now + 750 });
  });
  it("gives up after the attempts or the time that the flow allows", () => {
    expect(next("OUTBOUND_FAILED", { attempt: 3, limits: { maxAttempts: 3 } })).toEqual({ rest: "exhausted" });
    expect(next("OUTBOUND_FAILED", { firstAt: now - 25 * 3_600_000 })).toEqual({ rest: "exhausted" });
  });
});
