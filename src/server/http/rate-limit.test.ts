import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { checkRate, createRateLimiter, senderOf } from "./rate-limit.ts";

describe("a rate limit", () => {
  test("lets a burst through at once, then what comes at its rate, and says when the next may come", async () => {
    const clock = new TestClock();
    const { take } = createRateLimiter({ perSecond: 10, burst: 3 }, { clock });
    expect([take("a"), take("a"), take("a"), take("a")]).toEqual([0, 0, 0, 100]);
    await clock.advance(99);
    expect(take("a")).toBe(1);
    await clock.advance(1);
    expect([take("a"), take("a")]).toEqual([0, 100]);
    await clock.advance(60_000);
    expect([take("a"), take("a"), take("a"), take("a") > 0]).toEqual([0, 0, 0, true]);
  });

  test("counts each caller on its own", () => {
    const { take } = createRateLimiter({ perSecond: 1, burst: 1 }, { clock: new TestClock() });
    expect([take("a"), take("b"), take("a") > 0, take("b") > 0]).toEqual([0, 0, true, true]);
  });

  test("never bites a hundred thousand events that come a thousand a second, with the bound of a hook's address", async () => {
    const clock = new TestClock();
    const { take } = createRateLimiter({ perSecond: 5_000, burst: 50_000 }, { clock });
    let refused = 0;
    for (let i = 0; i < 1_000; i++) {
      for (let j = 0; j < 100; j++) if (take("token") > 0) refused++;
      await clock.advance(100);
    }
    expect(refused).toBe(0);
  });

  test("is off at a rate of 0", () => {
    const { take } = createRateLimiter({ perSecond: 0, burst: 0 }, { clock: new TestClock() });
    for (let i = 0; i < 1_000; i++) expect(take("a")).toBe(0);
  });

  test("keeps so many callers and no more, and forgets the busy one last", () => {
    const { take } = createRateLimiter({ perSecond: 1, burst: 1 }, { clock: new TestClock(), most: 10 });
    take("busy");
    for (let i = 0; i < 1_000; i++) {
      take(`stranger-${i}`);
      expect(take("busy"), String(i)).toBeGreaterThan(0);
    }
    expect(take("stranger-1")).toBe(0);
    expect(take("stranger-999")).toBeGreaterThan(0);
  });

  test("gives nothing for a clock that is set back, and goes on from there", () => {
    let now = 1_000_000;
    const clock = { ...new TestClock(), now: () => now } as unknown as TestClock;
    const { take } = createRateLimiter({ perSecond: 1, burst: 1 }, { clock });
    expect(take("a")).toBe(0);
    now = 0;
    expect(take("a")).toBe(1_000);
    now = 1_000;
    expect(take("a")).toBe(0);
  });

  test("is an error with the seconds to wait, rounded up", () => {
    const limiter = createRateLimiter({ perSecond: 0.4, burst: 1 }, { clock: new TestClock() });
    checkRate(limiter, "a");
    expect(() => checkRate(limiter, "a")).toThrow("Try again in 3 s");
  });

  test("counts all addresses of an IPv6 network as one sender", () => {
    for (const address of ["2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", "2001:0db8:0001:0002::"])
      expect(senderOf(address)).toBe("2001:db8:1:2");
    expect([senderOf("::1"), senderOf("fe80::1%eth0"), senderOf("::ffff:203.0.113.7"), senderOf("")]).toEqual([
      "0:0:0:0",
      "fe80:0:0:0",
      "203.0.113.7",
      "",
    ]);
  });
});
