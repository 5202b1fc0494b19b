import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getPath, type JsonObject } from "#kernel/json.ts";
import { findOperation } from "#test/support/built-in.ts";
import type { FlowSettings } from "#engine/types/flows.ts";
import type { RunContext } from "#engine/types/runs.ts";
import type { Exchange } from "#outbound/types.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { openActionBench, wrote, type ActionBench } from "./bench.ts";
import { cases } from "./cases.ts";

// What a flow sends keeps its meaning: each input goes through mapping, engine and wire into the sandbox, and what the sandbox holds afterwards is looked at.
const { acmeDental: locationId, calendars, pipelines } = sandboxDefaults;
let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.sandbox.reset());

type Input = Record<string, unknown>;
interface Asked {
  event?: JsonObject;
  settings?: FlowSettings;
}
const run = (operation: string, input: Input, asked?: Asked): Promise<RunContext> => bench.run(operation, input, "acme", asked);
/** The last request of a run's one step. */
const requests = ({ steps }: RunContext) => (steps[0]?.attempts.at(-1)?.exchanges ?? []) as Exchange[];
const urlOf = (done: RunContext): string => requests(done).at(-1)?.url ?? "";
const bodyOf = (done: RunContext): unknown => JSON.parse(requests(done).at(-1)?.sent ?? "null");
const said = ({ run: { state, error }, steps }: RunContext) => [state, error?.message ?? steps[0]?.attempts.at(-1)?.note ?? ""];
const contactOf = (id: string) => bench.sandbox.state.contacts.get(id)!;
const contact = (more: object = {}) =>
  bench.make("/contacts/", { locationId, email: "ada@new.example", firstName: "Ada", tags: ["lead", "vip"], ...more }, "contact.id");
async function makeField(name: string, dataType: string, options?: string[]): Promise<string> {
  const body = {
    name,
    dataType,
    model: "contact",
    ...(options && optionsOf(dataType, options)),
    ...(dataType === "FILE_UPLOAD" && { acceptedFormat: [".pdf"] }),
  };
  const id = await bench.make(`/locations/${locationId}/customFields`, body, "customField.id");
  await bench.clock.advance(6_000); // a list of fields that was just read is not read anew
  return id;
}
const optionsOf = (dataType: string, options: string[]) =>
  dataType === "TEXTBOX_LIST" ? { textBoxListOptions: options.map((label) => ({ label })) } : { options };
const valueIn = (contactId: string, field: string) => contactOf(contactId).customFields.find(({ id }) => id === field)?.value;
const nowhere: FlowSettings = {};
const newYork: FlowSettings = { zone: "America/New_York" };

