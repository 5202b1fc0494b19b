import { describe, expect, test } from "vitest";
import { apps, findOperation, findTrigger, knowledge } from "#test/support/built-in.ts";
import { lintFlow } from "#engine/lint/lint.ts";
import type { LintConnection, LintReader } from "#engine/lint/types.ts";
import type { FlowDefinition, StepDefinition } from "#engine/types/flows.ts";
import { usualMessagePolicy, type MessagePolicy } from "#engine/types/messages.ts";
import type { Reference } from "#engine/types/lint.ts";
import type { Pins } from "#catalog/pins.ts";
import type { WebhookTrigger } from "#catalog/types.ts";

const mary = { id: "8Qk2mVtXb1nLz7RdYc4e", name: "Mary Somerville", email: "mary@acme.example" };
const sales = "pIp3Zx7Cv1Bn5Ma9Sd2F";
const stage = (n: number) => `7915dedc-8f18-44d5-8bc3-00000000000${n}`;
const lists: Record<string, unknown[]> = {
  "users.list_by_location": [
    mary,
    { id: "8Qk2mVtXb1nLz7RdYc5f", name: "Sam Hill", email: "sam@acme.example" },
    { id: "8Qk2mVtXb1nLz7RdYc6g", name: "Sam Hill", email: "hill@acme.example" },
    { id: "8Qk2mVtXb1nLz7RdYc7h", name: "Gone Girl", email: "gone@acme.example", deleted: true },
  ],
  "opportunities.list_pipelines": [
    {
      id: sales,
      name: "Sales",
      stages: [
        { id: stage(1), name: "New" },
        { id: stage(2), name: "Booked" },
      ],
    },
    { id: "pIp3Zx7Cv1Bn5Ma9Sd3G", name: "Care", stages: [{ id: stage(3), name: "New" }] },
  ],
  "calendars.list": [
    { id: "cAl7Qw3Er9Ty5Ui1Op2A", name: "Check-up", slug: "check-up", isActive: true },
    { id: "cAl7Qw3Er9Ty5Ui1Op3B", name: "Whitening", slug: "whitening", isActive: false },
  ],
  "locations.list_custom_fields": [
    { id: "MgobCB14YMVKuE4Ka8p1", name: "Net promoter score", fieldKey: "contact.nps", dataType: "NUMERICAL" },
    { id: "MgobCB14YMVKuE4Ka8p2", name: "Plan", fieldKey: "contact.plan", dataType: "SINGLE_OPTIONS", picklistOptions: ["Basic", "Plus"] },
  ],
  "locations.list_tags": [
    { id: "t1", name: "promoter" },
    { id: "t2", name: "vip" },
  ],
};
const connection = (name: string, more: Partial<LintConnection> = {}): LintConnection => ({
  name,
  app: "highlevel",
  status: "connected",
  locationId: `loc-${name}`,
  access: "location",
  ...more,
});
const connections: Record<string, LintConnection> = {
  acme: connection("acme"),
  smiles: connection("smiles"),
  twin: connection("twin", { locationId: "loc-acme" }),
  broken: connection("broken", { status: "broken", reason: "It was revoked." }),
  paused: connection("paused", { status: "paused" }),
  sender: connection("sender", { scopes: ["conversations/message.write"] }),
  narrow: connection("narrow", { scopes: ["contacts.readonly"] }),
  agency: connection("agency", { access: "agency" }),
  nowhere: { name: "nowhere", app: "highlevel", status: "connected" },
  survey: connection("survey", { app: "sightmill" }),
};

