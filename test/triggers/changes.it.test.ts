import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { changeDrives, letterOf, type ChangeDrive } from "./change-drives.ts";
import { connections, openGround, Watch, type Ground } from "./machine.ts";
import { atDawn } from "./story.ts";
import { contactAt } from "./watched/contacts.ts";

/** Each change trigger through the webhook, through the look, and through both, in a whole engine before the sandbox. */

let ground: Ground;
let watch: Watch | null = null;
beforeAll(async () => void (ground = await openGround()));
afterAll(() => ground.close());
afterEach(async () => {
  await watch?.close();
  watch = null;
});

const state = () => ground.sandbox.state;
const pass = (ms: number) => ground.clock.advance(ms);

async function open(operation: string, input: object, before: () => void = () => {}): Promise<Watch> {
  await atDawn(ground);
  before();
  await pass(5_000);
  watch = await Watch.open(ground, { operation, connection: connections.location, input });
  return watch;
}

test("every change trigger of the catalog is proved here", () => {
  expect(Object.keys(changeDrives).sort()).toEqual((highlevel.changes ?? []).map(({ id }) => id).sort());
});

/** Steps from content to content that between them tell something. */
const journey = ({ contents }: ChangeDrive): number[] => [...Array(contents).keys(), 0, contents - 1];

describe.each(Object.entries(changeDrives))("%s", (operation, drive) => {
  const write = (id: string, to: number) => {
    const before = state();
    drive.put(before, id, to);
  };
  const post = (event = drive.events.changed) => watch!.deliver(letterOf(state(), event, drive.record(state(), "rec1")));
  const due = (from: number | null, to: number) => drive.news(from, to).map((news) => news.replace(/^(\w+)/, "$1 rec1"));

  test("by webhook alone: each real change once, doubled or not, and nothing else", async () => {
    const watching = await open(operation, drive.input, () => drive.make(state(), "rec1", 0));
    expect(await watching.freshLook()).toEqual([]);
    let at = 0;
    for (const to of journey(drive)) {
      await pass(2_000);
      write("rec1", to);
      const letter = letterOf(state(), drive.events.changed, drive.record(state(), "rec1"));
      expect(await watching.deliver(letter), `from ${at} to ${to}`).toEqual(due(at, to));
      expect(await watching.deliver(letter), "the same delivery again").toEqual([]);
      expect(await post(), "another event of the same state").toEqual([]);
      at = to;
    }
  });

  test("by looks alone: each difference between two looks once, with the first as the baseline", async () => {
    const watching = await open(operation, drive.input, () => drive.make(state(), "rec1", 0));
    expect(await watching.freshLook()).toEqual([]);
    let at = 0;
    for (const to of journey(drive)) {
      await pass(2_000);
      write("rec1", to);
      expect(await watching.freshLook(), `from ${at} to ${to}`).toEqual(due(at, to));
      expect(await watching.freshLook()).toEqual([]);
      at = to;
    }
  });

  test("by both: what the one reported, the other does not", async () => {
    const watching = await open(operation, drive.input, () => drive.make(state(), "rec1", 0));
    expect(await watching.freshLook()).toEqual([]);
    let at = 0;
    for (const [i, to] of journey(drive).entries()) {
      await pass(2_000);
      write("rec1", to);
      const letter = letterOf(state(), drive.events.changed, drive.record(state(), "rec1"));
      const doors = [() => watching.deliver(letter), () => watching.freshLook()];
      const [first, second] = i % 2 === 0 ? doors : doors.toReversed();
      expect(await first!(), `from ${at} to ${to}`).toEqual(due(at, to));
      expect(await second!()).toEqual([]);
      at = to;
    }
  });

  test.each(["webhook", "look"] as const)("a record that comes into being, noticed by %s", async (door) => {
    for (let to = 0; to < drive.contents; to++) {
      const watching = await open(operation, drive.input);
      expect(await watching.freshLook()).toEqual([]);
      await pass(2_000);
      drive.make(state(), "rec1", to);
      expect(door === "look" ? await watching.freshLook() : await post(drive.events.made), `as ${to}`).toEqual(due(null, to));
      expect(await watching.freshLook()).toEqual([]);
      await watching.close();
    }
  });
});

