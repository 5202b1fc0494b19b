import { describe, expect, test } from "vitest";
import { dayEnd, dayStart, durationWords, ownZone, relativeTime } from "./time.ts";

const now = new Date(2026, 10, 22, 12, 0, 0).getTime();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("relative time", () => {
  test.each([
    [0, "just now"],
    [9_999, "just now"],
    [12_000, "10 s ago"],
    [59_999, "55 s ago"],
    [minute, "1 min ago"],
    [59 * minute + 59_000, "59 min ago"],
    [hour, "1 h ago"],
    [23 * hour + 59 * minute, "23 h ago"],
    [day, "1 day ago"],
    [6 * day, "6 days ago"],
  ])("%i ms back is shown as '%s'", (distance, words) => {
    expect(relativeTime(now - distance, now)).toBe(words);
  });

  test("what is to come is shown as 'in …'", () => {
    expect(relativeTime(now + 2 * hour, now)).toBe("in 2 h");
    expect(relativeTime(now + 7 * day - 1_000, now)).toBe("in 7 days");
  });

  test("a clock that is a few seconds ahead does not make the past the future", () => {
    expect(relativeTime(now + 4_000, now)).toBe("just now");
  });

  test("beyond a week the date is shown, with the year only where it is another one", () => {
    expect(relativeTime(new Date(2026, 9, 3).getTime(), now)).toBe("3 Oct");
    expect(relativeTime(new Date(2025, 9, 3).getTime(), now)).toBe("3 Oct 2025");
  });
});

describe("durations", () => {
  test.each([
    [-3, "0 ms"],
    [320, "320 ms"],
    [1_000, "1 s"],
    [1_240, "1.2 s"],
    [14_320, "14 s"],
    [2 * minute + 4_000, "2 min 4 s"],
    [3 * hour, "3 h"],
    [2 * day + 5 * hour, "2 d 5 h"],
  ])("%i ms are '%s'", (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});

test("the reader's zone is named, with how far it is from UTC on that day", () => {
  expect(ownZone(Date.UTC(2026, 11, 1), "Europe/Berlin")).toBe("Europe/Berlin (GMT+1)");
  expect(ownZone(Date.UTC(2026, 6, 1), "Europe/Berlin")).toBe("Europe/Berlin (GMT+2)");
  expect(ownZone(Date.UTC(2026, 6, 1), "UTC")).toBe("UTC");
});

describe("days of a filter", () => {
  test("a day begins at midnight where the viewer is and ends before the next", () => {
    expect(dayStart("2026-11-22")).toBe(new Date(2026, 10, 22).getTime());
    expect(dayEnd("2026-12-31")).toBe(new Date(2027, 0, 1).getTime());
  });

  test("what is no day is as if nothing were asked", () => {
    expect(dayStart("yesterday")).toBeUndefined();
    expect(dayEnd(undefined)).toBeUndefined();
  });
});
