import { describe, expect, test } from "vitest";
import { Day } from "./day.ts";
import { SlidingWindow } from "./window.ts";

const dayMs = 86_400_000;
const t0 = Date.UTC(2026, 0, 15, 9, 30);

describe("a clock that was 100 days ahead and is set right", () => {
  test("leaves no window used up until then", () => {
    const window = new SlidingWindow(100, 10_000, 1);
    for (let n = 0; n < 100; n++) window.grant(t0 + 100 * dayMs, 0);
    window.expire(t0 + 100 * dayMs);
    expect(window.free).toBe(0);
    window.expire(t0);
    expect([window.free, window.used]).toEqual([100, [0]]);
  });

  test("leaves no day used up until then, neither by our count nor by what the other side said", () => {
    const counted = new Day(2);
    for (let n = 0; n < 2; n++) counted.count(t0 + 100 * dayMs);
    expect(counted.left(t0 + 100 * dayMs)).toBe(0);
    expect(counted.left(t0)).toBe(2);
    counted.count(t0);
    expect(counted.left(t0)).toBe(1);

    const said = new Day(200);
    said.believe(t0 + 100 * dayMs, 0, dayMs);
    expect(said.left(t0 + 100 * dayMs)).toBe(0);
    expect(said.left(t0)).toBe(200);
  });
});