/** Contacts of the tag triggers, and their webhooks. */
const contact = (tags: string[], more: object = {}) => {
  const { contacts, clock } = state();
  state().saveContact({ ...(contacts.get("rec1") ?? contactAt("rec1", 1, clock.now())), tags, dateUpdated: clock.now(), ...more });
};
const tagLetter = () => letterOf(state(), "ContactTagUpdate", state().contacts.get("rec1") as never);
const outcomes = async (watching: Watch) =>
  (await watching.observations()).map(({ outcome, by, count }) => `${outcome} by ${by}: ${count}`).sort();

describe("tags", () => {
  test("gold for a contact that has vip does not start the flow of vip, and the operator sees why", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact(["vip"]));
    await watching.freshLook();
    await pass(2_000);
    contact(["vip", "gold"]);
    expect(await watching.deliver(tagLetter())).toEqual([]);
    expect(await watching.observations()).toMatchObject([
      { outcome: "other", by: "webhook", count: 1, lastRecord: "rec1", lastNote: "tags went from vip to vip, gold" },
    ]);
  });

  test("the first tag after the first look starts the flow, whatever the spelling of the setting", async () => {
    const watching = await open("contacts.tag_added", { tag: "  VIP " }, () => contact([]));
    await watching.freshLook();
    await pass(2_000);
    contact(["vip"]);
    expect(await watching.deliver(tagLetter())).toEqual(["added rec1 vip"]);
  });

  test("without a tag chosen, each of several is a change of its own, through either door", async () => {
    const watching = await open("contacts.tag_added", { tag: "" }, () => contact(["patient"]));
    await watching.freshLook();
    await pass(2_000);
    contact(["patient", "vip", "gold"]);
    expect(await watching.deliver(tagLetter())).toEqual(["added rec1 vip", "added rec1 gold"]);
    await pass(2_000);
    contact(["patient", "vip", "gold", "silver", "bronze"]);
    expect(await watching.freshLook()).toEqual(["added rec1 silver", "added rec1 bronze"]);
    expect(await watching.deliver(tagLetter())).toEqual([]);
  });

  test("a tag that came and went and came between two polls is reported by the webhooks, and by no poll", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    const emitted: string[] = [];
    for (const tags of [["vip"], [], ["vip"]]) {
      await pass(1_000);
      contact(tags);
      emitted.push(...(await watching.deliver(tagLetter())));
    }
    expect(emitted).toEqual(["added rec1 vip", "added rec1 vip"]);
    expect(await watching.freshLook()).toEqual([]);
    await pass(1_000);
    contact([]);
    contact(["vip"]);
    expect(await watching.freshLook()).toEqual([]);
  });

  test("a webhook that is older than what is known changes nothing", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact(["vip"]));
    await watching.freshLook();
    await pass(1_000);
    contact([]);
    const without = tagLetter();
    await pass(1_000);
    contact(["vip"]);
    expect(await watching.deliver(tagLetter())).toEqual([]);
    expect(await watching.deliver(without), "it was overtaken").toEqual([]);
    expect(await watching.freshLook()).toEqual([]);
    expect(await outcomes(watching)).toEqual(["late by webhook: 1", "same by webhook: 1"]);
  });

  test("a webhook that comes an hour after the poll that reported its change starts nothing", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    await pass(1_000);
    contact(["vip"]);
    const late = tagLetter();
    expect(await watching.freshLook()).toEqual(["added rec1 vip"]);
    await pass(1_000);
    contact([]);
    const removed = tagLetter();
    await watching.freshLook();
    await pass(60 * 60_000);
    expect(await watching.deliver(late)).toEqual([]);
    expect(await watching.deliver(removed)).toEqual([]);
    expect(await watching.freshLook()).toEqual([]);
  });

  test("an event without tags says nothing of them, and neither does a contact that is deleted", async () => {
    const watching = await open("contacts.tag_removed", {}, () => contact(["vip"]));
    await watching.freshLook();
    await pass(1_000);
    const { tags: _, ...silent } = tagLetter();
    expect(await watching.deliver(silent)).toEqual([]);
    state().buryContact(state().contacts.get("rec1")!);
    expect(await watching.freshLook()).toEqual([]);
    expect(await watching.freshLook()).toEqual([]);
    expect(await outcomes(watching)).toEqual(["silent by webhook: 1"]);
  });

  test("a list that lags behind a webhook takes nothing back and tells nothing twice", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    await pass(1_000);
    state().search.lagMs = 4 * 60_000;
    contact(["vip"]);
    expect(await watching.deliver(tagLetter())).toEqual(["added rec1 vip"]);
    for (let i = 0; i < 8; i++) expect(await watching.freshLook()).toEqual([]);
    state().search.lagMs = 0;
  });

  test("a removal whose webhook was lost is found, however soon it followed the webhook before it", async () => {
    const watching = await open("contacts.tag_removed", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    await pass(1_000);
    contact(["vip"]);
    await watching.deliver({ ...tagLetter(), timestamp: new Date(ground.clock.now() + 2_000).toISOString() }); // posted a little later than it happened
    await pass(500);
    contact([]);
    const emitted: string[] = [];
    for (let i = 0; i < 12; i++) emitted.push(...(await watching.freshLook()));
    expect(emitted).toEqual(["removed rec1 vip"]);
  });

  test("what changed while the flow was off is found when it is on again, and its webhooks do not hide it", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    await watching.off();
    await pass(60_000);
    contact(["vip"]);
    expect(await watching.deliver(tagLetter())).toEqual([]);
    await watching.on();
    expect(await watching.freshLook()).toEqual(["added rec1 vip"]);
  });

  test("hundreds at once are each reported once, in as many polls as it takes", async () => {
    const watching = await open("contacts.tag_added", {}, () => contact(["old"]));
    await watching.freshLook();
    await pass(1_000);
    const tags = Array.from({ length: 180 }, (_, i) => `tag ${i}`);
    contact([...tags, "old"]);
    const emitted = await watching.deliver(tagLetter());
    expect(emitted.length).toBeLessThanOrEqual(50);
    for (let i = 0; i < 20; i++) {
      const more = await watching.freshLook();
      expect(more.length).toBeLessThanOrEqual(50);
      emitted.push(...more);
    }
    expect(emitted).toEqual(tags.map((tag) => `added rec1 ${tag}`));
  });

  test("an event without id and time that says the same as one long ago is another change, and its repeat is none", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    const bare = (tags: string[]) => ({ type: "ContactTagUpdate", locationId: tagLetter()["locationId"], id: "rec1", tags });
    const emitted: string[] = [];
    for (const tags of [["vip"], ["vip"], [], ["vip"], ["vip"], []]) {
      await pass(1_000);
      emitted.push(...(await watching.deliver(bare(tags))));
    }
    expect(emitted).toEqual(["added rec1 vip", "added rec1 vip"]);
  });

  test("a tag in another case, alphabet's form or accent's form is the same tag", async () => {
    const watching = await open("contacts.tag_added", {}, () => contact(["İstanbul", "Straße", "caf\u00e9"]));
    await watching.freshLook();
    await pass(1_000);
    contact(["istanbul", "STRASSE", "cafe\u0301 "]);
    expect(await watching.deliver(tagLetter())).toEqual([]);
    expect(await watching.freshLook()).toEqual([]);
  });

  test("events of any shape and time are taken, and hinder no event that comes with them", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    await watching.freshLook();
    await pass(1_000);
    const letter = tagLetter();
    const times = [
      "+275760-09-13T00:00:00.000Z",
      "-271821-04-20T00:00:00.000Z",
      "0000-00-00",
      8.64e15,
      -8.64e15,
      1e308,
      "1e999999",
      [],
      {},
    ];
    const tags = [
      null,
      "vip",
      7,
      {},
      [null],
      [{ toString: "x" }],
      [[["vip"]]],
      [NaN],
      ["\u0000"],
      ["\ud83d"],
      ["__proto__"],
      ["x".repeat(60_000)],
    ];
    const ids = [null, "", " ", {}, [], 0, true, "__proto__", "constructor", "i".repeat(200_000), "\u0000", "\ud83d"];
    const odd = [
      ...times.map((timestamp) => ({ ...letter, timestamp, tags: ["vip"], id: "rec2" })),
      ...times.map((dateAdded) => ({ ...letter, dateAdded, dateUpdated: dateAdded, tags: ["vip"], id: "rec3" })),
      ...tags.map((some) => ({ ...letter, tags: some, id: "rec4" })),
      ...ids.map((id) => ({ ...letter, id, tags: ["gold"] })),
    ].map((event, i) => ({ ...event, webhookId: `odd${i}` }));
    contact(["vip"]);
    const [emitted] = await Promise.all([tagLetter(), ...odd].map((event) => watching.deliver(event)));
    expect(emitted).toContain("added rec1 vip");
    expect((await watching.runs()).every(({ state: is }) => is === "succeeded")).toBe(true);
    expect(await watching.deliver({ ...tagLetter(), webhookId: "again" })).toEqual([]);
  });

  test("before the first look a webhook tells nothing, and is counted", async () => {
    const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact([]));
    ground.sandbox.faults.set({ kind: "server_error", count: 1 });
    await watching.look();
    contact(["vip"]);
    expect(await watching.deliver(tagLetter())).toEqual([]);
    expect(await outcomes(watching)).toEqual(["early by webhook: 1"]);
    ground.sandbox.faults.clear();
    expect(await watching.freshLook()).toEqual([]);
  });
});

