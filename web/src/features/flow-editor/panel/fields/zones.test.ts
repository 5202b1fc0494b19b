import { describe, expect, test } from "vitest";
import { nextRunWords } from "../../words/next-run.ts";
import { findZones, isZone } from "./zones.ts";

describe("a time zone", () => {
  test.each([
    ["berl", "Europe/Berlin"],
    ["new york", "America/New_York"],
    ["utc", "UTC"],
    ["europe/lis", "Europe/Lisbon"],
  ])("is found by '%s' as the first", (words, zone) => {
    expect(findZones(words)[0]).toBe(zone);
  });

  test("is one that there is", () => {
    expect(["Europe/Berlin", "UTC", "Asia/Calcutta"].map(isZone)).toEqual([true, true, true]);
    expect(["berl", "Europe/", "", "+02:00"].map(isZone)).toEqual([false, false, false, false]);
    expect(findZones("berlx")).toEqual([]);
  });
});

describe("the next run", () => {
  const now = Date.UTC(2026, 10, 30, 9, 30);

  test("is said in the zone of the schedule", () => {
    expect(nextRunWords("0 9 * * *", "UTC", now)).toBe("Tuesday, 1 December 2026 at 09:00 (UTC)");
    expect(nextRunWords("0 9 * * *", "America/New_York", now)).toBe("Monday, 30 November 2026 at 09:00 (America/New York)");
  });

  test("is not said of what is no schedule", () => {
    expect(nextRunWords("nonsense", "UTC", now)).toBeNull();
    expect(nextRunWords("0 9 * * *", "berl", now)).toBeNull();
    expect(nextRunWords("0 9 30 2 *", "UTC", now)).toBeNull();
  });
});
