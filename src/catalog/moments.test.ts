import fc from "fast-check";
import { DateTime, Settings } from "luxon";
import { afterEach, describe, expect, test } from "vitest";
import { momentMs, readIso, readMoment, sameMoment, utcOf } from "./moments.ts";
import { trials } from "#test/support/trials.ts";

const half9 = Date.UTC(2026, 0, 15, 9, 30);

describe("a time as epoch milliseconds", () => {
  test.each([
    ["2026-01-15T09:30:00.000Z", half9],
    ["2026-01-15T10:30:00+01:00", half9],
    ["2026-01-15 09:30:00", half9],
    ["2026-01-15", Date.UTC(2026, 0, 15)],
    ["Thu, 15 Jan 2026 10:30:00 +0100", half9],
    [1_768_469_400, half9],
    ["1768469400", half9],
    [1_768_469_400_000, half9],
    ["1768469400000", half9],
    [1_768_469_400_000_000, half9],
    ["1768469400000000", half9],
    ["1768469400000000000", null],
    [20_260_115, null],
    [5, null],
    ["2026-02-30T10:00:00Z", null],
    ["2026-02-30", null],
    ["yesterday", null],
    ["now", null],
    ["today", null],
    ["10:30", null],
    ["2026", null],
    ["", null],
    [null, null],
    [Number.NaN, null],
    [["2026-01-15"], null],
  ])("of %j is %j", (written, ms) => expect(momentMs(written)).toBe(ms));
});

describe("a time that a clock shows twice or never", () => {
  const usual = Settings.now;
  afterEach(() => {
    Settings.now = usual;
  });

  test.each([
    ["Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z", "its first hour"],
    ["Europe/Berlin", "2026-10-25 02:30 Europe/Berlin", "2026-10-25T00:30:00.000Z", "its first hour"],
    ["America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00.000Z", "its first hour"],
    ["Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00.000Z", "its first half hour"],
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z", "the first of its two beginnings"],
    ["Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z", "an hour later"],
    ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00.000Z", "where the day begins, at one"],
  ])("in %s, %s is %s, %s, whatever today is", (zone, text, utc) => {
    for (const today of [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)]) {
      Settings.now = () => today;
      Settings.resetCaches(); // it keeps each zone's offset of its first look
      expect(readMoment(text, { zone, now: today })?.at.toUTC().toISO()).toBe(utc);
    }
  });
});

describe("ISO at a glance", () => {
  const digits = (n: number) => String(n).padStart(2, "0");
  const number = (max: number) => fc.integer({ min: 0, max }).map(digits);
  const offset = fc.oneof(
    fc.constantFrom("", "Z"),
    fc.tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 14 }), number(59)).map(([s, h, m]) => `${s}${digits(h)}:${m}`),
  );
  const seconds = fc.oneof(
    fc.constant(""),
    fc.tuple(number(61), fc.constantFrom("", ".5", ".123")).map(([s, f]) => `:${s}${f}`),
  );
  const text = fc
    .tuple(fc.integer({ min: 100, max: 9999 }), number(13), number(32), number(25), number(61), seconds, offset)
    .map(([y, mo, d, h, mi, s, o]) => `${String(y).padStart(4, "0")}-${mo}-${d}T${h}:${mi}${s}${o}`);

  test("says what the calendar says", () => {
    fc.assert(
      fc.property(text, (written) => {
        const luxons = DateTime.fromISO(written, { zone: "UTC" });
        const iso = readIso(written)!;
        expect(utcOf(iso)).toBe(luxons.isValid ? luxons.toMillis() : Number.NaN);
        expect(iso.offset === null).toBe(/:\d\d(\.\d+)?$/.test(written) && !/[+-]\d\d:\d\d$/.test(written));
      }),
      { numRuns: trials(2000) },
    );
  });

  test.each(["2026-01-15x", "2026-1-5", "v2026-01-15", "2026-01-15T10", "20260115", "+4930123456", "2026-01-15T10:30:00Z; drop"])(
    "takes %s for no time",
    (other) => expect(readIso(other)).toBeNull(),
  );
});

test("the same moment in two spellings is the same, and one without a zone is never that of one with a zone", () => {
  expect(sameMoment("2026-01-15T10:30:00+01:00", "2026-01-15T09:30:00.000Z")).toBe(true);
  expect(sameMoment("2026-01-15 09:30", "2026-01-15T09:30:00")).toBe(true);
  expect(sameMoment("2026-01-15T09:30:00", "2026-01-15T09:30:00Z")).toBe(false);
  expect(sameMoment("2026-02-30T09:30:00Z", "2026-03-02T09:30:00Z")).toBe(false);
  expect(sameMoment("a", "a")).toBe(false);
});