interface World {
  policy?: MessagePolicy;
  inboxes?: string[];
  unchecked?: string;
  known?: Partial<Reference>[];
  lists?: Record<string, unknown[]>;
  pins?: Pins;
}
function reader(
  { inboxes = ["main"], unchecked, lists: changed = {}, pins, policy = usualMessagePolicy }: World,
  asked: string[],
): LintReader {
  return {
    app(id) {
      const app = apps.get(id);
      return app ? { title: app.title, inbox: app.inbox !== undefined, ...(app.contacts && { contacts: app.contacts.operation }) } : null;
    },
    operation: (app, id) => findOperation(app, id) ?? null,
    gone: () => null,
    messagePolicy: async () => policy,
    webhook: (app, id) => {
      const found = findTrigger(app, id);
      return found && "kind" in found && found.kind === "webhook" ? (found as WebhookTrigger) : null;
    },
    choosing: (app, name) =>
      apps
        .get(app)
        ?.operations.flatMap((operation) => operation.input)
        .find((field) => field.name === name && field.lookup?.by) ?? null,
    connection: async (name) => connections[name] ?? null,
    async rows(name, _, lookup) {
      asked.push(`${name} ${lookup.operation}`);
      return unchecked === undefined ? { rows: changed[lookup.operation] ?? lists[lookup.operation] ?? [] } : { unchecked };
    },
    closed: async (url) =>
      /^https?:\/\/(10\.|erp\.lan)/.test(url) ? { host: new URL(url).host, todo: "Allow it under Connections.", mayAllow: true } : null,
    pins: async () => pins ?? null,
    connections: async (app) => Object.entries(connections).flatMap(([name, one]) => (one?.app === app ? [name] : [])),
    titles: knowledge,
    inboxes: async () => inboxes.map((name) => ({ name, all: true })),
  };
}
const reference = (more: Partial<Reference>): Reference => ({
  flowId: "flow_1",
  at: "steps[0].input.pipelineStageId",
  connection: "acme",
  text: "Booked",
  value: stage(2),
  label: "Sales / Booked",
  checkedAt: 1,
  ...more,
});
async function lint(definition: FlowDefinition, world: World = {}) {
  const asked: string[] = [];
  const linted = await lintFlow(definition, reader(world, asked), (world.known ?? []).map(reference), 5);
  return { ...linted, asked, lines: linted.findings.map((f) => `${f.level} ${f.at}: ${f.problem}. ${f.fix}`) };
}
const flow = (...steps: StepDefinition[]): FlowDefinition => ({ name: "F", trigger: { app: "http", operation: "webhook" }, steps });
const step = (operation: string, input: object, name = "acme", id = "a"): StepDefinition => ({
  id,
  app: "highlevel",
  operation,
  connection: name,
  input: input as never,
});
const linesOf = async (operation: string, input: object, world?: World) => (await lint(flow(step(operation, input)), world)).lines;
const deal = (input: object, world?: World) => linesOf("opportunities.update", { id: "{{ trigger.id }}", ...input }, world);

describe("a reference that is right", () => {
  test("is remembered with what it means, and nothing is reported; each list is asked once", async () => {
    const {
      lines: nothing,
      references,
      asked,
    } = await lint(
      flow(
        step("opportunities.create", { name: "x", pipelineStageId: "sales / booked", assignedTo: mary.id, contactId: "{{ trigger.id }}" }),
        step(
          "contacts.upsert",
          {
            email: "{{ trigger.email }}",
            assignedTo: "mary@acme.example",
            tags: "VIP, {{ trigger.tag }}",
            customFields: { nps: 9, Plan: "plus" },
          },
          "acme",
          "b",
        ),
      ),
    );
    expect(nothing).toEqual([]);
    expect(references.map(({ at, text, value, label }) => [at, text, value, label])).toEqual(
      expect.arrayContaining([
        ["steps[0].input.pipelineStageId", "sales / booked", stage(2), "Sales / Booked"],
        ["steps[0].input.assignedTo", mary.id, mary.id, "Mary Somerville"],
        ["steps[1].input.assignedTo", "mary@acme.example", mary.id, "Mary Somerville"],
        ["steps[1].input.customFields.nps", "nps", "contact.nps", "Net promoter score"],
        ["steps[1].input.customFields.Plan", "Plan", "contact.plan", "Plan"],
      ]),
    );
    expect(asked.sort()).toEqual(["acme locations.list_custom_fields", "acme opportunities.list_pipelines", "acme users.list_by_location"]);
  });

  test("in a branch, a loop or the trigger is looked at too", async () => {
    const definition: FlowDefinition = {
      name: "F",
      trigger: { app: "highlevel", operation: "opportunities.search", connection: "acme", input: { pipeline_id: "Slaes" } },
      steps: [
        {
          id: "b",
          if: "true",
          then: [step("contacts.upsert", { assignedTo: "Nobody Known" })],
          else: [step("contacts.upsert", { assignedTo: "Mary Sommerville" })],
        },
        { id: "l", forEach: "trigger.list", do: [step("contacts.upsert", { assignedTo: "Sam Hil" })] },
      ],
    };
    expect((await lint(definition)).lines).toEqual([
      `error trigger.input.pipeline_id: 'acme' has no pipeline 'Slaes'. Did you mean 'Sales' (${sales})?`,
      "error steps[0].then[0].input.assignedTo: 'acme' has no owner 'Nobody Known'. Choose another (Mary Somerville, Sam Hill, Sam Hill), or have it made there.",
      `error steps[0].else[0].input.assignedTo: 'acme' has no owner 'Mary Sommerville'. Did you mean 'Mary Somerville' (${mary.id})?`,
      "error steps[1].do[0].input.assignedTo: 'acme' has no owner 'Sam Hil'. Did you mean 'Sam Hill' (8Qk2mVtXb1nLz7RdYc6g)?",
    ]);
  });
});

