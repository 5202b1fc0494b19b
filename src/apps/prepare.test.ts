import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Call } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { findOperation, prepareInput } from "#test/support/built-in.ts";
import { LookupCache } from "#catalog/prepare/lookup-cache.ts";

const upsert = findOperation("highlevel", "contacts.upsert")!;
const mary = { id: "8Qk2mVtXb1nLz7RdYc4e", name: "Mary Somerville", email: "mary@acme.example" };
const booked = "7915dedc-8f18-44d5-8bc3-000000000001";
const checkUp = { id: "cAl7Qw3Er9Ty5Ui1Op2A", name: "Check-up", slug: "check-up" };
const nps = { id: "cf_nps", name: "Net promoter score", fieldKey: "contact.nps", dataType: "NUMERICAL" };

function server(lists: Record<string, unknown[]>): { call: Call; calls: string[] } {
  const calls: string[] = [];
  const call: Call = (operation) => {
    calls.push(operation);
    return Promise.resolve({ output: lists[operation] ?? [], raw: {}, status: 200 });
  };
  return { call, calls };
}
const lists = () => ({
  "users.list_by_location": [mary, { id: "u2", name: "Sam", email: "sam@a.b" }, { id: "u3", name: "Sam", email: "sam@c.d" }],
  "locations.list_custom_fields": [nps],
});