describe("what is missing changes nothing", () => {
  const nothing: [says: string, event: JsonObject][] = [
    ["missing", {}],
    ["null", { v: null }],
    ["an empty text", { v: "" }],
    ["spaces", { v: "   " }],
    ["an unseen mark", { v: "\u200b" }],
    ["an empty list", { v: [] }],
    ["a list of nothing", { v: ["", null, " "] }],
  ];

  test.each(nothing)("tags whose source is %s leave those of the contact (F1)", async (_, event) => {
    const contactId = await contact();
    for (const tags of ["{{ trigger.v }}", "{{ trigger.v | tags }}", "{{ trigger.v | split_list }}", ["{{ trigger.v }}"]]) {
      const done = await run("contacts.update", { contactId, firstName: "T", tags }, { event });
      expect([done.run.state, contactOf(contactId).tags, contactOf(contactId).firstName]).toEqual(["succeeded", ["lead", "vip"], "T"]);
      await run("contacts.upsert", { email: "ada@new.example", tags }, { event });
      await run("contacts.guarded_upsert", { email: "ada@new.example", tags }, { event });
      expect(contactOf(contactId).tags).toEqual(["lead", "vip"]);
    }
  });

  const kinds: [dataType: string, value: unknown, options?: string[]][] = [
    ["TEXT", "x"],
    ["LARGE_TEXT", "x"],
    ["NUMERICAL", 1200],
    ["MONETORY", 1200.5],
    ["PHONE", "+441632960961"],
    ["EMAIL", "a@b.co"],
    ["DATE", "2026-03-31"],
    ["CHECKBOX", ["Whitening"], ["Braces", "Whitening"]],
    ["MULTIPLE_OPTIONS", ["Whitening"], ["Braces", "Whitening"]],
    ["SINGLE_OPTIONS", "Plus", ["Basic", "Plus"]],
    ["RADIO", "Plus", ["Basic", "Plus"]],
    ["TEXTBOX_LIST", { Street: "Mill Lane 3" }, ["Street", "Floor"]],
    ["FILE_UPLOAD", { u1: { url: "https://x.example/cv.pdf" } }],
  ];
  test.each(kinds)("a custom field of the kind %s keeps its value, whatever is missing", async (dataType, value, options) => {
    const id = await makeField(`A ${dataType}`, dataType, options);
    const contactId = await contact({ customFields: [{ id, field_value: value }] });
    for (const [, event] of nothing) {
      for (const customFields of [{ [`A ${dataType}`]: "{{ trigger.v }}" }, [{ id, field_value: "{{ trigger.v }}" }]]) {
        const states = [
          (await run("contacts.update", { contactId, lastName: "L", customFields }, { event })).run.state,
          (await run("contacts.upsert", { email: "ada@new.example", customFields }, { event })).run.state,
          (await run("contacts.guarded_upsert", { email: "ada@new.example", customFields }, { event })).run.state,
        ];
        expect([states, valueIn(contactId, id)]).toEqual([["succeeded", "succeeded", "succeeded"], value]);
      }
    }
  });

  const writes = Object.entries(cases).filter(([id]) => findOperation("highlevel", id)!.effect !== "read");
  test.each(writes)(
    "%s writes the same with all its other fields missing, blank or empty as without them",
    async (id, { arrange, input, connection = "acme" }) => {
      const named = ({ control, lookup }: { control?: string; lookup?: { by?: string[] } }) => control === "customFields" || lookup?.by;
      const outcome = async (extra: Input, event: JsonObject) => {
        bench.sandbox.reset();
        const prepared = input((await arrange?.(bench)) ?? {});
        const before = bench.snapshot();
        const done = await bench.run(id, { ...extra, ...prepared }, connection, { event });
        return [done.run.state, done.run.error, wrote(before, bench.snapshot()), withoutIds(requests(done).at(-1)?.sent)];
      };
      const others = findOperation("highlevel", id)!.input.filter((field) => field.in !== "path" && !field.fill && field.in !== "setting");
      const extra = Object.fromEntries(others.map((field) => [field.name, "{{ trigger.v }}"]));
      expect(others.filter(named).every(({ name }) => name in extra)).toBe(true);
      const plain = await outcome({}, {});
      for (const [, event] of nothing) expect(await outcome(extra, event)).toEqual(plain);
    },
  );
  /** Ids differ from one sandbox to the next. */
  const withoutIds = (body = ""): string => body.replace(/\b[A-Za-z0-9]{18,}\b/g, "id");
});