describe("a field that is emptied on purpose", () => {
  const empty = { $empty: true };
  test("is said of texts, lists and custom fields, and is refused where nothing can be emptied", async () => {
    const { lines } = await lint(
      flow(
        step("contacts.update", { contactId: "{{ trigger.id }}", tags: empty, city: empty, customFields: { nps: empty } }),
        step("contacts.upsert", { email: "a@b.co", customFields: empty, dnd: empty }, "acme", "b"),
        step(
          "contacts.create_task",
          { contactId: "{{ trigger.id }}", title: "Call", dueDate: "{{ trigger.d }}", body: empty },
          "acme",
          "c",
        ),
        step("contacts.update", { contactId: "{{ trigger.id }}", city: "{{ trigger.city }}" }, "acme", "d"),
      ),
    );
    expect(lines).toEqual([
      "warning steps[0].input.tags: 'Tags' would be emptied. Leave the field out if its value is to stay.",
      "warning steps[0].input.customFields.nps: 'nps' would be emptied. Leave the field out if its value is to stay.",
      "warning steps[0].input.city: 'City' would be emptied. Leave the field out if its value is to stay.",
      "error steps[1].input.customFields: 'Custom fields' of 'Upsert Contact' cannot be emptied. Say it of each custom field by its name.",
      "error steps[1].input.dnd: 'Do not disturb' of 'Upsert Contact' cannot be emptied. Give a value, or leave the field out.",
      "warning steps[2].input.body: 'Create Contact Task' has nothing to empty in 'Description'. Leave the field out.",
    ]);
  });
});