test("the webhook of a stage that is not in the chosen pipeline, or not the chosen one, starts nothing", async () => {
  const drive = changeDrives["opportunities.stage_moved"]!;
  const watching = await open("opportunities.stage_moved", { from: "Enquiry", to: "New patients / Booked" }, () =>
    drive.make(state(), "rec1", 0),
  );
  await watching.freshLook();
  const emitted: string[] = [];
  for (const to of [1, 3, 0, 3]) {
    await pass(1_000);
    drive.put(state(), "rec1", to);
    emitted.push(...(await watching.deliver(letterOf(state(), "OpportunityUpdate", drive.record(state(), "rec1")))));
  }
  expect(emitted).toEqual(["changed rec1 stgEnquiryAcme1 to stgBookedAcme4"]);
});

test("an appointment that keeps its moment in another spelling was not moved, and one of another calendar is not looked for", async () => {
  const drive = changeDrives["calendars.appointment_moved"]!;
  const watching = await open("calendars.appointment_moved", { calendarId: "Check-ups" }, () => drive.make(state(), "rec1", 0));
  await watching.freshLook();
  await pass(1_000);
  const letter = letterOf(state(), "AppointmentUpdate", drive.record(state(), "rec1")) as { appointment: { startTime: string } };
  const there = new Date(Date.parse(letter.appointment.startTime) + 3_600_000).toISOString().replace("Z", "+01:00");
  expect(await watching.deliver({ ...letter, appointment: { ...letter.appointment, startTime: there } })).toEqual([]);
  await pass(1_000);
  drive.put(state(), "rec1", 1);
  const other = letterOf(state(), "AppointmentUpdate", drive.record(state(), "rec1")) as { appointment: object };
  expect(await watching.deliver({ ...other, appointment: { ...other.appointment, calendarId: "another" } })).toEqual([]);
});

