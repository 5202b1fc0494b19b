import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { calendars } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

// Acme Dental is in New York, where summer time begins on 8 March 2026.
let bench: Bench;
let contactId: string;
beforeEach(async () => {
  bench = await openBench();
  contactId = bench.sandbox.state.contacts.inLocation(bench.acme)[9]!.id;
});
afterEach(() => bench.sandbox.close());

const startTime = "2026-03-02T10:00:00-05:00";
const book = (rrule: string, more: object = {}) =>
  bench.call("POST", "/calendars/events/appointments", {
    locationId: bench.acme,
    calendarId: calendars.checkUps,
    contactId,
    startTime,
    ignoreFreeSlotValidation: true,
    rrule,
    ...more,
  });
const from = Date.UTC(2026, 2, 1);
const listed = async () =>
  (
    await bench.call(
      "GET",
      `/calendars/events?locationId=${bench.acme}&calendarId=${calendars.checkUps}&startTime=${from}&endTime=${from + 60 * 86_400_000}`,
    )
  ).rows("events");
const starts = async () => (await listed()).map((event) => event.startTime);
const event = (id: unknown) => `/calendars/events/appointments/${String(id)}`;

describe("a recurring appointment", () => {
  test("is listed as its instances, known by master, start and length, at the wall clock's hour", async () => {
    const master = (await book("RRULE:FREQ=WEEKLY;COUNT=3")).at("id");
    const events = await listed();
    expect(events.map(({ startTime: at }) => at)).toEqual([
      "2026-03-02T10:00:00-05:00",
      "2026-03-09T10:00:00-04:00",
      "2026-03-16T10:00:00-04:00",
    ]);
    expect(events[1]).toMatchObject({
      id: `${master}_${Date.parse("2026-03-09T10:00:00-04:00")}_1800`,
      masterEventId: master,
      isRecurring: true,
    });
    expect((await bench.call("GET", event(events[1]!.id))).body).toMatchObject({ event: { id: events[1]!.id, masterEventId: master } });
    expect((await bench.call("GET", event(master))).body).toMatchObject({ event: { id: master, rrule: "RRULE:FREQ=WEEKLY;COUNT=3" } });
  });

  test.each([
    ["RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260306T235959Z", ["03-02", "03-04", "03-06"]],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", ["03-02", "03-04", "03-09", "03-11"]],
    ["FREQ=MONTHLY;COUNT=2", ["03-02", "04-02"]],
    ["RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260303T150000Z", ["03-02", "03-04"]],
  ])("follows %s", async (rrule, days) => {
    await book(rrule);
    expect((await starts()).map((at) => String(at).slice(5, 10))).toEqual(days);
  });

  test("begins where it begins, though its week began before", async () => {
    await book("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", { startTime: "2026-03-04T10:00:00-05:00" });
    expect((await starts()).map((at) => String(at).slice(5, 10))).toEqual(["03-04", "03-09", "03-11"]);
  });

  test("needs a rule that can be read, and is single where free slots count", async () => {
    for (const rrule of ["FREQ=HOURLY", "RRULE:FREQ=DAILY;BYSETPOS=1", "often"])
      expect((await book(rrule)).body.message).toEqual(["rrule must be a valid RRULE string"]);
    await book("RRULE:FREQ=DAILY;COUNT=3", { ignoreFreeSlotValidation: false });
    expect(await starts()).toEqual([startTime]);
  });

  test("takes its time of every free slot", async () => {
    await book("RRULE:FREQ=WEEKLY;COUNT=3");
    const query = `startDate=${Date.UTC(2026, 2, 9)}&endDate=${Date.UTC(2026, 2, 10)}`;
    const { slots } = (await bench.call("GET", `/calendars/${calendars.checkUps}/free-slots?${query}`)).body["2026-03-09"] as {
      slots: string[];
    };
    expect(slots).toContain("2026-03-09T10:30:00-04:00");
    expect(slots).not.toContain("2026-03-09T10:00:00-04:00");
  });

  test("lets one instance be moved, and one be cancelled by deleting it", async () => {
    await book("RRULE:FREQ=WEEKLY;COUNT=3");
    const [, second, third] = await listed();
    const moved = await bench.call("PUT", event(second!.id), { startTime: "2026-03-10T11:00:00-04:00" });
    expect(moved).toMatchObject({ status: 200, body: { id: second!.id } });
    await bench.call("DELETE", `/calendars/events/${String(third!.id)}`, {});
    expect(await starts()).toEqual([startTime, "2026-03-10T11:00:00-04:00"]);
    expect((await bench.call("GET", event(third!.id))).status).toBe(400);
  });

  test("ends whole with its master", async () => {
    const master = (await book("RRULE:FREQ=WEEKLY;COUNT=3")).at("id");
    await bench.call("PUT", event((await listed())[1]!.id), { title: "Another" });
    await bench.call("DELETE", `/calendars/events/${master}`, {});
    expect(await listed()).toEqual([]);
  });
});
