import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { calendarGroup, calendars, users } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let contactId: string;
beforeEach(async () => {
  bench = await openBench();
  contactId = bench.sandbox.state.contacts.inLocation(bench.acme)[10]!.id;
});
afterEach(() => bench.sandbox.close());

// The clock stands at Thursday 2026-01-15, half past four in the morning in New York. Monday is the 19th.
const monday = Date.parse("2026-01-19T00:00:00-05:00");
const dayMs = 86_400_000;
const slots = (calendarId: string, from = monday, to = monday + dayMs - 1, more = "") =>
  bench.call("GET", `/calendars/${calendarId}/free-slots?startDate=${from}&endDate=${to}${more}`);
const book = (more: object = {}) =>
  bench.call("POST", "/calendars/events/appointments", {
    calendarId: calendars.checkUps,
    locationId: bench.acme,
    contactId,
    startTime: "2026-01-19T09:00:00-05:00",
    ...more,
  });
const events = (query: string) =>
  bench.call("GET", `/calendars/events?locationId=${bench.acme}&startTime=${monday}&endTime=${monday + dayMs}&${query}`);

describe("free slots", () => {
  test("follow the opening hours in the location's zone, keyed by date beside the trace", async () => {
    const { body } = await slots(calendars.checkUps);
    expect(Object.keys(body)).toEqual(["2026-01-19", "traceId"]);
    const { slots: of } = body["2026-01-19"] as { slots: string[] };
    expect([of.length, of[0], of.at(-1)]).toEqual([14, "2026-01-19T09:00:00-05:00", "2026-01-19T16:30:00-05:00"]);
    expect(of).not.toContain("2026-01-19T12:00:00-05:00"); // lunch
  });

  test("are written in the zone asked for, and fall on its dates", async () => {
    const { body } = await slots(calendars.checkUps, monday, monday + dayMs - 1, "&timezone=Asia/Tokyo");
    expect(Object.keys(body).slice(0, 2)).toEqual(["2026-01-19", "2026-01-20"]);
    expect((body["2026-01-19"] as { slots: string[] }).slots[0]).toBe("2026-01-19T23:00:00+09:00");
    expect((await slots(calendars.checkUps, monday, monday, "&timezone=Mars/Base")).status).toBe(422);
  });

  test("stay at the wall clock's hour when summer time begins", async () => {
    const { body } = await slots(calendars.checkUps, Date.parse("2026-03-09T00:00:00-04:00"), Date.parse("2026-03-09T23:00:00-04:00"));
    expect((body["2026-03-09"] as { slots: string[] }).slots[0]).toBe("2026-03-09T09:00:00-04:00");
  });

  test("leave out what is booked, blocked, past or too soon", async () => {
    await book();
    await bench.call("POST", "/calendars/events/block-slots", {
      locationId: bench.acme,
      calendarId: calendars.checkUps,
      startTime: "2026-01-19T13:00:00-05:00",
      endTime: "2026-01-19T17:00:00-05:00",
    });
    const left = ((await slots(calendars.checkUps)).body["2026-01-19"] as { slots: string[] }).slots;
    expect([left.length, left[0], left.at(-1)]).toEqual([5, "2026-01-19T09:30:00-05:00", "2026-01-19T11:30:00-05:00"]);
    expect(Object.keys((await slots(calendars.checkUps, monday - 10 * dayMs, monday - 5 * dayMs)).body)).toEqual(["traceId"]);
    await bench.clock.advance(6 * 3_600_000); // half past ten: two hours of notice
    const today = await slots(calendars.consultations, bench.clock.now(), bench.clock.now() + 12 * 3_600_000);
    expect((today.body["2026-01-15"] as { slots: string[] }).slots[0]).toBe("2026-01-15T13:00:00-05:00");
  });

  test("need a window of numbers, of 31 days at most", async () => {
    expect(await slots(calendars.checkUps, monday, monday + 32 * dayMs)).toMatchObject({ status: 400 });
    expect((await bench.call("GET", `/calendars/${calendars.checkUps}/free-slots?startDate=2026-01-19&endDate=x`)).status).toBe(422);
    expect((await bench.call("GET", `/calendars/${calendars.checkUps}/free-slots`)).status).toBe(422);
  });
});

