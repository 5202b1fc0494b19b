/** The families beyond contacts, and the traps of each, against the sandbox. */
import { beforeEach, describe, expect, test } from "vitest";
import { findOperation } from "#test/support/built-in.ts";
import { beforeRow, confirmedRow, confirmInput, readInput } from "#catalog/confirm.ts";
import type { Call } from "#catalog/types.ts";
import { calendarGroup, calendars, pipelines, users } from "#sandbox/defaults.ts";
import { openBench, type Bench } from "#sandbox/testing.ts";
import { benchCall } from "#test/support/bench-call.ts";

type Row = Record<string, unknown> & { id: string };
let bench: Bench;
let call: Call;
beforeEach(async () => {
  bench = await openBench();
  call = benchCall(bench);
});
const output = async <T = Row>(id: string, input: Record<string, unknown>): Promise<T> => (await call(id, input)).output as T;
const contact = async (): Promise<string> => (await output("contacts.create", { email: "ada@new.example", firstName: "Ada" })).id;
/** The look-up of a write whose answer never came. */
const confirmed = async (id: string, input: Record<string, unknown>, since = bench.clock.now()): Promise<unknown> => {
  const o = findOperation("highlevel", id)!;
  const asked = confirmInput(o, input);
  return asked && confirmedRow(o, input, await output(o.confirm!.operation, asked), since);
};
/** What a dry run takes for the record as it is. */
const before = async (id: string, input: Record<string, unknown>) => {
  const o = findOperation("highlevel", id)!;
  return beforeRow(o, input, await output(o.before!.operation, readInput(o.before!.input, input)));
};

const week = { startDate: "2026-01-19", endDate: "2026-01-24" };
const freeSlot = async (at = 0) =>
  (await output<{ date: string; slot: string }[]>("calendars.free_slots", { calendarId: "Check-ups", ...week }))[at]!;
const book = async (more = {}) => {
  const input = { calendarId: calendars.checkUps, contactId: await contact(), startTime: (await freeSlot()).slot, ...more };
  return { input, made: await output("calendars.create_appointment", input) };
};

describe("slots", () => {
  test("come as a list, a row each, of a calendar given by its name and days as people write them", async () => {
    const slots = await output<{ date: string; slot: string }[]>("calendars.free_slots", { calendarId: "check-ups", ...week });
    expect(slots.length).toBeGreaterThan(10);
    for (const { date, slot } of slots) expect([/^\d{4}-\d{2}-\d{2}$/.test(date), slot.startsWith(date)]).toEqual([true, true]);
    expect(new Set(slots.map((s) => s.slot)).size).toBe(slots.length);
  });

  test("of more than 31 days are refused before anybody is asked", async () => {
    const asked = { calendarId: calendars.checkUps, startDate: "2026-01-19", endDate: "2026-02-20" };
    await expect(call("calendars.free_slots", asked)).rejects.toThrow("endDate: must be within 31 days of startDate");
  });

  test("of a calendar nobody has are refused with the nearest one", async () => {
    await expect(call("calendars.free_slots", { calendarId: "Checkups", ...week })).rejects.toThrow("did you mean 'Check-ups'");
  });
});