describe("a reference that is wrong", () => {
  const gone = {
    "opportunities.list_pipelines": [
      {
        id: sales,
        name: "Sales",
        stages: [
          { id: stage(1), name: "New" },
          { id: stage(2), name: "Scheduled" },
        ],
      },
    ],
  };
  const deleted = { "opportunities.list_pipelines": [{ id: sales, name: "Sales", stages: [{ id: stage(1), name: "New" }] }] };
  const remade = { "opportunities.list_pipelines": [{ id: sales, name: "Sales", stages: [{ id: stage(9), name: "Booked" }] }] };

  test.each<[why: string, input: object, world: World, says: string[]]>([
    [
      "renamed",
      { pipelineStageId: "Booked" },
      { lists: gone, known: [{}] },
      [
        `warning steps[0].input.pipelineStageId: stage 'Booked' of 'acme' is now called 'Sales / Scheduled', and runs go on using it. Use 'Sales / Scheduled', to keep the flow readable.`,
      ],
    ],
    [
      "renamed, and the step has moved since",
      { pipelineStageId: "Booked" },
      { lists: gone, known: [{ at: "steps[4].input.pipelineStageId" }] },
      [
        `warning steps[0].input.pipelineStageId: stage 'Booked' of 'acme' is now called 'Sales / Scheduled', and runs go on using it. Use 'Sales / Scheduled', to keep the flow readable.`,
      ],
    ],
    [
      "deleted, given by name",
      { pipelineStageId: "Booked" },
      { lists: deleted, known: [{}] },
      [
        "error steps[0].input.pipelineStageId: 'acme' has no stage 'Booked' any more (it was 'Sales / Booked'). Choose another (Sales / New), or have it made there.",
      ],
    ],
    [
      "deleted, given by id",
      { pipelineStageId: stage(2) },
      { lists: deleted, known: [{ text: stage(2) }] },
      [
        `error steps[0].input.pipelineStageId: 'acme' has no stage with the id ${stage(2)} any more (it was 'Sales / Booked'). Choose another (Sales / New), or have it made there.`,
      ],
    ],
    [
      "made anew under its name",
      { pipelineStageId: stage(2) },
      { lists: remade, known: [{ text: stage(2) }] },
      [
        `error steps[0].input.pipelineStageId: 'acme' has no stage with the id ${stage(2)} any more (it was 'Sales / Booked'). There is one of that name again: write 'Sales / Booked' or ${stage(9)}.`,
      ],
    ],
    [
      "the name given to another while the old one lives on",
      { pipelineStageId: "Booked" },
      { known: [{ value: stage(1), label: "Sales / Booked" }] },
      [
        `error steps[0].input.pipelineStageId: another stage of 'acme' is called 'Booked' now (${stage(2)}), and the one used so far is called 'Sales / New' (${stage(1)}). Say which is meant: runs wait for it, so that nothing is written to the wrong one.`,
      ],
    ],
    [
      "of two pipelines",
      { pipelineStageId: "New" },
      {},
      [
        `error steps[0].input.pipelineStageId: 'New' names 2 of 'acme': Sales / New (${stage(1)}); Care / New (${stage(3)}). Write it with what it lies in ('Sales / New'), or give the id of the one that is meant.`,
      ],
    ],
    ["of the pipeline beside it", { pipelineId: "Care", pipelineStageId: "New" }, {}, []],
    ["of a pipeline that a template names", { pipelineId: "{{ trigger.pipeline }}", pipelineStageId: "New" }, {}, []],
    [
      "of another pipeline than the one beside it",
      { pipelineId: "Care", pipelineStageId: "Sales / New" },
      {},
      [
        "error steps[0].input.pipelineStageId: 'Sales / New' lies in 'Sales', and pipelineId names another. Leave pipelineId out, or let the two agree.",
      ],
    ],
    [
      "a deactivated user",
      { assignedTo: "8Qk2mVtXb1nLz7RdYc7h" },
      {},
      [
        "error steps[0].input.assignedTo: owner 'Gone Girl' (8Qk2mVtXb1nLz7RdYc7h) of 'acme' is no longer active. Choose another, or have it made active again.",
      ],
    ],
    [
      "a name of two",
      { assignedTo: "Sam Hill" },
      {},
      [
        "error steps[0].input.assignedTo: 'Sam Hill' names 2 of 'acme': Sam Hill, sam@acme.example (8Qk2mVtXb1nLz7RdYc5f); Sam Hill, hill@acme.example (8Qk2mVtXb1nLz7RdYc6g). Give the id of the one that is meant.",
      ],
    ],
    ["known from a template only", { assignedTo: "{{ trigger.owner }}" }, {}, []],
  ])("%s", async (_, input, world, says) => expect(await deal(input, world)).toEqual(says));

  test("a custom field in a filter is offered by its name, and written as its id", async () => {
    const filters = [{ field: "customFields.Plan", operator: "exists" }];
    const { findings } = await lint(flow(step("contacts.search", { filters })));
    expect(findings[0]?.repair).toEqual({ from: "Plan", choices: ["MgobCB14YMVKuE4Ka8p2"], labels: ["Plan"], near: true });
  });

  test.each<[why: string, operation: string, input: object, says: string[]]>([
    [
      "a calendar that is turned off",
      "calendars.create_appointment",
      { calendarId: "Whitening", contactId: "{{ trigger.id }}", startTime: "{{ trigger.at }}" },
      [
        "error steps[0].input.calendarId: calendar 'Whitening' (cAl7Qw3Er9Ty5Ui1Op3B) of 'acme' is no longer active. Choose another, or have it made active again.",
      ],
    ],
    ["such a calendar where it is itself the thing", "calendars.update", { calendarId: "Whitening", isActive: true }, []],
    [
      "a custom field nobody has",
      "contacts.upsert",
      { customFields: { "Net promotor score": 9 } },
      [
        "error steps[0].input.customFields.Net promotor score: 'acme' has no custom field 'Net promotor score'. Did you mean 'Net promoter score' (contact.nps)?",
      ],
    ],
    [
      "a custom field by an id nobody has, in a list",
      "contacts.upsert",
      { customFields: [{ id: "MgobCB14YMVKuE4Ka8zz", field_value: 1 }] },
      [
        "error steps[0].input.customFields[0]: 'acme' has no custom field 'MgobCB14YMVKuE4Ka8zz'. Choose another (Net promoter score, Plan), or have it made there.",
      ],
    ],
    [
      "a filter by a custom field nobody has, in a group",
      "contacts.search",
      { filters: [{ group: "OR", filters: [{ field: "customFields.MgobCB14YMVKuE4Ka8zz", operator: "eq", value: "x" }] }] },
      [
        "error steps[0].input.filters[0].filters[0].field: 'acme' has no custom field with the id MgobCB14YMVKuE4Ka8zz. Choose another (Net promoter score, Plan), or have it made there.",
      ],
    ],
    [
      "a filter by a custom field that is there",
      "contacts.search",
      { filters: [{ field: "customFields.MgobCB14YMVKuE4Ka8p1", operator: "exists" }] },
      [],
    ],
    [
      "a filter by a person that is not there",
      "contacts.search",
      { filters: [{ field: "assignedTo", operator: "eq", value: "8Qk2mVtXb1nLz7RdYzzz" }] },
      [
        "error steps[0].input.filters[0].value: 'acme' has no owner with the id 8Qk2mVtXb1nLz7RdYzzz. Choose another (Mary Somerville, Sam Hill, Sam Hill, Gone Girl), or have it made there.",
      ],
    ],
    [
      "an option a field does not have",
      "contacts.upsert",
      { customFields: { plan: "Gold" } },
      ["error steps[0].input.customFields.plan: 'Gold' is not among the options of 'Plan' in 'acme'. It takes Basic, Plus."],
    ],
    [
      "a tag that looks like another",
      "contacts.add_tags",
      { contactId: "{{ trigger.id }}", tags: ["promotor", "something new"] },
      [
        "warning steps[0].input.tags[0]: 'acme' has no tag 'promotor'. Did you mean 'promoter'? Otherwise, the tag is created when it is first added.",
      ],
    ],
  ])("%s", async (_, operation, input, says) => expect(await linesOf(operation, input)).toEqual(says));

  test("a tag that was renamed is offered under its new name, and one that was made anew under the old name is no riddle", async () => {
    const pins: Pins = { get: () => ({ id: "t1", label: "fan" }), set: () => {} };
    const tags = { contactId: "{{ trigger.id }}", tags: ["fan"] };
    expect(await linesOf("contacts.add_tags", tags, { pins })).toEqual([
      "warning steps[0].input.tags[0]: tag 'fan' of 'acme' is now called 'promoter', and runs create the old one again. Use 'promoter', to keep the flow readable.",
    ]);
    const again = {
      "locations.list_tags": [
        { id: "t1", name: "promoter" },
        { id: "t3", name: "fan" },
      ],
    };
    expect(await linesOf("contacts.add_tags", tags, { pins, lists: again })).toEqual([]);
  });

  test("is reported again and again while a name means something else", async () => {
    const { references } = await lint(flow(step("opportunities.update", { id: "{{ trigger.id }}", pipelineStageId: "Booked" })), {
      known: [{ value: stage(1), label: "Sales / Booked" }],
    });
    expect(references).toMatchObject([{ text: "Booked", value: stage(1), checkedAt: 1 }]);
  });

  test("stays remembered until it is mended", async () => {
    const { references } = await lint(flow(step("opportunities.update", { id: "{{ trigger.id }}", pipelineStageId: "Booked" })), {
      lists: gone,
      known: [{}],
    });
    expect(references).toMatchObject([{ text: "Booked", value: stage(2), label: "Sales / Booked", checkedAt: 1 }]);
  });
});

