import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import type { QuietHours } from "../types/messages.ts";
import { trials } from "../../../test/support/trials.ts";
import { dayOf, quietUntil } from "./quiet-hours.ts";

const night: QuietHours = { from: "21:00", to: "08:00", otherwise: "wait" };
const at = (text: string) => DateTime.fromISO(text, { setZone: true }).toMillis();
const until = (hours: QuietHours, zone: string, moment: string) => {
  const end = quietUntil(hours, zone, at(moment));
  return end === null ? null : DateTime.fromMillis(end, { zone }).toISO({ suppressMilliseconds: true, suppressSeconds: true });
};

describe("quiet hours", () => {
  it("begin at their first minute and are over at their last", () => {
    expect(until(night, "Europe/Berlin", "2026-11-30T20:59:59+01:00")).toBeNull();
    expect(until(night, "Europe/Berlin", "2026-11-30T21:00:00+01:00")).toBe("2026-12-01T08:00+01:00");
    expect(until(night, "Europe/Berlin", "2026-12-01T07:59:59+01:00")).toBe("2026-12-01T08:00+01:00");
    expect(until(night, "Europe/Berlin", "2026-12-01T08:00:00+01:00")).toBeNull();
  });

  it("may lie within one day", () => {
    const noon: QuietHours = { ...night, from: "12:00", to: "13:30" };
    expect(until(noon, "Europe/Berlin", "2026-12-01T12:15:00+01:00")).toBe("2026-12-01T13:30+01:00");
    expect(until(noon, "Europe/Berlin", "2026-12-01T13:30:00+01:00")).toBeNull();
    expect(until(noon, "Europe/Berlin", "2026-12-01T23:00:00+01:00")).toBeNull();
  });

  it("are those of the zone, also where it is half or three quarters of an hour off", () => {
    expect(until(night, "Asia/Kolkata", "2026-12-01T15:30:00Z")).toBe("2026-12-02T08:00+05:30");
    expect(until(night, "Asia/Kolkata", "2026-12-01T15:29:00Z")).toBeNull();
    expect(until(night, "Asia/Kathmandu", "2026-12-01T15:15:00Z")).toBe("2026-12-02T08:00+05:45");
  });

  it("end at the right time on the nights on which clocks are set forward and back", () => {
    expect(until(night, "America/New_York", "2026-03-07T22:00:00-05:00")).toBe("2026-03-08T08:00-04:00");
    expect(until(night, "America/New_York", "2026-10-31T22:00:00-04:00")).toBe("2026-11-01T08:00-05:00");
  });

  it("that end in the hour that is left out end when the clock has passed it", () => {
    const short: QuietHours = { ...night, to: "02:30" };
    expect(until(short, "Europe/Berlin", "2026-03-29T01:30:00+01:00")).toBe("2026-03-29T03:30+02:00");
  });

  it("that end in the hour that comes twice are never over before they begin", () => {
    const short: QuietHours = { ...night, to: "02:30" };
    expect(until(short, "Europe/Berlin", "2026-10-25T02:15:00+01:00")).toBe("2026-10-25T02:30+01:00");
  });

  it("in any zone and at any time, the end is later, not quiet, and at most a day and an hour away", () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((n) => String(n).padStart(2, "0")).join(":"));
    const zone = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "Pacific/Chatham",
    );
    const moment = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") });
    fc.assert(
      fc.property(time, time, zone, moment, (from, to, inZone, now) => {
        fc.pre(from !== to);
        const end = quietUntil({ from, to, otherwise: "wait" }, inZone, now);
        if (end === null) return;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(25.5 * 3_600_000);
        expect(quietUntil({ from, to, otherwise: "wait" }, inZone, end)).toBeNull();
      }),
      { numRuns: trials(400) },
    );
  });
});

describe("the day of a person", () => {
  it("goes from midnight to midnight where they live, and is as long as it is there", () => {
    const hours = (zone: string, moment: string) => {
      const { from, to } = dayOf(zone, at(moment));
      return (to - from) / 3_600_000;
    };
    expect(dayOf("Asia/Kolkata", at("2026-12-01T20:00:00Z")).from).toBe(at("2026-12-02T00:00:00+05:30"));
    expect(hours("Europe/Berlin", "2026-03-29T12:00:00Z")).toBe(23);
    expect(hours("Europe/Berlin", "2026-10-25T12:00:00Z")).toBe(25);
    expect(hours("Australia/Lord_Howe", "2026-04-05T12:00:00Z")).toBe(24.5);
  });
});
