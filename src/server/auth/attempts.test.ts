import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { createAttemptLimit } from "./attempts.ts";

const open = () => {
  const clock = new TestClock();
  const limited: string[] = [];
  return {
    clock,
    limited,
    attempts: createAttemptLimit({ clock, limit: 2, windowMs: 10_000, onLimit: (address) => limited.push(address) }),
  };
};

test("so many wrong keys of one address are answered as wrong; others are not held up, and the next window is open again", async () => {
  const { clock, attempts } = open();
  attempts.count("203.0.113.9");
  attempts.count("203.0.113.9");
  await clock.advance(4_000);
  expect(() => attempts.count("203.0.113.9")).toThrow("in 6 s");
  expect(() => attempts.count("203.0.113.10")).not.toThrow();
  await clock.advance(6_000);
  expect(() => attempts.count("203.0.113.9")).not.toThrow();
});

test("the operator is warned once in a window, not once for each guess", async () => {
  const { clock, attempts, limited } = open();
  const guess = () => {
    for (let i = 0; i < 50; i++)
      try {
        attempts.count("203.0.113.9");
      } catch {
        // beyond the limit
      }
  };
  guess();
  expect(limited).toEqual(["203.0.113.9"]);
  await clock.advance(10_000);
  guess();
  expect(limited).toHaveLength(2);
});

test("an IPv6 client does not get more guesses by changing its address within its network", () => {
  const { attempts } = open();
  attempts.count("2001:db8:1:2::1");
  attempts.count("2001:db8:1:2:3:4:5:6");
  expect(() => attempts.count("2001:db8:1:2:ffff::9")).toThrow("Too many");
  expect(() => attempts.count("2001:db8:1:3::1")).not.toThrow();
});

test("of more addresses than can be remembered, the oldest are forgotten and the newest are not", () => {
  const { attempts } = open();
  const count = (n: number) => attempts.count(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  for (let n = 0; n < 12_000; n++) {
    count(n);
    count(n);
  }
  expect(() => count(11_999)).toThrow("Too many");
  expect(() => count(0)).not.toThrow();
});
