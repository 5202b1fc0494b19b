import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getPath, type Json, type JsonObject } from "#kernel/json.ts";
import type { FlowSettings } from "#engine/types/flows.ts";
import type { RunContext } from "#engine/types/runs.ts";
import type { Exchange } from "#outbound/types.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { openActionBench, type ActionBench } from "./bench.ts";

// Where other tools have lost, changed or invented data, tried here from the event to what the sandbox holds.
const { acmeDental: locationId, pipelines } = sandboxDefaults;
let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.sandbox.reset());

type Input = Record<string, unknown>;
const run = (operation: string, input: Input, event: JsonObject = {}, settings?: FlowSettings): Promise<RunContext> =>
  bench.run(operation, input, "acme", { event, ...(settings && { settings }) });
const exchangesOf = ({ steps }: RunContext) => (steps[0]?.attempts.at(-1)?.exchanges ?? []) as Exchange[];
const bodyOf = (done: RunContext): Json => JSON.parse(exchangesOf(done).at(-1)?.sent ?? "null") as Json;
const noteOf = ({ steps }: RunContext): string => steps[0]?.attempts.at(-1)?.note ?? "";
const errorOf = (done: RunContext): string => done.run.error?.message ?? "";
const contactOf = (id: string) => bench.sandbox.state.contacts.get(id)!;
const contact = (more: object = {}) =>
  bench.make("/contacts/", { locationId, email: "ada@new.example", firstName: "Ada", tags: ["lead"], ...more }, "contact.id");
const deal = (contactId: string) =>
  bench.make("/opportunities/", { locationId, contactId, pipelineId: pipelines.acme.id, name: "Deal", status: "open" }, "opportunity.id");
async function makeField(name: string, dataType: string, options: string[]): Promise<string> {
  const id = await bench.make(`/locations/${locationId}/customFields`, { name, dataType, model: "contact", options }, "customField.id");
  await bench.clock.advance(6_000);
  return id;
}

describe("a search whose filter comes out empty", () => {
  test.each<[says: string, event: JsonObject]>([
    ["missing", {}],
    ["null", { c: null }],
    ["blank", { c: " " }],
    ["an empty list", { c: [] }],
  ])("finds nobody, asks nothing and says so: %s", async (_, event) => {
    await deal(await contact());
    for (const [operation, field] of [
      ["opportunities.search", "contact_id"],
      ["contacts.search", "query"],
      ["contacts.list", "query"],
    ] as const) {
      const done = await run(operation, { [field]: "{{ trigger.c }}" }, event);
      expect([done.run.state, done.steps[0]?.output, exchangesOf(done)]).toEqual(["succeeded", [], []]);
      expect(noteOf(done)).toMatch(/^The search was skipped: .+ is empty, and without it every record would match\.$/);
    }
  });

  test("still lists everything where the step has no filter, and what it asks for where it has one", async () => {
    const contactId = await contact();
    await deal(contactId);
    const all = await run("opportunities.search", {});
    const own = await run("opportunities.search", { contact_id: "{{ trigger.c }}" }, { c: contactId });
    expect([(all.steps[0]!.output as Json[]).length > 1, (own.steps[0]!.output as Json[]).length]).toEqual([true, 1]);
  });
});