describe("appointments", () => {
  test("one is booked into a free slot, read, changed and deleted; its slot is gone meanwhile", async () => {
    const { input, made } = await book();
    expect((await freeSlot()).slot).not.toBe(input.startTime);
    expect(await output("calendars.get_appointment", { eventId: made.id })).toMatchObject({ id: made.id, contactId: input.contactId });
    expect(await before("calendars.update_appointment", { eventId: made.id })).toMatchObject({ id: made.id, title: made["title"] });
    expect(await output("calendars.update_appointment", { eventId: made.id, title: "Moved" })).toMatchObject({ title: "Moved" });
    await call("calendars.delete_event", { eventId: made.id });
    await expect(call("calendars.get_appointment", { eventId: made.id })).rejects.toMatchObject({ code: "OUTBOUND_NOT_FOUND" });
    expect((await freeSlot()).slot).toBe(input.startTime);
  });

  test("a slot that is no longer free is refused as such", async () => {
    const { input } = await book();
    await expect(call("calendars.create_appointment", input)).rejects.toMatchObject({ code: "SLOT_TAKEN" });
  });

  test("one whose answer never came is found by person and time, and not taken for another's", async () => {
    const wanted = { calendarId: calendars.checkUps, contactId: "nobodyhere0000000000", startTime: (await freeSlot()).slot };
    expect(await confirmed("calendars.create_appointment", wanted)).toBeUndefined();
    const { input, made } = await book();
    expect(await confirmed("calendars.create_appointment", input)).toMatchObject({ id: made.id });
    expect(await confirmed("calendars.create_appointment", { ...input, startTime: (await freeSlot(3)).slot })).toBeUndefined();
    expect(await confirmed("calendars.create_appointment", wanted)).toBeUndefined();
  });

  test("events are read of a calendar, a person or a group in a window, and of none of them not at all", async () => {
    const { made } = await book();
    const window = { startTime: "2026-01-19", endTime: "2026-01-24" };
    for (const of of [{ calendarId: "Check-ups" }, { userId: users.owner }, { groupId: "treatments" }]) {
      expect((await output<Row[]>("calendars.list_events", { ...of, ...window })).map((e) => e.id)).toEqual([made.id]);
    }
    await expect(call("calendars.list_events", window)).rejects.toThrow("calendarId: is needed unless userId or groupId is given");
  });

  test("a note is made, found again by its text, changed and deleted", async () => {
    const { made } = await book();
    const input = { appointmentId: made.id, body: "Bring the x-ray" };
    const note = await output("calendars.create_appointment_note", input);
    expect(await confirmed("calendars.create_appointment_note", input)).toMatchObject({ id: note.id });
    const change = { appointmentId: made.id, noteId: note.id, body: "Bring both" };
    expect(await before("calendars.update_appointment_note", change)).toMatchObject({ body: "Bring the x-ray" });
    await call("calendars.update_appointment_note", change);
    expect(await output("calendars.list_appointment_notes", { appointmentId: made.id })).toMatchObject([
      { id: note.id, body: "Bring both" },
    ]);
    await call("calendars.delete_appointment_note", { appointmentId: made.id, noteId: note.id });
    expect(await output("calendars.list_appointment_notes", { appointmentId: made.id })).toEqual([]);
  });
});

describe("blocked slots", () => {
  const times = { startTime: "2026-01-20T09:00:00Z", endTime: "2026-01-20T12:00:00Z" };

  test("one is of a calendar or of a person, and of exactly one of them", async () => {
    await expect(call("calendars.create_block_slot", times)).rejects.toThrow("calendarId: is needed unless assignedUserId is given");
    const both = { ...times, calendarId: calendars.checkUps, assignedUserId: users.owner };
    await expect(call("calendars.create_block_slot", both)).rejects.toThrow("assignedUserId: cannot be given together with calendarId");
  });

  test("one is made, found again, changed and deleted", async () => {
    const input = { ...times, assignedUserId: users.owner, title: "Holiday" };
    expect(await confirmed("calendars.create_block_slot", input)).toBeUndefined();
    const block = await output("calendars.create_block_slot", input);
    expect(await confirmed("calendars.create_block_slot", input)).toMatchObject({ id: block.id });
    const change = { eventId: block.id, assignedUserId: users.owner, title: "Half a holiday" };
    expect(await before("calendars.update_block_slot", change)).toMatchObject({ id: block.id, title: "Holiday" });
    expect(await output("calendars.update_block_slot", change)).toMatchObject({ title: "Half a holiday" });
    await call("calendars.delete_event", { eventId: block.id });
    const window = { userId: users.owner, startTime: "2026-01-20", endTime: "2026-01-21" };
    expect(await output("calendars.list_blocked_slots", window)).toEqual([]);
  });
});

