import fc from "fast-check";
import { expect, test } from "vitest";
import { simulate } from "./governor.simulation.ts";

// Seconds rather than milliseconds of work, hence not among the fast tests.
test("a million requests in every pattern never exceed the limit, and saturation uses 95 % of it", () => {
  let requests = 0;
  fc.assert(
    fc.property(
      fc.record({
        limit: fc.integer({ min: 25, max: 200 }),
        windowMs: fc.constantFrom(1_000, 5_000, 10_000),
        live: fc.integer({ min: 0, max: 300 }),
        sync: fc.integer({ min: 0, max: 300 }),
        backfill: fc.integer({ min: 0, max: 300 }),
        baseMs: fc.integer({ min: 0, max: 300 }),
        jitter: fc.double({ min: 0, max: 0.025, noNaN: true }),
        headers: fc.boolean(),
        anonymous: fc.boolean(),
        seed: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      ({ limit, windowMs, live, sync, backfill, jitter, ...rest }) => {
        const durationMs = (25_000 / limit) * windowMs;
        const result = simulate({ limit, windowMs, durationMs, callers: { live, sync, backfill }, jitterMs: jitter * windowMs, ...rest });
        requests += result.total;
        expect(result.mostInAnyWindow).toBeLessThanOrEqual(limit);
        if (live + sync + backfill >= 3 * limit) expect(result.share).toBeGreaterThanOrEqual(0.95);
      },
    ),
    { numRuns: 60 },
  );
  expect(requests).toBeGreaterThan(1_000_000);
});