describe("prepareInput", () => {
  test("answers at once, and asks nobody, when there is no name in the input", () => {
    const { call, calls } = server(lists());
    const input = { email: "ada@example.com", assignedTo: mary.id };
    expect(prepareInput(upsert, input, call)).toBe(input);
    expect(prepareInput(upsert, { tags: "vip, patient" }, call)).toEqual({ tags: ["vip", "patient"] });
    expect(calls).toEqual([]);
  });

  test("turns custom fields by name, and an owner by name or e-mail, into ids", async () => {
    const { call } = server(lists());
    for (const owner of ["mary somerville", "MARY@acme.example"]) {
      const prepared = await prepareInput(upsert, { email: "a@b.c", assignedTo: owner, customFields: { "Net promoter score": "9" } }, call);
      expect(prepared).toEqual({
        email: "a@b.c",
        assignedTo: mary.id,
        customFields: [{ id: "cf_nps", key: "contact.nps", field_value: 9 }],
      });
      validateInput(upsert, prepared);
    }
  });

  test("custom fields in the vendor's own form are looked up too: an id it does not know it drops without a word", async () => {
    const { call } = server(lists());
    const prepare = async (customFields: unknown) => (await prepareInput(upsert, { customFields }, call))["customFields"];
    const sent = [{ id: "cf_nps", key: "contact.nps", field_value: 9 }];
    for (const row of [
      { id: "cf_nps", field_value: 9 },
      { key: "nps", fieldValue: "9" },
      { id: "cf_nps", value: 9 },
    ])
      expect(await prepare([row])).toEqual(sent);
    expect(await prepare([{ id: "cf_nps", field_value: null }])).toEqual([{ id: "cf_nps", key: "contact.nps", field_value: null }]);
    await expect(prepare([{ id: "cf_of_another", field_value: 9 }])).rejects.toThrow(
      "Custom field 'cf_of_another': the sub-account has no such custom field",
    );
    const refuse: Call = () => Promise.reject(new MillraceError("SCOPE_MISSING"));
    const asGiven = { customFields: [{ id: "cf_nps", field_value: 9 }] };
    expect(await prepareInput(upsert, asGiven, refuse)).toEqual(asGiven);
  });

  test.each([
    [
      "contacts/create-contact",
      { assignedTo: "Mary Somerville" },
      "assignedTo",
      "; give the id, or use contacts.create, which finds it by its name.",
    ],
    ["contacts/create-contact", { assignedTo: "mary@acme.example" }, "assignedTo", "; give the id, or use contacts.create,"],
    [
      "contacts.update",
      { contactId: "Mary Miller" },
      "contactId",
      " is no id, and names are not looked up here; give the id, which contacts.find gives.",
    ],
  ])("%s %j: a name where none is looked up is refused, and spaces around an id are none of it", async (id, input, field, problem) => {
    const { call, calls } = server(lists());
    const operation = findOperation("highlevel", id)!;
    expect(() => prepareInput(operation, input, call)).toThrow(problem);
    expect(prepareInput(operation, { [field]: ` ${mary.id}\n` }, call)).toEqual({ [field]: mary.id });
    expect(calls).toEqual([]);
  });

  test.each([
    ["Mary", "; did you mean 'Mary Somerville'?"],
    ["Zed", "; choose from Mary Somerville, Sam, Sam"],
  ])("who was meant by %s is suggested from what there is", async (assignedTo, says) => {
    const { call } = server(lists());
    await expect(prepareInput(upsert, { assignedTo }, call)).rejects.toThrow(`Owner: there is none named '${assignedTo}'${says}`);
  });

  test("the error in a new sub-account says that there is none yet", async () => {
    const { call } = server({});
    await expect(prepareInput(upsert, { assignedTo: "Mary" }, call)).rejects.toThrow("there is none named 'Mary'; there is none yet.");
    await expect(prepareInput(upsert, { customFields: { NPS: 9 } }, call)).rejects.toThrow("no such custom field; there is none yet.");
  });

  test("a name nobody has is refused with the nearest one", async () => {
    const { call } = server(lists());
    await expect(prepareInput(upsert, { assignedTo: "Mary Somervile" }, call)).rejects.toThrow(
      "Owner: there is none named 'Mary Somervile'; did you mean 'Mary Somerville'?",
    );
  });

  test("a custom field the step writes already is not offered for one that is gone", async () => {
    const fields = [
      { id: "f1", name: "Score", fieldKey: "contact.score", dataType: "TEXT" },
      { id: "f2", name: "Answer", fieldKey: "contact.answer", dataType: "TEXT" },
    ];
    const { call } = server({ "locations.list_custom_fields": fields });
    const choicesFor = async (customFields: unknown): Promise<unknown> => {
      try {
        return await prepareInput(upsert, { customFields }, call);
      } catch (thrown) {
        return thrown instanceof MillraceError ? thrown.details["reference"] : thrown;
      }
    };
    expect(await choicesFor({ "Old score": 9 })).toMatchObject({ choices: expect.arrayContaining(["Score", "Answer"]) as unknown });
    expect(await choicesFor({ "Old score": 9, answer: "Great" })).toMatchObject({ choices: ["Score"] });
    expect(
      await choicesFor([
        { id: "Scores", field_value: 9 },
        { key: "contact.score", field_value: 8 },
      ]),
    ).toMatchObject({
      choices: ["Answer"],
      near: false,
    });
  });

  test("a name on a later page of the list is found as well", async () => {
    const businesses = Array.from({ length: 130 }, (_, i) => ({ id: `63771dcac1116f0e21de8${100 + i}`, name: `Business ${i}` }));
    const call: Call = (_, input) => {
      const skip = Number(input["skip"]);
      return Promise.resolve({ output: businesses.slice(skip, skip + Number(input["limit"])), raw: {}, status: 200 });
    };
    const list = findOperation("highlevel", "contacts.list_by_business")!;
    expect(await prepareInput(list, { businessId: "business 120" }, call)).toEqual({ businessId: businesses[120]!.id });
  });

  test("custom fields are named as their list is checked: whatever the spaces and the case, unless it alone tells two apart", async () => {
    const fields = [
      { id: "f1", name: "Lieblingsfarbe  Straße", fieldKey: "contact.a", dataType: "TEXT" },
      { id: "f2", name: "Size", fieldKey: "contact.b", dataType: "TEXT" },
      { id: "f3", name: "SIZE", fieldKey: "contact.c", dataType: "TEXT" },
    ];
    const prepare = async (customFields: unknown) => {
      const { call } = server({ "locations.list_custom_fields": fields });
      return ((await prepareInput(upsert, { customFields }, call))["customFields"] as { id: string }[]).map(({ id }) => id);
    };
    expect(await prepare({ "lieblingsfarbe strasse": "x", SIZE: "y", Size: "z", " contact.A ": "u" })).toEqual(["f1", "f3", "f2", "f1"]);
    await expect(prepare({ size: "x" })).rejects.toThrow(
      "Custom field 'size': 2 custom fields have this name; write contact.b or contact.c.",
    );
  });

  test("an option that was added since the fields were last read is known", async () => {
    const options = ["S", "M"];
    const field = { id: "f1", name: "Size", fieldKey: "contact.b", dataType: "SINGLE_OPTIONS" };
    const calls: string[] = [];
    const call: Call = (operation) => {
      calls.push(operation);
      return Promise.resolve({ output: [{ ...field, picklistOptions: [...options] }], raw: {}, status: 200 });
    };
    const asked = new LookupCache(new TestClock()).wrap("c1", call);
    const prepare = (size: string) => prepareInput(upsert, { customFields: { Size: size } }, asked);
    await prepare("m");
    options.push("L");
    expect(await prepare("l")).toMatchObject({ customFields: [{ id: "f1", field_value: "L" }] });
    expect(calls).toHaveLength(2);
    await expect(prepare("XL")).rejects.toThrow("Custom field 'Size': must be one of S, M, L, but is 'XL'.");
  });

  test.each([
    [2024, { assignedTo: "u9" }],
    [" 2024 ", { assignedTo: "u9" }],
    [null, {}],
    ["", {}],
  ])("an owner given as %j", async (assignedTo, expected) => {
    const { call } = server({ "users.list_by_location": [{ id: "u9", name: "2024" }] });
    expect(JSON.parse(JSON.stringify(await prepareInput(upsert, { assignedTo }, call)))).toEqual(expected);
  });

  test("names in a list that a mapping gave as text are looked up each", async () => {
    const { call } = server(lists());
    const follow = findOperation("highlevel", "opportunities.add_followers")!;
    for (const followers of ['["mary@acme.example", "u2"]', "mary@acme.example, sam@a.b", ["mary@acme.example", "sam@a.b"]])
      expect(await prepareInput(follow, { id: "o", followers }, call)).toEqual({ id: "o", followers: [mary.id, "u2"] });
  });

  test("a stage is looked for in the pipeline beside it, and each of several users on its own", async () => {
    const pipelines = [
      { id: "pipelineOne000000000", name: "Sales", stages: [{ id: "s1", name: "New" }] },
      { id: "pipelineTwo000000000", name: "Care", stages: [{ id: "s2", name: "New" }] },
    ];
    const { call } = server({ ...lists(), "opportunities.list_pipelines": pipelines });
    const update = findOperation("highlevel", "opportunities.update")!;
    expect(await prepareInput(update, { id: "o", pipelineId: "care", pipelineStageId: "new" }, call)).toEqual({
      id: "o",
      pipelineId: "pipelineTwo000000000",
      pipelineStageId: "s2",
    });
    await expect(prepareInput(update, { id: "o", pipelineStageId: "new" }, call)).rejects.toThrow(
      "Stage: 'new' names 2 of them: Sales / New (s1); Care / New (s2). Give the id of the one that is meant.",
    );
    const follow = findOperation("highlevel", "opportunities.add_followers")!;
    const followers = { id: "o", followers: [mary.id, "mary@acme.example"] };
    expect(await prepareInput(follow, followers, call)).toEqual({ id: "o", followers: [mary.id, mary.id] });
  });

  describe("pipeline / stage", () => {
    const sales = {
      id: "pipelineOne000000000",
      name: "Sales",
      stages: [
        { id: "s1", name: "New" },
        { id: booked, name: "Booked" },
      ],
    };
    const care = { id: "pipelineTwo000000000", name: "Care", stages: [{ id: "s2", name: "New" }] };
    const create = findOperation("highlevel", "opportunities.create")!;
    const prepare = async (input: Record<string, unknown>) =>
      prepareInput(create, input, server({ ...lists(), "opportunities.list_pipelines": [sales, care] }).call);

    test.each([
      ["Sales / New", undefined, sales.id, "s1"],
      [" care/NEW", "", care.id, "s2"],
      ["Booked", undefined, sales.id, booked],
      ["Sales / Booked", "Sales", sales.id, booked],
      [booked, undefined, sales.id, booked],
    ])("'%s' beside %j fills the pipeline as well as the stage", async (pipelineStageId, pipelineId, pipeline, stage) => {
      expect(await prepare({ pipelineStageId, ...(pipelineId !== undefined && { pipelineId }) })).toEqual({
        pipelineId: pipeline,
        pipelineStageId: stage,
      });
    });

    test.each([
      ["Sales / New", "Care", "'Sales / New' lies in 'Sales', and pipelineId names another (pipelineTwo000000000); give one of the two."],
      ["Booked", "Care", "there is none named 'Booked' in 'Care'; did you mean 'Sales / Booked'?"],
      ["Sales / Bookd", undefined, "there is none named 'Sales / Bookd'; did you mean 'Sales / Booked'?"],
    ])("'%s' beside %j is refused before the call", async (pipelineStageId, pipelineId, problem) => {
      await expect(prepare({ pipelineStageId, ...(pipelineId !== undefined && { pipelineId }) })).rejects.toThrow(`Stage: ${problem}`);
    });
  });

  test("who is no longer active is refused, unless the record itself is meant", async () => {
    const { call } = server({
      "users.list_by_location": [{ ...mary, deleted: true }],
      "calendars.list": [{ ...checkUp, isActive: false }],
    });
    const asked = (operation: string, input: Record<string, unknown>) =>
      Promise.resolve(prepareInput(findOperation("highlevel", operation)!, input, call));
    await expect(asked("contacts.upsert", { assignedTo: "Mary Somerville" })).rejects.toThrow(
      `Owner: 'Mary Somerville' is there and no longer active (${mary.id}); choose another.`,
    );
    await expect(asked("calendars.create_appointment", { calendarId: "check-up" })).rejects.toThrow(
      `Calendar: 'Check-up' is there and no longer active (${checkUp.id}); choose another.`,
    );
    expect(await asked("users.update", { userId: "Mary Somerville" })).toEqual({ userId: mary.id });
    expect(await asked("calendars.update", { calendarId: "Check-up", isActive: true })).toEqual({ calendarId: checkUp.id, isActive: true });
  });

  test("the custom fields of an opportunity are not those of a contact", async () => {
    const asked: unknown[] = [];
    const call: Call = (_, input) => {
      asked.push(input);
      return Promise.resolve({
        output: [{ id: "f", name: "Implants", fieldKey: "opportunity.implants", dataType: "TEXT" }],
        raw: {},
        status: 200,
      });
    };
    const update = findOperation("highlevel", "opportunities.update")!;
    const prepared = await prepareInput(update, { id: "o", customFields: { implants: "two" } }, call);
    expect(prepared["customFields"]).toEqual([{ id: "f", key: "opportunity.implants", field_value: "two" }]);
    expect(asked).toEqual([{ model: "opportunity" }]);
  });

  test("a name that two have is not guessed", async () => {
    const { call } = server(lists());
    await expect(prepareInput(upsert, { assignedTo: "Sam" }, call)).rejects.toThrow(
      "Owner: 'Sam' names 2 of them: Sam, sam@a.b (u2); Sam, sam@c.d (u3). Give the id of the one that is meant.",
    );
  });
});