test("the flow gets the record with what changed, and its samples have the same before anything did", async () => {
  const watching = await open("contacts.tag_added", { tag: "vip" }, () => contact(["patient"]));
  await watching.freshLook();
  const [pretended] = await watching.engine.samples("ws", watching.flowId, 3);
  expect(pretended).toMatchObject({
    from: "list",
    payload: { _change: { kind: "added", tag: "vip", new: { tags: expect.arrayContaining(["vip"]) } } },
  });
  await pass(2_000);
  contact(["patient", "vip"]);
  await watching.deliver(tagLetter());
  const [sample] = await watching.engine.samples("ws", watching.flowId, 3);
  expect(sample).toMatchObject({
    from: "event",
    person: "made1@example.com",
    payload: {
      id: "rec1",
      email: "made1@example.com",
      _change: {
        kind: "added",
        tag: "vip",
        id: "rec1",
        by: "webhook",
        fields: ["tags"],
        old: { tags: ["patient"] },
        new: { tags: ["patient", "vip"] },
      },
    },
  });
  const [run] = await watching.engine.runs("ws", { flowId: watching.flowId }, { limit: 1 });
  expect(await watching.engine.change(await watching.engine.run("ws", run!.id))).toMatchObject({
    fields: ["tags"],
    old: { tags: ["patient"] },
  });
});