describe("people as mail programs, phones and address books write them", () => {
  test("an address comes without the name before it, in look-ups and writes", async () => {
    const contactId = await contact();
    const found = await run("contacts.find", { email: "{{ trigger.from }}" }, { from: "Ada Byron <ADA@new.example>" });
    const made = await run(
      "contacts.guarded_upsert",
      { email: "{{ trigger.from }}", city: "Bern" },
      { from: '"Byron, Ada" <ada@new.example>' },
    );
    expect([getPath(found.steps[0]!.output, "contact.id"), getPath(made.steps[0]!.output, "contact.id")]).toEqual([contactId, contactId]);
    const created = await run("contacts.create", { email: "{{ trigger.from }}" }, { from: "mailto:bo@new.example" });
    expect(bodyOf(created)).toMatchObject({ email: "bo@new.example" });
  });

  test("an extension that a phone field cannot hold is said on the step", async () => {
    const contactId = await contact();
    const done = await run("contacts.update", { contactId, phone: "{{ trigger.p }}" }, { p: "+1 415 555 0123 x61914" });
    expect([contactOf(contactId).phone, noteOf(done)]).toEqual([
      "+14155550123",
      "A phone field takes no extension: '61914' of '+1 415 555 0123 x61914' was left out.",
    ]);
  });

  test("a country by its name becomes its code, and one that is none is refused", async () => {
    const contactId = await contact();
    for (const [country, code] of [
      ["United States", "US"],
      ["DEU", "DE"],
      ["Schweiz", "CH"],
      ["UK", "GB"],
    ]) {
      await run("contacts.update", { contactId, country: "{{ trigger.c }}" }, { c: country! });
      expect(contactOf(contactId).country).toBe(code);
    }
    const done = await run("contacts.update", { contactId, country: "{{ trigger.c }}" }, { c: "Atlantis" });
    expect([done.run.state, errorOf(done)]).toEqual(["failed", expect.stringContaining("country")]);
  });
});

describe("lists and numbers within a text", () => {
  test("items stay apart, objects are JSON, and no number has an exponent", async () => {
    const contactId = await contact();
    const event = { l: ["Braces", "Whitening"], o: { a: [1] }, small: 1e-7, big: 1e21, none: null };
    const body = "{{ trigger.l }} | {{ trigger.o }} | {{ trigger.small }} | {{ trigger.big }} | {{ trigger.none }}";
    const done = await run("contacts.create_note", { contactId, body }, event);
    expect(bodyOf(done)).toMatchObject({ body: 'Braces, Whitening | {"a":[1]} | 0.0000001 | 1000000000000000000000 | ' });
    await run("contacts.update", { contactId, city: "{{ trigger.small }}" }, event);
    expect(contactOf(contactId).city).toBe("0.0000001");
  });

  test("text between a smaller and a greater sign is no tag, and named signs become letters", async () => {
    const contactId = await contact();
    const html = "<p>KPI &gt; 95 %, penalties (<2%) and 1 < 2 > 0</p><p>Caf&eacute; 5&nbsp;&euro; &#x41;&#66;</p>";
    const done = await run("contacts.create_note", { contactId, body: "{{ trigger.html | strip_html }}" }, { html });
    expect(bodyOf(done)).toMatchObject({ body: "KPI > 95 %, penalties (<2%) and 1 < 2 > 0\nCafé 5 € AB" });
  });

  test("the digits of an id within JSON that is a text come over whole", async () => {
    const contactId = await contact();
    const template = '{{ trigger.payload | parse_json | pick: "id" | json }}';
    const done = await run("contacts.create_note", { contactId, body: template }, { payload: '{"id":1152921506151679042}' });
    expect(bodyOf(done)).toMatchObject({ body: '{"id":"1152921506151679042"}' });
  });
});

describe("money", () => {
  const value = async (template: string, event: JsonObject) => {
    const contactId = await contact();
    const input = { contactId, name: "D", pipelineId: pipelines.acme.id, status: "open", monetaryValue: template };
    const done = await run("opportunities.create", input, event);
    bench.sandbox.reset();
    return done.run.state === "succeeded" ? getPath(bodyOf(done), "monetaryValue") : errorOf(done);
  };

  test("of a currency without cents is not divided by a hundred", async () => {
    expect(await value("{{ trigger.amount | from_cents: trigger.currency }}", { amount: 500, currency: "jpy" })).toBe(500);
    expect(await value("{{ trigger.amount | from_cents: trigger.currency }}", { amount: 500, currency: "eur" })).toBe(5);
    expect(await value("{{ trigger.amount | from_cents: trigger.currency }}", { amount: 1500, currency: "KWD" })).toBe(1.5);
    expect(await value("{{ trigger.amount | from_cents: trigger.currency }}", { amount: 500, currency: "coins" })).toContain(
      "takes a currency like 'EUR' or 'JPY', not 'coins'",
    );
  });

  test("that may be a thousand or one is refused", async () => {
    for (const amount of ["1.000 €", "EUR 1.000", "$3.499"])
      expect(await value("{{ trigger.a }}", { a: amount })).toContain("must be a number");
    for (const [amount, number] of [
      ["1.000,00 €", 1000],
      ["1.000.000 €", 1_000_000],
      ["€ 0.125", 0.125],
      ["1.5 €", 1.5],
    ] as const)
      expect(await value("{{ trigger.a }}", { a: amount })).toBe(number);
  });
});

