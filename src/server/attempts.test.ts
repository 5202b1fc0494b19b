import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { createAttempts } from "./attempts.ts";

test("so many attempts of one caller are allowed in a window; others are not held up, and the next window is open again", async () => {
  const clock = new TestClock();
  const attempts = createAttempts({ clock, limit: 2, windowMs: 10_000 });
  attempts.count("a");
  attempts.count("a");
  await clock.advance(4_000);
  expect(() => attempts.count("a")).toThrow("Try again in 6 s");
  expect(() => attempts.count("b")).not.toThrow();
  await clock.advance(6_000);
  expect(() => attempts.count("a")).not.toThrow();
});