describe("appointments", () => {
  test("are booked in a free slot, read back wrapped, and sent as events", async () => {
    bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
    const { status, body } = await book();
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        startTime: "2026-01-19T09:00:00-05:00",
        endTime: "2026-01-19T09:30:00-05:00",
        appointmentStatus: "confirmed",
      }),
    ]);
    expect(body).not.toHaveProperty("dateAdded");
    const read = await bench.call("GET", `/calendars/events/appointments/${String(body.id)}`);
    expect(read.body.event).toMatchObject({ id: body.id, contactId, groupId: calendarGroup, dateUpdated: expect.any(String) });
    await bench.clock.advance(0);
    await bench.sandbox.webhooks.settled();
    expect(bench.posted[0]!.body).toMatchObject({
      type: "AppointmentCreate",
      locationId: bench.acme,
      appointment: { id: body.id, contactId },
    });
    const ofContact = await bench.call("GET", `/contacts/${contactId}/appointments`);
    expect(ofContact.rows("events")[0]).toMatchObject({ startTime: "2026-01-19 09:00:00" });
  });

  test("of one slot are one: of many at once, one wins", async () => {
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => book()))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect((await book()).body.message).toBe("The slot you have selected is no longer available.");
    expect((await book({ ignoreFreeSlotValidation: true })).status).toBe(200);
  });

  test("need a zone, a slot of the grid, and a person where a team shares the calendar", async () => {
    expect((await book({ startTime: "2026-01-19T09:00:00" })).status).toBe(422);
    expect((await book({ startTime: "2026-01-19T09:10:00-05:00" })).status).toBe(400);
    expect((await book({ calendarId: calendars.consultations })).status).toBe(400);
    expect((await book({ calendarId: calendars.consultations, assignedUserId: users.smiles })).status).toBe(400);
    expect((await book({ calendarId: calendars.consultations, assignedUserId: users.desk })).status).toBe(200);
    expect((await book({ startTime: "2026-01-12T09:00:00-05:00" })).status).toBe(400);
    expect((await book({ startTime: "2026-01-12T09:00:00-05:00", ignoreDateRange: true })).status).toBe(200);
  });

  test("can be moved and cancelled, which frees the slot", async () => {
    const id = (await book()).at("id");
    const change = (body: object) => bench.call("PUT", `/calendars/events/appointments/${id}`, body);
    expect((await change({ startTime: "2026-01-19T10:00:00-05:00" })).body).toMatchObject({ endTime: "2026-01-19T10:30:00-05:00" });
    expect((await book()).status).toBe(200);
    expect((await change({ startTime: "2026-01-19T09:00:00-05:00" })).status).toBe(400);
    await change({ appointmentStatus: "cancelled" });
    expect((await book({ startTime: "2026-01-19T10:00:00-05:00" })).status).toBe(200);
    expect((await change({ contactId })).status).toBe(422);
  });

  test("are listed in a window by calendar, user or group, one of which is needed", async () => {
    await book();
    expect((await events("")).status).toBe(422);
    for (const query of [`calendarId=${calendars.checkUps}`, `userId=${users.owner}`, `groupId=${calendarGroup}`])
      expect((await events(query)).rows("events")).toHaveLength(1);
    expect((await events(`userId=${users.desk}`)).rows("events")).toHaveLength(0);
  });

  test("end when they are deleted, and with their contact", async () => {
    const id = (await book()).at("id");
    await bench.call("POST", `/calendars/appointments/${id}/notes`, { body: "Bring the X-rays" });
    expect(await bench.call("DELETE", `/calendars/events/${id}`, {})).toMatchObject({ status: 201, body: { succeeded: true } });
    expect((await bench.call("GET", `/calendars/events/appointments/${id}`)).status).toBe(400);
    await book();
    await bench.call("DELETE", `/contacts/${contactId}`);
    expect((await events(`calendarId=${calendars.checkUps}`)).rows("events")).toHaveLength(0);
  });

  test("of another location are not shown", async () => {
    const foreign = { authorization: `Bearer ${bench.token({ locationId: bench.smiles })}` };
    const id = (await book()).at("id");
    expect((await bench.call("GET", `/calendars/events/appointments/${id}`, undefined, foreign)).status).toBe(403);
  });
});

describe("notes of appointments", () => {
  test("page by limit and offset, both of which are needed, twenty at most", async () => {
    const id = (await book()).at("id");
    for (const body of ["a", "b", "c"]) await bench.call("POST", `/calendars/appointments/${id}/notes`, { body, userId: users.desk });
    const page = (query: string) => bench.call("GET", `/calendars/appointments/${id}/notes${query}`);
    expect((await page("?limit=2&offset=0")).body).toMatchObject({ hasMore: true, notes: [{ createdBy: { name: "Marco Reyes" } }, {}] });
    expect((await page("?limit=2&offset=2")).body).toMatchObject({ hasMore: false, notes: [{}] });
    for (const wrong of ["", "?limit=2", "?limit=21&offset=0", "?limit=2&offset=-1"]) expect((await page(wrong)).status).toBe(422);
  });
});