describe("an id where names are not looked up", () => {
  const team = (userId: string) => linesOf("calendars.update", { calendarId: "Check-up", teamMembers: [{ userId, priority: 0.5 }] });

  test("is looked at however deep it stands: in a list of team members", async () => {
    expect(await team(mary.id)).toEqual([]);
    expect(await team("8Qk2mVtXb1nLz7RdYzzz")).toEqual([
      "warning steps[0].input.teamMembers[0].userId: 'acme' has no user with the id 8Qk2mVtXb1nLz7RdYzzz. Choose another (Mary Somerville, Sam Hill, Sam Hill, Gone Girl), or have it made there.",
    ]);
  });

  test("and in an operation nobody has judged, where a name would be sent as it is", async () => {
    expect(await linesOf("calendars/get-calendar-events", { calendarId: "Check-up", startTime: "1", endTime: "2" })).toEqual([
      "error steps[0].input.calendarId: 'Check-up' is the name of a calendar, and names are not looked up here. Write the id: Check-up (cAl7Qw3Er9Ty5Ui1Op2A).",
    ]);
    expect(await linesOf("calendars/get-calendar-events", { calendarId: "{{ trigger.calendar }}", startTime: "1", endTime: "2" })).toEqual(
      [],
    );
  });
});

describe("a condition", () => {
  const decide = (filter: string): FlowDefinition => ({
    name: "F",
    trigger: { app: "highlevel", operation: "opportunities.search", connection: "acme" },
    steps: [
      { id: "f", filter },
      { id: "b", if: filter, then: [] },
    ],
  });

  test("that compares an id with a name is never true, and the finding names the id", async () => {
    const problem = "'booked' is the name of a stage, and trigger.pipelineStageId is an id: they are never equal";
    expect((await lint(decide("trigger.status == 'open' and trigger.pipelineStageId == 'booked'"))).lines).toEqual([
      `error steps[0].filter: ${problem}. Compare with the id: Sales / Booked (${stage(2)}).`,
      `error steps[1].if: ${problem}. Compare with the id: Sales / Booked (${stage(2)}).`,
    ]);
  });

  test("with an id that is there is fine, and one that is gone is reported by what it was", async () => {
    const filter = `trigger.pipelineStageId == "${stage(2)}" or trigger.assignedTo == '${mary.id}' or trigger.name == 'Booked'`;
    const { lines: nothing, references } = await lint(decide(filter));
    expect([nothing, references.map(({ at, label }) => [at, label])]).toEqual([
      [],
      expect.arrayContaining([
        ["steps[0].filter", "Sales / Booked"],
        ["steps[1].if", "Mary Somerville"],
      ]),
    ]);
    const { lines: says } = await lint(decide(`trigger.pipelineStageId == '${stage(2)}'`), {
      lists: { "opportunities.list_pipelines": [{ id: sales, name: "Sales", stages: [{ id: stage(1), name: "New" }] }] },
      known: [{ at: "steps[0].filter", text: stage(2) }],
    });
    expect(says[0]).toBe(
      `warning steps[0].filter: 'acme' has no stage with the id ${stage(2)} any more (it was 'Sales / Booked'), which trigger.pipelineStageId is compared with. Choose another (Sales / New), or have it made there.`,
    );
  });
});

describe("what could not be asked", () => {
  test("is reported once for a list, as not checked, and what was remembered of it is kept", async () => {
    const { lines: says, references } = await lint(
      flow(step("opportunities.update", { id: "{{ trigger.id }}", pipelineId: "Sales", pipelineStageId: "Booked" })),
      { unchecked: "HighLevel asked us to slow down.", known: [{}] },
    );
    expect(says).toEqual([
      "warning steps[0].input.pipelineId: pipeline 'Sales' and 1 more could not be checked in 'acme': HighLevel asked us to slow down. Check again once that is mended.",
    ]);
    expect(references).toMatchObject([{ text: "Booked" }]);
  });
});