describe("a look-up that is remembered", () => {
  test("is asked once a minute for a connection, and for each connection of its own", async () => {
    const clock = new TestClock();
    const cache = new LookupCache(clock);
    const { call, calls } = server(lists());
    const prepare = (connection: string) => prepareInput(upsert, { customFields: { nps: 9 } }, cache.wrap(connection, call));
    await Promise.all([prepare("con_1"), prepare("con_1")]);
    expect(calls).toHaveLength(1);
    await prepare("con_2");
    expect(calls).toHaveLength(2);
    await clock.advance(60_000);
    await prepare("con_1");
    expect(calls).toHaveLength(3);
    cache.forget("con_1");
    await prepare("con_1");
    expect(calls).toHaveLength(4);
  });

  test("is asked again for a name it does not know: the field may be new", async () => {
    const data = lists();
    const cache = new LookupCache(new TestClock());
    const { call, calls } = server(data);
    const prepare = (customFields: object) => prepareInput(upsert, { customFields }, cache.wrap("con_1", call));
    await prepare({ nps: 9 });
    data["locations.list_custom_fields"] = [nps, { ...nps, id: "cf_2", name: "Colour", fieldKey: "contact.colour", dataType: "TEXT" }];
    expect(await prepare({ Colour: "teal" })).toEqual({ customFields: [{ id: "cf_2", key: "contact.colour", field_value: "teal" }] });
    expect(calls).toHaveLength(2);
  });

  test("is asked again for an owner it does not know: the user may be new", async () => {
    const data = lists();
    const cache = new LookupCache(new TestClock());
    const { call, calls } = server(data);
    const prepare = (assignedTo: string) => prepareInput(upsert, { assignedTo }, cache.wrap("con_1", call));
    await prepare("Mary Somerville");
    data["users.list_by_location"] = [mary, { id: "u9", name: "Newcomer", email: "new@acme.example" }];
    expect(await prepare("Newcomer")).toEqual({ assignedTo: "u9" });
    expect(calls).toHaveLength(2);
  });

  test("a thousand unknown names do not ask a thousand times", async () => {
    const { call, calls } = server(lists());
    const clock = new TestClock();
    const asked = new LookupCache(clock).wrap("c1", call);
    const ask = () =>
      Promise.allSettled(Array.from({ length: 1_000 }, async (_, i) => prepareInput(upsert, { assignedTo: `Nobody ${i}` }, asked)));
    await ask();
    await ask();
    expect(calls).toHaveLength(2);
    await clock.advance(5_000);
    await ask();
    expect(calls).toHaveLength(3);
  });

  test("a failure is not remembered", async () => {
    const cache = new LookupCache(new TestClock());
    let fail = true;
    const call: Call = () => (fail ? Promise.reject(new Error("down")) : Promise.resolve({ output: [nps], raw: {}, status: 200 }));
    await expect(prepareInput(upsert, { customFields: { nps: 1 } }, cache.wrap("c", call))).rejects.toThrow("down");
    fail = false;
    await expect(prepareInput(upsert, { customFields: { nps: 1 } }, cache.wrap("c", call))).resolves.toMatchObject({
      customFields: [{ id: "cf_nps" }],
    });
  });
});