describe("who means to empty a field says so", () => {
  const empty = { $empty: true };

  test("a list, a text and custom fields are emptied by the word for it, in update, upsert and guarded upsert", async () => {
    const ticks = await makeField("Our interests", "CHECKBOX", ["Braces", "Whitening"]);
    const budget = await makeField("Our budget", "MONETORY");
    for (const [operation, name, city, note] of [
      ["contacts.update", "contactId", undefined, ""],
      ["contacts.upsert", "email", "London", "HighLevel did not empty City: the record has 'London'."], // its upsert blanks no plain field
      ["contacts.guarded_upsert", "email", undefined, ""],
    ] as const) {
      const email = `${operation}@new.example`;
      const customFields = [
        { id: ticks, field_value: ["Whitening"] },
        { id: budget, field_value: 5 },
      ];
      const contactId = await contact({ email, city: "London", customFields });
      const done = await run(operation, {
        [name]: name === "email" ? email : contactId,
        tags: empty,
        city: empty,
        customFields: { "Our interests": empty, "Our budget": empty },
      });
      expect([
        said(done),
        contactOf(contactId).tags,
        contactOf(contactId).city,
        valueIn(contactId, ticks) ?? [],
        valueIn(contactId, budget),
      ]).toEqual([["succeeded", note], [], city, [], undefined]);
    }
  });

  test("a null that is written in the flow empties, and one that the event holds does not", async () => {
    const contactId = await contact({ city: "London" });
    await run("contacts.update", { contactId, firstName: "T", city: "{{ trigger.city }}" }, { event: { city: null } });
    expect(contactOf(contactId).city).toBe("London");
    await run("contacts.update", { contactId, city: null });
    expect(contactOf(contactId).city).toBeUndefined();
  });

  test("an event that holds the word empties nothing", async () => {
    const id = await makeField("Anything", "TEXT");
    const contactId = await contact({ city: "London", customFields: [{ id, field_value: "x" }] });
    const event = { v: empty };
    for (const input of [{ tags: "{{ trigger.v }}" }, { city: "{{ trigger.v }}" }, { customFields: { Anything: "{{ trigger.v }}" } }])
      for (const operation of ["contacts.update", "contacts.guarded_upsert"]) {
        const who = operation === "contacts.update" ? { contactId } : { email: "ada@new.example" };
        expect((await run(operation, { ...who, ...input }, { event })).run.state).toBe("failed");
      }
    expect([contactOf(contactId).tags, contactOf(contactId).city, valueIn(contactId, id)]).toEqual([["lead", "vip"], "London", "x"]);
  });

  test("a dry run says which value would go", async () => {
    const contactId = await contact({ city: "London" });
    const dry = await bench.dryRun("contacts.update", { contactId, city: empty, tags: empty }, "acme");
    expect([dry.effects[0]?.changes, dry.effects[0]?.tags]).toEqual([
      [{ field: "city", label: "City", old: "London", new: null }],
      { added: [], removed: ["lead", "vip"] },
    ]);
  });
});

describe("a time without a zone is meant in the flow's zone", () => {
  const dueOf = async (dueDate: unknown, settings: FlowSettings) => {
    const contactId = await contact({ email: `a${Math.random()}@new.example` });
    const done = await run(
      "contacts.create_task",
      { contactId, title: "Call", dueDate: "{{ trigger.d }}" },
      { event: { d: dueDate } as JsonObject, settings },
    );
    return getPath(bodyOf(done), "dueDate") ?? said(done)[1];
  };

  test.each<[row: string, dueDate: unknown, settings: FlowSettings, wire: string]>([
    ["F5a", "2026-12-01", newYork, "2026-12-01T00:00:00-05:00"],
    ["F5b", "2026-12-01T09:00:00", newYork, "2026-12-01T09:00:00-05:00"],
    ["F5", "2026-12-01 09:00", newYork, "2026-12-01T09:00:00-05:00"],
    ["F5", "2026-12-01T09:00:00Z", newYork, "2026-12-01T09:00:00Z"],
    ["F5, the sub-account's own zone", "2026-12-01T09:00:00", nowhere, "2026-12-01T09:00:00-05:00"],
    ["F5, an hour that the night skips", "2026-03-08T02:30:00", newYork, "2026-03-08T03:30:00-04:00"],
    ["F5, an hour that the night has twice", "2026-11-01T01:30:00", newYork, "2026-11-01T01:30:00-04:00"],
    ["F5, the day of the longer night", "2026-11-01", newYork, "2026-11-01T00:00:00-04:00"],
    ["F6a", 1796083200, nowhere, "2026-12-01T00:00:00Z"],
    ["F6", "1796083200000", nowhere, "2026-12-01T00:00:00Z"],
    ["F6b", 1768469400000000, nowhere, "2026-01-15T09:30:00Z"],
  ])("%s: a task due %j", async (_, dueDate, settings, wire) => {
    expect(await dueOf(dueDate, settings)).toBe(wire);
  });

  test.each([
    ["F30", "2026-02-30"],
    ["F30", "2026-02-29T09:00:00Z"],
    ["F6", 20_260_115],
    ["F6", 5_000_000_000],
  ])("%s: a task due %j is refused, and not sent", async (_, dueDate) => {
    const refusal = await dueOf(dueDate, newYork);
    expect(refusal).toContain("dueDate: must be a time such as 2026-01-31T09:00:00Z or now+7d, but is ");
  });

  test("F5c: free slots are asked for in it", async () => {
    const input = { calendarId: calendars.checkUps, startDate: "2026-12-01T09:00:00", endDate: "2026-12-01T17:00:00" };
    const done = await run("calendars.free_slots", input, { settings: newYork });
    expect(urlOf(done)).toContain("startDate=1796133600000&endDate=1796162400000");
  });

  test("F5: an appointment and a block are where the flow means them", async () => {
    const contactId = await contact();
    const at = { calendarId: calendars.checkUps, contactId, startTime: "2026-12-01T10:00:00", ignoreFreeSlotValidation: true };
    const booked = await run("calendars.create_appointment", at, { settings: newYork });
    expect(getPath(bodyOf(booked), "startTime")).toBe("2026-12-01T10:00:00-05:00");
  });
});