describe("a login", () => {
  test.each<[name: string, operation: string, input: object, says: string[]]>([
    [
      "nobody",
      "contacts.upsert",
      { assignedTo: "Mary" },
      ["error steps[0].connection: there is no connection 'nobody'. Add it under Connections, or name another one here."],
    ],
    [
      "broken",
      "contacts.upsert",
      { assignedTo: "Mary" },
      ["error steps[0].connection: the login of 'broken' is broken: It was revoked. Reconnect 'broken' under Connections."],
    ],
    [
      "paused",
      "contacts.upsert",
      {},
      ["error steps[0].connection: the sub-account of 'paused' is not active. Have it turned on again; the login is kept."],
    ],
    [
      "survey",
      "contacts.upsert",
      {},
      ["error steps[0].connection: the connection 'survey' belongs to sightmill, and this is for highlevel. Name another one here."],
    ],
    [
      "narrow",
      "contacts.upsert",
      {},
      [
        "error steps[0].operation: Upsert Contact needs the scope contacts.write, which 'narrow' lacks. Add it in HighLevel and connect 'narrow' again.",
      ],
    ],
    [
      "agency",
      "contacts.upsert",
      {},
      ["error steps[0].operation: Upsert Contact needs a sub-account login, and 'agency' is none. Connect one, and name it here."],
    ],
    [
      "acme",
      "snapshots.list",
      {},
      ["error steps[0].operation: List Snapshots needs an agency login, and 'acme' is none. Connect one, and name it here."],
    ],
    [
      "nowhere",
      "locations.list_tags",
      {},
      [
        "error steps[0].connection: List Tags works in one sub-account, and the connection 'nowhere' does not say which. Put the sub-account id into 'nowhere' under Connections.",
      ],
    ],
    ["nowhere", "locations.list_tags", { locationId: "loc-acme" }, []],
  ])("'%s' for %s with %j", async (name, operation, input, says) => {
    expect((await lint(flow(step(operation, input, name)))).lines).toEqual(says);
  });

  test("that lacks a scope is named, so that a click can sign it in again", async () => {
    const { findings } = await lint(flow(step("contacts.upsert", {}, "narrow")));
    expect(findings.map(({ renew }) => renew)).toEqual(["narrow"]);
  });

  test("a deprecated operation is a warning, with what to use instead where there is something", async () => {
    expect(await linesOf("agent-studio/getAgents-deprecated", {})).toEqual([
      "warning steps[0].operation: HighLevel has deprecated Get agents deprecated (agent-studio/getAgents-deprecated). Use agent-studio/getAgents instead.",
    ]);
    expect(await linesOf("contacts.list", {})).toEqual([
      expect.stringMatching(/^warning steps\[0\]\.operation: HighLevel has deprecated .* \(contacts\.list\)/),
    ]);
  });
});

describe("an id of another sub-account", () => {
  const get = step("contacts.get", { contactId: "{{ trigger.id }}" }, "acme", "found");
  const use = (contactId: string, name = "smiles") => step("contacts.update", { contactId }, name, "use");
  const says = [
    "error steps[1].input.contactId: {{ found.id }} is an id of step 1 'Get contact', which works in 'acme'; this step works in 'smiles', another sub-account, where that id means nothing. Find the record in 'smiles' first, by its e-mail address or another key both have, and use the id that step gives.",
  ];

  test("is reported where it is used", async () => {
    expect((await lint(flow(get, use("{{ found.id }}")))).lines).toEqual(says);
  });

  test("is fine in its own, over another connection to it, or where it is no id", async () => {
    expect((await lint(flow(get, use("{{ found.id }}", "acme")))).lines).toEqual([]);
    expect((await lint(flow(get, use("{{ found.id }}", "twin")))).lines).toEqual([]);
    expect(
      (await lint(flow(get, step("contacts.upsert", { email: "{{ found.email }}", assignedTo: "{{ found.email }}" }, "smiles", "use"))))
        .lines,
    ).toEqual([]);
  });

  test("a wait for some time in a loop adds up, one until a date does not", async () => {
    const looped = (wait: string): StepDefinition => ({ id: "each", forEach: "trigger.lines", do: [{ id: "w", wait }] }) as never;
    expect((await lint(flow({ id: "w", wait: "1h" } as never, looped("{{ trigger.due }}")))).lines).toEqual([]);
    expect((await lint(flow(looped("1h")))).lines).toEqual([
      "warning steps[0].do[0].wait: the items of the loop wait here in turn, so their waits add up. Put the wait before or after the loop where all items can wait together.",
    ]);
  });

  test("is followed through loops and formats", async () => {
    const search = step("contacts.search", {}, "acme", "list");
    const looped = flow(search, { id: "each", forEach: "list", as: "row", do: [use("{{ row.id }}")] });
    expect((await lint(looped)).lines).toEqual([
      expect.stringContaining("steps[1].do[0].input.contactId: {{ row.id }} is an id of step 1 'Search contacts'"),
    ]);
    const formatted = flow(get, { id: "f", format: { who: "{{ found.id }}" } }, use("{{ f.who }}"));
    expect((await lint(formatted)).lines).toEqual([expect.stringContaining("{{ f.who }} is an id of step 1 'Get contact'")]);
  });

  test("of the trigger is reported as well", async () => {
    const trigger = { app: "highlevel", operation: "contacts.search", connection: "acme" };
    expect((await lint({ name: "F", trigger, steps: [use("{{ trigger.id }}")] })).lines).toEqual([
      expect.stringContaining("is an id of the trigger, which works in 'acme'"),
    ]);
  });
});

