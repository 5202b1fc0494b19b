import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";
import { firstTime, newestDue, nextTime, parseSchedule, scheduleKey, schedulePayload } from "./schedule.ts";

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));
const spec = (input: JsonObject, every?: string) =>
  parseSchedule({ app: "schedule", operation: "cron", input, ...(every ? { every } : {}) });

/** The next `count` times after `from`, as the timekeeper walks them when it is never late. */
function times(input: JsonObject, from: string, count: number): (string | null)[] {
  const s = spec(input);
  const starts: (number | null)[] = [firstTime(s, at(from))];
  while (starts.length < count) starts.push(nextTime(s, starts.at(-1)!, starts.at(-1)!));
  return starts.map(iso);
}

describe("a schedule and the clock change", () => {
  test("a time of day that does not exist fires once, right after the gap", () => {
    expect(times({ cron: "30 2 * * *", zone: "Europe/Berlin" }, "2026-03-28T12:00Z", 2)).toEqual(["2026-03-29T01:00", "2026-03-30T00:30"]);
    expect(times({ cron: "30 2 * * *", zone: "America/New_York" }, "2026-03-07T12:00Z", 2)).toEqual([
      "2026-03-08T07:00",
      "2026-03-09T06:30",
    ]);
  });

  test("a time of day that comes twice fires once", () => {
    expect(times({ cron: "30 2 * * *", zone: "Europe/Berlin" }, "2026-10-24T12:00Z", 2)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
    expect(times({ cron: "0,30 2 * * *", zone: "Europe/Berlin" }, "2026-10-24T12:00Z", 3)).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T00:30",
      "2026-10-26T01:00",
    ]);
  });

  test.each(["2026-10-25T00:31Z", "2026-10-25T01:10Z", "2026-10-25T01:29Z", "2026-10-25T01:31Z"])(
    "asked again within the doubled hour (%s), it has fired already",
    (now) => {
      const s = spec({ cron: "30 2 * * *", zone: "Europe/Berlin" });
      expect(iso(nextTime(s, at("2026-10-25T00:30Z"), at(now)))).toBe("2026-10-26T01:30");
      expect(iso(newestDue(s, at("2026-10-24T00:30Z"), at(now)))).toBe("2026-10-25T00:30");
    },
  );

  test("an hourly pattern follows the real hours: none doubled, none left out", () => {
    const hours = times({ cron: "0 * * * *", zone: "Europe/Berlin" }, "2026-10-24T22:30Z", 6);
    expect(hours).toEqual([
      "2026-10-24T23:00",
      "2026-10-25T00:00",
      "2026-10-25T01:00",
      "2026-10-25T02:00",
      "2026-10-25T03:00",
      "2026-10-25T04:00",
    ]);
    expect(times({ cron: "0 * * * *", zone: "Europe/Berlin" }, "2026-03-28T23:30Z", 3)).toEqual([
      "2026-03-29T00:00",
      "2026-03-29T01:00",
      "2026-03-29T02:00",
    ]);
  });

  test("a zone whose clock moves by half an hour is no exception", () => {
    expect(times({ cron: "15 2 * * *", zone: "Australia/Lord_Howe" }, "2026-10-02T12:00Z", 3)).toEqual([
      "2026-10-02T15:45",
      "2026-10-03T15:30",
      "2026-10-04T15:15",
    ]);
  });
});

describe("a schedule after a stop", () => {
  test("the newest missed time stands for all", () => {
    const daily = spec({ cron: "0 9 * * *", zone: "UTC" });
    expect(iso(newestDue(daily, at("2026-01-01T09:00Z"), at("2026-01-05T12:00Z")))).toBe("2026-01-05T09:00");
    const minutely = spec({ cron: "* * * * *" });
    expect(iso(newestDue(minutely, at("2025-01-01T00:00Z"), at("2026-01-05T12:00:30Z")))).toBe("2026-01-05T12:00");
    const yearly = spec({ cron: "0 0 1 1 *" });
    expect(iso(newestDue(yearly, at("2024-01-01T00:00Z"), at("2026-07-05T12:00Z")))).toBe("2026-01-01T00:00");
  });

  test("a time that is only due is itself", () => {
    const daily = spec({ cron: "0 9 * * *" });
    expect(newestDue(daily, at("2026-01-01T09:00Z"), at("2026-01-01T09:00Z"))).toBe(at("2026-01-01T09:00Z"));
    expect(newestDue(daily, at("2026-01-01T09:00Z"), at("2026-01-01T09:00:12Z"))).toBe(at("2026-01-01T09:00Z"));
  });

  test("an interval keeps its own beat", () => {
    const s = spec({}, "15m");
    const first = firstTime(s, at("2026-01-01T09:07Z"))!;
    expect(iso(first)).toBe("2026-01-01T09:22");
    expect(iso(newestDue(s, first, at("2026-01-01T10:00Z")))).toBe("2026-01-01T09:52");
    expect(iso(nextTime(s, first, at("2026-01-01T10:00Z")))).toBe("2026-01-01T10:07");
  });
});

test("a scheduled event carries the time meant, and its fields in the zone", () => {
  const s = spec({ cron: "30 9 * * *", zone: "Europe/Berlin" });
  expect(schedulePayload(s, at("2026-07-01T07:30Z"))).toEqual({
    scheduledFor: "2026-07-01T07:30:00.000Z",
    zone: "Europe/Berlin",
    local: {
      date: "2026-07-01",
      time: "09:30:00",
      offset: "+02:00",
      weekday: "Wednesday",
      year: 2026,
      month: 7,
      day: 1,
      hour: 9,
      minute: 30,
    },
  });
  expect(scheduleKey(at("2026-07-01T07:30Z"))).toBe("at:2026-07-01T07:30:00.000Z");
});

describe("a schedule as written", () => {
  test.each<[string, JsonObject, string | undefined]>([
    ["cron", { cron: "61 9 * * *" }, undefined],
    ["cron", { cron: "nonsense" }, undefined],
    ["cron", { cron: "0 0 30 2 *" }, undefined],
    ["cron", {}, undefined],
    ["cron", { cron: "0 9 * * *" }, "15m"],
    ["zone", { cron: "0 9 * * *", zone: "Europe/Atlantis" }, undefined],
    ["every", {}, "3s"],
    ["every", { every: "soon" }, undefined],
    ["catchUp", { cron: "0 9 * * *", catchUp: "all" }, undefined],
  ])("names %s as what is wrong in %j", (field, input, every) => {
    let thrown: unknown;
    try {
      spec(input, every);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MillraceError);
    expect((thrown as MillraceError).details.field).toBe(field);
  });

  test("takes the flow's zone where it names none", () => {
    expect(parseSchedule({ app: "schedule", operation: "cron", input: { cron: "0 9 * * *" } }, "Asia/Tokyo").zone).toBe("Asia/Tokyo");
  });
});