describe("people are looked up and written by one spelling", () => {
  test("F11: the flow's country makes a phone number international, in the look-up and in the write", async () => {
    const done = await run("contacts.guarded_upsert", { firstName: "F", phone: "01 23 45 67 89" }, { settings: { country: "FR" } });
    expect(said(done)).toEqual(["succeeded", ""]);
    expect(
      requests(done)
        .map(({ url }) => url)
        .join(" "),
    ).toContain("number=%2B33123456789");
    expect(bodyOf(done)).toMatchObject({ phone: "+33123456789" });
  });

  test("F11: without it the sub-account's own country counts", async () => {
    const done = await run("contacts.create", { firstName: "F", phone: "(415) 555-0123" });
    expect(getPath(bodyOf(done), "phone")).toBe("+14155550123");
  });

  test("F12: an e-mail address is written without what is round it", async () => {
    const done = await run("contacts.guarded_upsert", { email: " new@example.com\u200b ", firstName: "A" });
    expect([said(done), getPath(done.steps[0]!.output, "contact.email")]).toEqual([["succeeded", ""], "new@example.com"]);
    const found = await run("contacts.find", { email: "\ufeffNEW@example.com\u00ad" });
    expect(getPath(found.steps[0]!.output, "found")).toBe(true);
  });
});

describe("custom fields take what HighLevel takes", () => {
  let fields = 0;
  const write = async (dataType: string, value: unknown, options?: string[], settings?: FlowSettings) => {
    const name = `It ${++fields}`; // what a sub-account has is remembered for a minute
    const id = await makeField(name, dataType, options);
    const contactId = await contact({ email: `b${Math.random()}@new.example` });
    const done = await run(
      "contacts.update",
      { contactId, customFields: { [name]: "{{ trigger.v }}" } },
      { event: { v: value } as JsonObject, ...(settings && { settings }) },
    );
    return done.run.state === "succeeded" ? valueIn(contactId, id) : done.run.error?.message;
  };

  test.each<[row: string, dataType: string, value: unknown, held: unknown, options?: string[]]>([
    ["F7", "NUMERICAL", "   ", undefined],
    ["F7", "MONETORY", "", undefined],
    ["money", "MONETORY", "$1,299.50", 1299.5],
    ["money", "MONETORY", "1.299,50 €", 1299.5],
    ["F8", "DATE", 1774915200000, "2026-03-31"],
    ["F8b", "DATE", "2026-04-01T02:30:00Z", "2026-03-31"],
    ["F8, a day that a system wrote as midnight", "DATE", "2026-04-01T00:00:00.000Z", "2026-04-01"],
    ["F8", "DATE", "2026-04-01T09:00:00", "2026-04-01"],
    ["F9b", "TEXTBOX_LIST", { street: "Mill Lane 3", Floor: " " }, { Street: "Mill Lane 3" }, ["Street", "Floor"]],
    ["F10a", "CHECKBOX", "Crowns, bridges", ["Crowns, bridges"], ["Crowns, bridges", "Whitening"]],
    ["F10", "MULTIPLE_OPTIONS", "whitening, crowns, Bridges", ["Whitening", "Crowns, bridges"], ["Crowns, bridges", "Whitening"]],
    ["a phone", "PHONE", "(415) 555-0123", "+14155550123"],
    ["an e-mail", "EMAIL", " a@b.co\u200b", "a@b.co"],
    ["digits", "TEXT", "8202522731445525542", "8202522731445525542"],
  ])("%s: a field of the kind %s takes %j as %j", async (_, dataType, value, held, options) => {
    expect(await write(dataType, value, options, newYork)).toEqual(held);
  });

  test.each<[row: string, dataType: string, value: unknown, says: string, options?: string[]]>([
    ["F7", "NUMERICAL", "0x1F", 'must be a number, but is "0x1F"'],
    ["numbers", "NUMERICAL", "8202522731445525542", "it has more digits than a number keeps: use a text field for it"],
    ["F8a", "DATE", "not a date", "must be a date such as 2026-01-31"],
    ["F8", "DATE", "31.12.2026", "parse_date reads other spellings"],
    ["F8", "DATE", "2026-02-30", "there is no such day or time"],
    ["F9", "FILE_UPLOAD", "https://x.example/cv.pdf", "upload the file with forms/upload-to-custom-fields"],
    ["F9b", "TEXTBOX_LIST", "Mill Lane 3", 'give {"Street": "…", "Floor": "…"}', ["Street", "Floor"]],
    ["F9", "TEXTBOX_LIST", { Stret: "x" }, "has no text box 'Stret'", ["Street", "Floor"]],
    ["F10", "CHECKBOX", "Crowns", "must be one of Crowns, bridges, Whitening, but is 'Crowns'", ["Crowns, bridges", "Whitening"]],
  ])("%s: a field of the kind %s refuses %j before it is sent", async (_, dataType, value, says, options) => {
    expect(await write(dataType, value, options)).toContain(says);
  });
});