describe("a webhook trigger of an app with inboxes", () => {
  const definition = (inbox?: string): FlowDefinition => ({
    name: "F",
    trigger: { app: "highlevel", operation: "ContactCreate", connection: "acme", ...(inbox && { inbox }) },
    steps: [],
  });
  test.each<[inboxes: string[], wanted: string | undefined, says: string[]]>([
    [["main"], undefined, []],
    [
      [],
      undefined,
      [
        "error trigger.inbox: no inbox takes the events of HighLevel, so none can come. Add an inbox, and give its address to your app in the portal.",
      ],
    ],
    [
      ["a", "b"],
      undefined,
      ["warning trigger.inbox: events of 2 inboxes start this flow: an app that is in both counts twice. Say which with 'inbox': a, b."],
    ],
    [["a", "b"], "b", []],
    [["a", "b"], "c", ["error trigger.inbox: there is no inbox 'c'. There is 'a', 'b': name one of them, or none."]],
  ])("with the inboxes %j and '%s' wanted", async (inboxes, wanted, says) => {
    expect((await lint(definition(wanted), { inboxes })).lines).toEqual(says);
  });
});

describe("a field that a call cannot do without", () => {
  test("is reported where it was left empty", async () => {
    expect(await linesOf("contacts.create_task", { contactId: "", title: " ", dueDate: "2026-12-01", completed: false })).toEqual([
      "error steps[0].input.contactId: 'Create Contact Task' needs 'Contact', and it is empty. Fill it in, or map it from the event or an earlier step.",
      "error steps[0].input.title: 'Create Contact Task' needs 'Title', and it is empty. Fill it in, or map it from the event or an earlier step.",
    ]);
  });

  test("may be left empty where another one says it", async () => {
    const input = { name: "x", pipelineId: "", pipelineStageId: "sales / booked", contactId: "{{ trigger.id }}" };
    expect(await linesOf("opportunities.create", input)).toEqual([]);
  });
});

describe("a name where only an id will do", () => {
  test("is reported with its id where a list has it, and as no id elsewhere", async () => {
    expect(await linesOf("contacts/create-contact", { email: "a@b.c", assignedTo: "Mary Somerville" })).toEqual([
      expect.stringMatching(/^error steps\[0\]\.input\.assignedTo: 'Mary Somerville' is the name of a user, .*8Qk2mVtXb1nLz7RdYc4e/),
    ]);
    expect(await linesOf("contacts.update", { contactId: "Mary Miller", firstName: "x" })).toEqual([
      "error steps[0].input.contactId: 'Mary Miller' is no id, and names are not looked up in 'Update Contact'. Give the id, or map it from a step that finds the record.",
    ]);
    expect(await linesOf("contacts.update", { contactId: "{{ trigger.contact.id }}", firstName: "x" })).toEqual([]);
  });

  test("is reported where a name looks like an id, and so would be sent as one", async () => {
    const named = { id: "pIp3Zx7Cv1Bn5Ma9Sd2F", name: "Neukundengewinnung2026", stages: [] };
    expect(await deal({ pipelineId: named.name }, { lists: { "opportunities.list_pipelines": [named] } })).toEqual([
      `error steps[0].input.pipelineId: '${named.name}' is the name of a pipeline, and looks like an id: it is sent as it is. Write the id: ${named.id}.`,
    ]);
  });
});

describe("a connection whose last test failed", () => {
  const of = async (problem: LintConnection["problem"]) => {
    connections["shaky"] = {
      ...connections["acme"]!,
      name: "shaky",
      status: "failed",
      reason: "It did not get through.",
      ...(problem && { problem }),
    };
    const { lines: findings } = await lint(flow(step("contacts.get", { contactId: "{{ trigger.id }}" }, "shaky")));
    delete connections["shaky"];
    return findings;
  };

  test("is an error where a run would fail as well, and a warning where the host was down", async () => {
    const sentence = "steps[0].connection: the last test of 'shaky' failed: It did not get through. Look at 'shaky' under Connections";
    expect((await of("WRONG_LOCATION"))[0]).toContain(`error ${sentence}`);
    expect((await of("OUTBOUND_UNREACHABLE"))[0]).toContain(`warning ${sentence}`);
  });
});