describe("calendars, groups, notifications and resources", () => {
  test("a group is made, found again by its address, changed, turned off and deleted", async () => {
    const input = { name: "Hygiene", slug: "hygiene", description: "Cleaning" };
    expect(await output("calendars.validate_group_slug", { slug: "hygiene" })).toMatchObject({ available: true });
    const group = await output("calendars.create_group", input);
    expect(await confirmed("calendars.create_group", input)).toMatchObject({ id: group.id });
    expect(await before("calendars.update_group", { groupId: group.id })).toMatchObject({ description: "Cleaning" });
    await call("calendars.update_group", { groupId: group.id, ...input, description: "Advice" });
    await call("calendars.set_group_status", { groupId: group.id, isActive: false });
    const groups = await output<Row[]>("calendars.list_groups", {});
    expect(groups.find((g) => g.id === group.id)).toMatchObject({ description: "Advice", isActive: false });
    await call("calendars.delete_group", { groupId: group.id });
    expect((await output<Row[]>("calendars.list_groups", {})).map((g) => g.id)).toEqual([calendarGroup]);
  });

  test("a calendar is looked for after an unknown outcome only where its address tells it from others", async () => {
    expect(await confirmed("calendars.create", { name: "Check-ups" })).toBeNull();
    const made = await output("calendars.create", { name: "Fittings", slug: "fittings" });
    expect(await confirmed("calendars.create", { name: "Fittings", slug: "fittings" })).toMatchObject({ id: made.id });
  });

  test("notifications are made as a list, and are identified by _id", async () => {
    const body = [{ receiverType: "contact", channel: "email", notificationType: "reminder" }];
    const [made] = await output<{ _id: string }[]>("calendars.create_notification", { calendarId: calendars.checkUps, body });
    const input = { calendarId: calendars.checkUps, notificationId: made!._id };
    await call("calendars.update_notification", { ...input, subject: "Soon" });
    expect(await output("calendars.get_notification", input)).toMatchObject({ _id: made!._id, subject: "Soon" });
    await call("calendars.delete_notification", input);
    expect(await output<Row[]>("calendars.list_notifications", { calendarId: calendars.checkUps })).not.toContainEqual(
      expect.objectContaining({ _id: made!._id, deleted: false }),
    );
  });

  test("resources are read to their end, of both kinds", async () => {
    for (const resourceType of ["rooms", "equipments"]) {
      const rows = await output<{ _id: string }[]>("calendars.list_resources", { resourceType });
      expect(rows).toHaveLength(1);
      expect(await output("calendars.get_resource", { resourceType, id: rows[0]!._id })).toMatchObject({
        name: expect.any(String) as string,
      });
    }
  });
});

describe("opportunities", () => {
  const deal = async (more = {}) => ({
    contactId: await contact(),
    name: "Implants",
    pipelineId: "New patients",
    status: "open",
    ...more,
  });

  test("one is made in a pipeline and a stage given by name, found again, changed, won and deleted", async () => {
    const [list] = await output<(Row & { name: string; stages: Row[] })[]>("opportunities.list_pipelines", {});
    const stage = list!.stages[2]!;
    const input = await deal({ pipelineId: list!.name, pipelineStageId: stage["name"] });
    const made = await output("opportunities.create", input);
    expect(made).toMatchObject({ pipelineId: pipelines.acme.id, pipelineStageId: stage.id });
    const sent = { ...input, pipelineId: list!.id, pipelineStageId: stage.id };
    expect(await confirmed("opportunities.create", sent)).toMatchObject({ id: made.id });
    expect(await before("opportunities.update", { id: made.id })).toMatchObject({ name: "Implants" });
    expect(await before("opportunities.upsert", { contactId: input.contactId, pipelineId: list!.id })).toMatchObject({ id: made.id });
    expect(await output("opportunities.update", { id: made.id, monetaryValue: "2100" })).toMatchObject({ monetaryValue: 2100 });
    await call("opportunities.update_status", { id: made.id, status: "won" });
    expect(await output("opportunities.get", { id: made.id })).toMatchObject({ status: "won" });
    await call("opportunities.delete", { id: made.id });
    await expect(call("opportunities.get", { id: made.id })).rejects.toMatchObject({ code: "OUTBOUND_NOT_FOUND" });
  });

  test("a stage of another pipeline is not found, and 'all' cannot be written as a status", async () => {
    const [list] = await output<Row[]>("opportunities.list_pipelines", {});
    const input = await deal({ pipelineId: list!.id, pipelineStageId: "No such stage" });
    await expect(call("opportunities.create", input)).rejects.toThrow("Stage: there is none named 'No such stage'");
    await expect(call("opportunities.update_status", { id: "o", status: "all" })).rejects.toThrow("status: must be one of");
  });

  test("followers are given by name, and taken off again", async () => {
    const [list] = await output<Row[]>("opportunities.list_pipelines", {});
    const { id } = await output("opportunities.create", await deal({ pipelineId: list!.id }));
    expect(await output("opportunities.add_followers", { id, followers: "Dana Whitfield" })).toMatchObject({ followers: [users.owner] });
    expect(await output("opportunities.remove_followers", { id, followers: [users.owner] })).toMatchObject({ followers: [] });
  });

  test("a day is written as the search wants it", async () => {
    const seen: string[] = [];
    const spied = benchCall({ ...bench, call: (method, url, ...rest) => (seen.push(url), bench.call(method, url, ...rest)) });
    await spied("opportunities.search", { date: "2026-01-31" });
    expect(seen[0]).toContain("date=01-31-2026");
  });
});