describe("blocked slots", () => {
  test("are of a calendar or of a user, not of both or neither, and answer 201 when changed too", async () => {
    const times = { startTime: "2026-01-19T09:00:00-05:00", endTime: "2026-01-19T12:00:00-05:00" };
    const block = (more: object) => bench.call("POST", "/calendars/events/block-slots", { locationId: bench.acme, ...times, ...more });
    expect((await block({})).status).toBe(422);
    expect((await block({ calendarId: calendars.checkUps, assignedUserId: users.owner })).status).toBe(422);
    const made = await block({ assignedUserId: users.owner, title: "Training" });
    expect(made).toMatchObject({ status: 201, body: { title: "Training", assignedUserId: users.owner } });
    const changed = await bench.call("PUT", `/calendars/events/block-slots/${made.at("id")}`, {
      locationId: bench.acme,
      calendarId: calendars.checkUps,
    });
    expect(changed).toMatchObject({ status: 201, body: { calendarId: calendars.checkUps, startTime: times.startTime } });
    expect(changed.body).not.toHaveProperty("assignedUserId");
    const query = `locationId=${bench.acme}&startTime=${monday}&endTime=${monday + dayMs}&calendarId=${calendars.checkUps}`;
    expect((await bench.call("GET", `/calendars/blocked-slots?${query}`)).rows("events")).toHaveLength(1);
    expect((await bench.call("DELETE", `/calendars/events/${made.at("id")}`, {})).status).toBe(201);
    expect((await bench.call("GET", `/calendars/blocked-slots?${query}`)).rows("events")).toHaveLength(0);
  });
});

describe("calendars and what belongs to them", () => {
  test("calendars are made (200), changed and deleted with their appointments", async () => {
    const made = await bench.call("POST", "/calendars/", { locationId: bench.acme, name: "Whitening", slotDuration: 60, slotInterval: 60 });
    const id = made.at("calendar.id");
    expect(made).toMatchObject({ status: 200, body: { calendar: { appoinmentPerSlot: 1, slotDuration: 60 } } });
    expect(((await slots(id)).body["2026-01-19"] as { slots: string[] }).slots).toHaveLength(8); // office hours
    await book({ calendarId: id });
    const renamed = await bench.call("PUT", `/calendars/${id}`, { name: "Bleaching" });
    expect(renamed.body.calendar).toMatchObject({ name: "Bleaching", slotDuration: 60 });
    expect((await bench.call("DELETE", `/calendars/${id}`)).body).toMatchObject({ success: true });
    expect((await bench.call("GET", `/calendars/${id}`)).status).toBe(400);
    expect((await events(`calendarId=${id}`)).rows("events")).toHaveLength(0);
  });

  test("a group's slug is its own", async () => {
    const group = { locationId: bench.acme, name: "Kids", description: "", slug: "kids" };
    const available = async () =>
      (await bench.call("POST", "/calendars/groups/validate-slug", { locationId: bench.acme, slug: "kids" })).body.available;
    expect(await available()).toBe(true);
    const made = await bench.call("POST", "/calendars/groups", { ...group, description: "x" });
    expect([
      made.status,
      await available(),
      (await bench.call("POST", "/calendars/groups", { ...group, description: "x" })).status,
    ]).toEqual([201, false, 400]);
  });

  test("notifications come and go as bare lists, known by _id", async () => {
    const path = `/calendars/${calendars.checkUps}/notifications`;
    const made = await bench.call("POST", path, [{ receiverType: "contact", channel: "email", notificationType: "booked" }]);
    const [{ _id }] = JSON.parse(made.text) as [{ _id: string }];
    expect(await bench.call("PUT", `${path}/${_id}`, { isActive: false })).toMatchObject({ body: { message: expect.any(String) } });
    expect((await bench.call("GET", `${path}/${_id}`)).body).toMatchObject({ _id, isActive: false, channel: "email" });
    await bench.call("DELETE", `${path}/${_id}`);
    expect((await bench.call("GET", path)).text).toBe("[]");
    expect((await bench.call("POST", path, [{ channel: "pigeon" }])).status).toBe(422);
  });

  test("resources are rooms or equipments, listed with limit and skip", async () => {
    expect((await bench.call("GET", `/calendars/resources/rooms?locationId=${bench.acme}`)).status).toBe(422);
    expect((await bench.call("GET", `/calendars/resources/cars?locationId=${bench.acme}&limit=1&skip=0`)).status).toBe(422);
    const list = await bench.call("GET", `/calendars/resources/rooms?locationId=${bench.acme}&limit=10&skip=0`);
    expect(JSON.parse(list.text)).toMatchObject([{ _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: "Treatment room 1" }]);
  });
});