describe("yes and no", () => {
  test("fill a field whose options are a yes and a no, however the form says it", async () => {
    const id = await makeField("Opted in", "RADIO", ["Yes", "No"]);
    const other = await makeField("Rooms", "SINGLE_OPTIONS", ["1", "2"]);
    const contactId = await contact();
    for (const [given, held] of [
      [true, "Yes"],
      ["false", "No"],
      [1, "Yes"],
      ["off", "No"],
      ["yes", "Yes"],
    ] as const) {
      await run(
        "contacts.update",
        { contactId, customFields: { "Opted in": "{{ trigger.v }}", Rooms: "{{ trigger.r }}" } },
        { v: given, r: 1 },
      );
      const fields = contactOf(contactId).customFields;
      expect([id, other].map((field) => fields.find((one) => one.id === field)?.value)).toEqual([held, "1"]);
    }
  });

  test("fill a checkbox by every word for them", async () => {
    const contactId = await contact();
    for (const [word, dnd] of [
      ["Y", true],
      ["n", false],
      ["checked", true],
      ["0", false],
    ] as const) {
      await run("contacts.update", { contactId, dnd: "{{ trigger.w }}" }, { w: word });
      expect(contactOf(contactId).dnd).toBe(dnd);
    }
  });

  test("a hidden field beside a checkbox gives two values, which no checkbox takes", async () => {
    const contactId = await contact();
    const done = await run("contacts.update", { contactId, dnd: "{{ trigger.w }}" }, { w: ["0", "1"] });
    expect([done.run.state, errorOf(done)]).toEqual(["failed", "dnd: must be true or false, but is a list."]);
  });
});

test("settings of which nothing is known are left out with the object they would be in", async () => {
  const contactId = await contact({ dndSettings: { SMS: { status: "active", message: "no", code: "1" } } });
  const before = contactOf(contactId).dndSettings;
  const dndSettings = { SMS: { status: "{{ trigger.s }}", message: "{{ trigger.m }}" } };
  const done = await run("contacts.update", { contactId, firstName: "B", dndSettings });
  expect([done.run.state, bodyOf(done), contactOf(contactId).dndSettings]).toEqual(["succeeded", { firstName: "B" }, before]);
  await run("contacts.update", { contactId, firstName: "C", dndSettings: "{{ trigger.d }}" }, { d: {} });
  expect(contactOf(contactId).dndSettings).toEqual(before);
});

test("one tag is one tag, however its accents are encoded", async () => {
  const contactId = await contact();
  for (const tags of ["{{ trigger.t }}", "{{ trigger.t | tags }}"])
    await run("contacts.add_tags", { contactId, tags }, { t: ["caf\u00e9", "cafe\u0301"] });
  expect(contactOf(contactId).tags).toEqual(["lead", "caf\u00e9"]);
});

describe("dates of spreadsheets and of other clocks", () => {
  const due = async (value: Json) => {
    const contactId = await contact();
    const done = await run("contacts.create_task", { contactId, title: "Call", dueDate: "{{ trigger.d }}" }, { d: value }, { zone: "UTC" });
    bench.sandbox.reset();
    return done.run.state === "succeeded" ? getPath(bodyOf(done), "dueDate") : errorOf(done);
  };

  test("the serial number of a day is refused, not taken for seconds", async () => {
    for (const serial of [45292, "45292", 45292.5]) expect(await due(serial)).toContain("dueDate: must be a time such as");
  });

  test("the end of a day is the beginning of the next, and a second that no clock here has is refused", async () => {
    expect(await due("2026-12-01T24:00:00Z")).toBe("2026-12-02T00:00:00Z");
    expect(await due("2026-12-01T23:59:60Z")).toContain("dueDate: must be a time such as");
  });
});