describe("an address on a private network that flows may not call", () => {
  const closed = (host: string, at: string) =>
    `error ${at}: ${host} is an address of a private network, which flows may not call. Allow it under Connections.`;
  const http = (operation: string, url: string, login?: string): StepDefinition => ({
    id: "a",
    app: "http",
    operation,
    input: { url },
    ...(login !== undefined && { connection: login }),
  });

  test.each(["get", "post", "put", "patch", "delete"])("is reported before the first run: %s", async (operation) => {
    expect((await lint(flow(http(operation, "http://10.0.0.7:8080/hook")))).lines).toEqual([closed("10.0.0.7:8080", "steps[0].input.url")]);
  });

  test("is reported where templates fill the rest of it, and in branches and loops", async () => {
    const inner = http("post", "http://erp.lan/orders/{{ trigger.id }}");
    const steps: StepDefinition[] = [{ id: "b", if: "true", then: [{ id: "l", forEach: "trigger.list", do: [inner] }] }];
    expect((await lint(flow(...steps))).lines).toContainEqual(closed("erp.lan", "steps[0].then[0].do[0].input.url"));
  });

  test("is reported for the connection where the step gives a path", async () => {
    connections["erp"] = { ...connections["acme"]!, name: "erp", app: "http", baseUrl: "http://erp.lan" } as LintConnection;
    expect((await lint(flow(http("get", "/orders", "erp")))).lines).toEqual([closed("erp.lan", "steps[0].connection")]);
    delete connections["erp"];
  });

  test("is not guessed where a template decides the host", async () => {
    for (const url of ["{{ trigger.url }}", "http://{{ trigger.host }}/x", "https://example.com/x"])
      expect((await lint(flow(http("post", url)))).lines).toEqual([]);
  });
});

describe("the settings of a change trigger", () => {
  const watching = (operation: string, input: Record<string, string>): FlowDefinition => ({
    name: "Watching",
    trigger: { app: "highlevel", operation, connection: "acme", input },
    steps: [],
  });

  test("are looked up as a step's are: a tag, a stage, a calendar and a custom field", async () => {
    expect((await lint(watching("contacts.tag_added", { tag: "VIP" }))).lines).toEqual([]);
    expect((await lint(watching("contacts.tag_added", { tag: "promotor" }))).lines).toEqual([
      "warning trigger.input.tag: 'acme' has no tag 'promotor'. Did you mean 'promoter'? Otherwise, the flow does not start until somebody adds this tag.",
    ]);
    expect((await lint(watching("opportunities.stage_moved", { to: "Bookd" }))).lines[0]).toMatch(
      /^error trigger\.input\.to: 'acme' has no stage 'Bookd'/,
    );
    expect((await lint(watching("calendars.appointment_booked", { calendarId: "Chek-up" }))).lines[0]).toMatch(
      /^error trigger\.input\.calendarId/,
    );
    expect((await lint(watching("contacts.field_changed", { customField: "Plam" }))).lines[0]).toMatch(
      /^error trigger\.input\.customField/,
    );
    expect((await lint(watching("contacts.field_changed", { customField: "nps" }))).lines).toEqual([]);
  });

  test("say of a tag that was renamed or deleted that the flow waits in vain", async () => {
    const known = [{ at: "trigger.input.tag", text: "fan", value: "fan", label: "fan" }];
    expect((await lint(watching("contacts.tag_added", { tag: "fan" }), { known })).lines).toEqual([
      "warning trigger.input.tag: 'acme' has no tag 'fan' any more. The flow does not start until somebody adds this tag again.",
    ]);
  });
});

describe("messages to people", () => {
  const text = step("conversations.send_message", { contactId: "{{ trigger.id }}", type: "SMS", message: "Hello" }, "acme", "a");
  const off: MessagePolicy = { doNotDisturb: false, quietHours: null, cap: null };
  const said =
    "warning steps[0]: messages go to people without any rule: whether they want them, at what hour, and how many a day. Switch a rule on under Messages to people, or take the exception out of the flow.";
  const linesFor = async (definition: FlowDefinition, policy?: MessagePolicy) => (await lint(definition, policy && { policy })).lines;

  test("without any rule are said once for each flow", async () => {
    expect(await linesFor(flow(text, { ...text, id: "b" }), off)).toEqual([said]);
    expect(await linesFor(flow(text, { ...text, id: "b" }))).toEqual([]);
    expect(await linesFor(flow(step("contacts.get", { contactId: "c1" })), off)).toEqual([]);
  });

  test("need a login that may read what the contact wants, while do not disturb is on", async () => {
    const world = (policy: MessagePolicy): World => ({ policy });
    const sender = { ...text, connection: "sender" };
    const scope =
      "error steps[0].operation: Get Contact needs the scope contacts.readonly, which 'sender' lacks. Add it in HighLevel and connect 'sender' again.";
    expect((await lint(flow(sender), world(usualMessagePolicy))).lines).toEqual([scope]);
    expect((await lint(flow(sender), world({ ...off, cap: { perChannel: 1, inAll: null } }))).lines).toEqual([]);
  });

  test("of which an exception takes the last rule are said as well", async () => {
    const messages = { without: ["doNotDisturb" as const], reason: "A code to sign in" };
    expect(await linesFor(flow({ ...text, messages }))).toEqual([said]);
    expect(await linesFor({ ...flow(text), settings: { messages } })).toEqual([said]);
    expect(await linesFor(flow({ ...text, messages }), { ...off, doNotDisturb: true, cap: { perChannel: 1, inAll: null } })).toEqual([]);
  });
});