test("F7: an opportunity's custom field and value are left as they are by spaces", async () => {
  const body = { name: "Budget of the deal", dataType: "MONETORY", model: "opportunity" };
  const id = await bench.make(`/locations/${locationId}/customFields`, body, "customField.id");
  await bench.clock.advance(6_000);
  const deal = {
    locationId,
    name: "Deal",
    pipelineId: pipelines.acme.id,
    status: "open",
    contactId: await contact(),
    monetaryValue: 1200,
  };
  const made = await bench.make("/opportunities/", { ...deal, customFields: [{ id, field_value: 7 }] }, "opportunity.id");
  const input = { id: made, name: "Renamed", monetaryValue: "{{ trigger.v }}", customFields: { "Budget of the deal": "{{ trigger.v }}" } };
  const states = [];
  for (const v of ["   ", "", null, []]) states.push((await run("opportunities.update", input, { event: { v } })).run.state);
  const { name, monetaryValue, customFields } = bench.sandbox.state.opportunities.get(made)!;
  expect([states, name, monetaryValue, customFields.map(({ fieldValue }) => fieldValue)]).toEqual([
    ["succeeded", "succeeded", "succeeded", "succeeded"],
    "Renamed",
    1200,
    [7],
  ]);
});

describe("lists are split where one value ends", () => {
  const message = async (input: Input) => {
    const contactId = await contact({ email: `c${Math.random()}@new.example` });
    return bodyOf(await run("conversations.send_message", { type: "Email", contactId, subject: "S", html: "<p>x</p>", ...input }));
  };

  test("F10b: an address with a comma is one attachment", async () => {
    expect(await message({ attachments: "https://x.example/a,b.png" })).toMatchObject({ attachments: ["https://x.example/a,b.png"] });
    expect(await message({ attachments: "https://x.example/a,b.png, https://x.example/c.png" })).toMatchObject({
      attachments: ["https://x.example/a,b.png", "https://x.example/c.png"],
    });
  });

  test("F10: e-mail addresses may have semicolons between them", async () => {
    expect(await message({ emailCc: "a@b.co; c@d.co , e@f.co" })).toMatchObject({ emailCc: ["a@b.co", "c@d.co", "e@f.co"] });
  });
});

test("what HighLevel drops without a word is said on the step", async () => {
  const phone = "+14155550123";
  await contact({ email: "owner@new.example", phone });
  const other = await contact({ email: "other@new.example" });
  const done = await run("contacts.upsert", { email: "other@new.example", phone });
  expect([done.run.state, contactOf(other).phone, said(done)[1]]).toEqual([
    "succeeded",
    undefined,
    "HighLevel did not keep '+14155550123' as Phone: the record has none.",
  ]);
});
