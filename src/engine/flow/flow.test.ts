import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { compileFlow, parseFlow } from "./flow.ts";
import { resolveWait } from "./kinds/wait/until.ts";
import { fakeCaller } from "#test/fakes/caller.ts";
import { noScripts } from "#test/fakes/scripts.ts";
import { createPace } from "#kernel/pace.ts";
import { TestClock } from "#kernel/clock.ts";
import type { CompiledFlow } from "./compiled.ts";
import { advance } from "../run/runner.ts";
import type { FlowKnowledge, FlowProblem } from "./flow.ts";
import type { OperationInfo } from "./knowledge.ts";
import type { FlowDefinition } from "../types/flows.ts";

const apps: Record<string, { title: string; needsConnection: boolean }> = {
  highlevel: { title: "HighLevel", needsConnection: true },
  http: { title: "HTTP", needsConnection: false },
  millrace: { title: "Millrace", needsConnection: false },
};
const operations: Record<string, OperationInfo> = {
  "contacts.upsert": {
    title: "Create or update a contact",
    effect: "upsert",
    inputs: [
      { name: "email", required: false },
      { name: "tags", required: false },
    ],
  },
  "contacts.create_task": {
    title: "Create a task",
    effect: "create",
    inputs: [
      { name: "contactId", required: true },
      { name: "title", required: true },
    ],
  },
  "opportunities.create": {
    title: "Create an opportunity",
    effect: "create",
    inputs: [
      { name: "pipelineId", required: true, impliedBy: ["pipelineStageId"] },
      { name: "pipelineStageId", required: false },
    ],
  },
  post: { title: "Post", effect: "other", inputs: [] },
};
const triggers = {
  "http webhook": "webhook",
  "highlevel ContactCreate": "webhook",
  "highlevel AppointmentCreate": "webhook",
  "highlevel NoteCreate": "webhook",
  "highlevel contacts.search": "poll",
  "millrace schedule": "schedule",
  "millrace manual": "manual",
} as const;
const reconciled = {
  ContactCreate: { reconcile: { operation: "contacts.search", needs: [] } },
  AppointmentCreate: { reconcile: { operation: "contacts.search", needs: ["calendarId|userId"] } },
  NoteCreate: { instead: ["contacts.list_notes"] },
};
const knowledge: FlowKnowledge = {
  app: (id) => apps[id] ?? null,
  operation: (_, id) => operations[id] ?? null,
  trigger: (app, id) => {
    const kind = triggers[`${app} ${id}` as keyof typeof triggers];
    return kind ? { kind, title: id, ...reconciled[id as keyof typeof reconciled] } : null;
  },
  operations: () => [...Object.keys(operations), "webhook", "schedule", "contacts.search"],
  apps: () => Object.keys(apps),
};

const hook = { app: "http", operation: "webhook" };
const flow = (steps: unknown[], rest: object = {}) => ({ name: "A flow", trigger: hook, steps, ...rest });
const post = (id: string, input: object = {}) => ({ id, app: "http", operation: "post", input });
const upsert = {
  id: "contact",
  app: "highlevel",
  operation: "contacts.upsert",
  connection: "acme",
  input: { email: "{{ trigger.email }}" },
};

function problems(definition: unknown): FlowProblem[] {
  try {
    parseFlow(definition, knowledge);
  } catch (thrown) {
    if (thrown instanceof MillraceError && thrown.code === "FLOW_INVALID") return thrown.details.problems as FlowProblem[];
    throw thrown;
  }
  return [];
}
const problemLines = (definition: unknown) => problems(definition).map(({ at, problem }) => `${at}: ${problem}`);

describe("a flow that is right", () => {
  test("comes back as it is", () => {
    const definition = flow(
      [
        upsert,
        {
          id: "each",
          forEach: "contact.tags",
          as: "tag",
          do: [post("tagged", { body: "{{ tag }} {{ tag_index }} {{ contact.id }} {{ run.id }}" })],
        },
      ],
      {
        settings: {
          zone: "Europe/Paris",
          country: "fr",
          retry: { maxAttempts: 3, maxElapsed: "1h" },
          unknownOutcome: "retry",
          lane: "sync",
        },
      },
    );
    expect(parseFlow(definition, knowledge)).toEqual(definition);
  });

  test("may have no steps yet", () => {
    expect(problems(flow([]))).toEqual([]);
  });
});

describe("names", () => {
  test("an id is there for what comes after it and inside its branches, and nowhere else", () => {
    const inside = {
      id: "branch",
      if: "contact.id != blank",
      then: [post("a", { body: "{{ contact.id }}" })],
      else: [post("b", { body: "{{ a.id }}" })],
    };
    expect(problemLines(flow([post("early", { body: "{{ contact.id }}" }), upsert, inside, post("late", { body: "{{ b.x }}" })]))).toEqual([
      "steps[0].input.body: 'contact.id' is not there yet: the step 'Create or update a contact' comes later, or belongs to a branch or loop that this step is not in",
      "steps[2].else[0].input.body: 'a.id' is not there yet: the step 'Post' comes later, or belongs to a branch or loop that this step is not in",
      "steps[3].input.body: 'b.x' is not there yet: the step 'Post' comes later, or belongs to a branch or loop that this step is not in",
    ]);
  });

  test("what only a step's answer has is not looked for in the event", () => {
    expect(problemLines(flow([post("a", { body: "{{ call._status }}" })]))).toEqual([
      "steps[0].input.body: there is no 'call' here; no step of that id comes before",
    ]);
  });

  test("a step does not see itself, nor a loop's item outside of it", () => {
    expect(
      problemLines(
        flow([post("a", { body: "{{ a.id }}" }), { id: "each", forEach: "trigger.list", do: [] }, post("b", { body: "{{ item }}" })]),
      ),
    ).toEqual([
      "steps[0].input.body: 'a.id' is not there yet: the step 'Post' comes later, or belongs to a branch or loop that this step is not in",
      "steps[2].input.body: there is no 'item' here; fields of the event are written like trigger.item",
    ]);
  });

  test("a step without a result cannot be read", () => {
    const silent = [
      { id: "w", wait: "1h" },
      { id: "b", if: "trigger.a", then: [] },
      { id: "f", format: { x: 1 } },
    ];
    expect(problemLines(flow([...silent, post("a", { body: "{{ w.until }} {{ b.taken }} {{ f.x }}" })]))).toEqual([
      "steps[3].input.body: 'w.until' cannot be read: the step 'Wait 1 hour' gives no result; actions and format steps do",
      "steps[3].input.body: 'b.taken' cannot be read: the step 'If the a exists and is not no' gives no result; actions and format steps do",
    ]);
  });

  test("a near miss is recognised, and a field of the event without 'trigger' explained", () => {
    expect(
      problemLines(
        flow([upsert, post("a", { x: ["{{ contct.id }}", { y: "{{ email | downcase }}" }] }), { id: "f", filter: "score > 5" }]),
      ),
    ).toEqual([
      "steps[1].input.x[0]: there is no 'contct' here; did you mean 'contact'?",
      "steps[1].input.x[1].y: there is no 'email' here; fields of the event are written like trigger.email",
      "steps[2].filter: there is no 'score' here; fields of the event are written like trigger.score",
    ]);
  });

  test("variables of a template's own tags are nobody's business", () => {
    expect(
      problemLines(
        flow([post("a", { body: "{% assign x = trigger.a %}{% for t in trigger.list %}{{ t.y }}{{ x }}{{ forloop.index }}{% endfor %}" })]),
      ),
    ).toEqual([]);
  });

  test("ids are unique, well formed and no words of the templates", () => {
    const nested = { id: "b", if: "trigger.a", then: [post("a")] };
    expect(problemLines(flow([post("a"), nested, post("trigger"), post("now"), post("1st"), post("__proto__")]))).toEqual([
      "steps[1].then[0].id: another step is called 'a' already; ids are unique in a flow",
      "steps[2].id: 'trigger' is a word of the templates; choose another id",
      "steps[3].id: 'now' is a word of the templates; choose another id",
      "steps[4].id: begins with a letter and goes on with letters, digits, - and _ (60 at most)",
      "steps[5].id: '__proto__' is a word of the templates; choose another id",
    ]);
  });

  test("a loop inside a loop needs a name of its own for its item", () => {
    const inner = { id: "inner", forEach: "item.parts", do: [] };
    expect(problemLines(flow([{ id: "outer", forEach: "trigger.list", do: [inner] }]))).toEqual([
      "steps[0].do[0].as: the name 'item' is taken; give the item another one with 'as'",
    ]);
    expect(problemLines(flow([{ id: "outer", forEach: "trigger.list", as: "now", do: [] }]))).toEqual([
      "steps[0].as: the name 'now' is taken; give the item another one with 'as'",
    ]);
  });
});

describe("steps", () => {
  test("are one thing each", () => {
    expect(
      problemLines(
        flow([{ id: "a" }, { id: "b", iff: "x", then: [] }, { id: "c", wait: "1h", filter: "x" }, "d", { id: "e", app: "http" }]),
      ),
    ).toEqual([
      "steps[0]: this is no kind of step: it needs one of app and operation, filter, if, forEach, wait, code, format or stop",
      "steps[1]: this is no kind of step: it needs one of app and operation, filter, if, forEach, wait, code, format or stop; did you mean 'if'?",
      "steps[2]: a step is one thing only, and this says wait and filter",
      "steps[3]: a step is an object",
      "steps[4].operation: is missing",
    ]);
  });

  test("name apps, operations, connections and fields that are there", () => {
    const steps = [
      { ...upsert, id: "a", app: "highlvel" },
      { ...upsert, id: "b", operation: "contact.upsert" },
      { ...upsert, id: "c", connection: undefined },
      { ...upsert, id: "d", input: { emial: "x" } },
      { ...upsert, id: "e", operation: "contacts.create_task", input: { contactId: "{{ d.id }}" } },
      { ...upsert, id: "f", connection: "{{ trigger.account }}" },
    ];
    expect(problemLines(flow(steps))).toEqual([
      "steps[0].app: there is no app 'highlvel'; did you mean 'highlevel'?",
      "steps[1].operation: HighLevel has no operation 'contact.upsert'; did you mean 'contacts.upsert'?",
      "steps[2].connection: HighLevel needs a connection; name one",
      "steps[3].input.emial: 'Create or update a contact' has no field 'emial'; did you mean 'email'?",
      "steps[4].input.title: 'Create a task' needs this field",
      "steps[5].connection: is the short name of a connection: small letters, digits and dashes",
    ]);
  });

  test("may leave out a field that another one implies: a stage says its pipeline", () => {
    const create = (input: object) => flow([{ ...upsert, operation: "opportunities.create", input }]);
    expect(problemLines(create({ pipelineStageId: "Sales / Booked" }))).toEqual([]);
    expect(problemLines(create({}))).toEqual(["steps[0].input.pipelineId: 'Create an opportunity' needs this field"]);
  });

  test("wait for something that can be understood", () => {
    const waits = ["1h 30m", "2030-01-01T09:00:00Z", "{{ trigger.at | minus_hours: 1 }}", "soon", "30", "trigger.at", "400d"].map(
      (wait, i) => ({ id: `w${i}`, wait }),
    );
    expect(problemLines(flow(waits))).toEqual([
      "steps[3].wait: 'soon' is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'",
      "steps[4].wait: '30' has no unit; write it like 30m, 2h or 1d",
      "steps[5].wait: put braces around a value of an earlier step: {{ trigger.at }}",
      "steps[6].wait: '400d' is more than a year away",
    ]);
  });

  test("tell unknown settings and wrong types in words", () => {
    expect(
      problemLines(
        flow([
          { id: "a", stop: "done" },
          { id: "b", filter: 5 },
          { ...post("c"), onEror: "continue" },
          { id: "d", if: "trigger.a", then: {} },
        ]),
      ),
    ).toEqual([
      "steps[0].stop: takes one of success, filtered, failed",
      "steps[1].filter: takes text",
      "steps[2].onEror: there is no such setting here; did you mean 'onError'?",
      "steps[3].then: takes a list",
    ]);
  });
});

describe("triggers", () => {
  const trigger = (part: object) => problemLines({ name: "A flow", trigger: part, steps: [] });
  test("exist, and have the options of their kind", () => {
    expect(trigger({ app: "http", operation: "webhok" })).toEqual([
      "trigger.operation: HTTP has no trigger 'webhok'; did you mean 'webhook'?",
    ]);
    expect(trigger({ ...hook, every: "5m", emit: "new" })).toEqual([
      "trigger.emit: belongs to a poll trigger, and this is a webhook trigger",
      "trigger.every: belongs to a poll or schedule trigger, and this is a webhook trigger",
    ]);
    expect(trigger({ ...hook, key: "{{ trigger.id }}-{{ contact.id }}" })).toEqual([
      "trigger.key: there is no 'contact' here; fields of the event are written like trigger.contact.id",
    ]);
  });

  test("poll with a connection, not more often than a minute, with a fixed input", () => {
    const poll = { app: "highlevel", operation: "contacts.search" };
    expect(trigger({ ...poll, every: "30s" })).toEqual([
      "trigger.every: the shortest interval of a poll is 1m",
      "trigger.connection: HighLevel is polled with a connection; name one",
    ]);
    expect(trigger({ ...poll, connection: "acme", every: "often", input: { filters: [{ value: "{{ now }}" }] } })).toEqual([
      "trigger.every: 'often' is not a duration; write it like 30s, 5m, 2h or 1d",
      "trigger.input.filters[0].value: a trigger's input is fixed: there is no event yet that a template could read",
    ]);
  });

  test("are reconciled where a list tells their news, with a connection and what the list wants", () => {
    const hl = { app: "highlevel", connection: "acme", reconcile: "15m" };
    expect(trigger({ ...hl, operation: "ContactCreate" })).toEqual([]);
    expect(trigger({ app: "highlevel", operation: "ContactCreate", reconcile: "10s" })).toEqual([
      "trigger.reconcile: the shortest interval of a look is 1m",
      "trigger.connection: HighLevel is asked for what was not delivered with a connection; name one",
    ]);
    expect(trigger({ ...hl, operation: "NoteCreate" })).toEqual([
      "trigger.reconcile: no list tells of 'NoteCreate', so what was not delivered cannot be found; instead of the webhook, contacts.list_notes can be polled",
    ]);
    expect(trigger({ ...hook, reconcile: "15m" })[0]).toContain("nothing can be polled in its place either");
    expect(trigger({ ...hl, operation: "AppointmentCreate" })[0]).toContain("which wants calendarId or userId here");
    expect(trigger({ ...hl, operation: "AppointmentCreate", input: { userId: "u_1" } })).toEqual([]);
    expect(trigger({ ...hl, operation: "contacts.search" })).toEqual([
      "trigger.reconcile: belongs to a webhook trigger, and this is a poll trigger",
    ]);
  });

  test("schedules have a cron pattern and a zone that exist", () => {
    const schedule = (input: object) => trigger({ app: "millrace", operation: "schedule", input });
    expect(schedule({ cron: "0 9 * * 1-5", zone: "Europe/Paris" })).toEqual([]);
    expect(schedule({ cron: "every day" })[0]).toContain("is not a cron pattern");
    expect(schedule({ cron: "0 9 * * *", zone: "Paris" })[0]).toContain("is not a time zone");
    expect(schedule({})[0]).toContain("give either cron");
  });
});

describe("the whole", () => {
  test("settings are checked against the world", () => {
    expect(
      problemLines(
        flow([], { settings: { zone: "Berlin", country: "Germany", retry: { maxElapsed: "90d", maxAttempts: 0 }, lane: "fast" } }),
      ),
    ).toEqual(["settings.retry.maxAttempts: is 1 at least", "settings.lane: takes one of live, sync, backfill"]);
    expect(problemLines(flow([], { settings: { zone: "Berlin", country: "Germany", retry: { maxElapsed: "90d" } } }))).toEqual([
      "settings.zone: 'Berlin' is not a time zone; write it like Europe/Paris",
      "settings.country: 'Germany' is not a country of two letters, like US or DE",
      "settings.retry.maxElapsed: retries go on for 30 days at most",
    ]);
  });

  test("all problems are reported together, and the first of them in the message", () => {
    const wrong = { name: " ", trigger: { app: "http" }, steps: [post("a", { x: "{{ trigger.a | nofilter }}" })], stepz: [] };
    expect(problemLines(wrong)).toEqual([
      "name: is empty",
      "trigger.operation: is missing",
      "stepz: there is no such setting here; did you mean 'steps'?",
      expect.stringContaining("steps[0].input.x: there is no filter 'nofilter'"),
    ]);
    expect(() => parseFlow(wrong, knowledge)).toThrow("The flow cannot be saved: Name: is empty (and 3 more).");
  });

  test.each([null, undefined, 7, "flow", [], {}])("%j is no flow", (input) => {
    expect(problems(input).length).toBeGreaterThan(0);
  });

  test("size and depth have bounds, which hostile input cannot use up first", () => {
    expect(problemLines(flow([post("a", { x: "y".repeat(300_000) })]))).toEqual([": it is larger than 256 KiB"]);
    let deep: unknown = "x";
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(problemLines(flow([post("a", { deep: deep as object })]))).toEqual([": it is nested deeper than 64 levels"]);
    expect(problemLines(flow(Array.from({ length: 201 }, (_, i) => post(`a${i}`))))).toEqual(["steps: a flow can have 200 steps at most"]);
    let nested: object = post("deepest");
    for (let i = 0; i < 8; i++) nested = { id: `b${i}`, if: "trigger.a", then: [nested] };
    expect(problemLines(flow([nested]))).toEqual([`steps[0]${".then[0]".repeat(7)}.then: steps can be 8 levels deep at most`]);
  });
});

describe("compileFlow", () => {
  const clock = new TestClock();
  const now = clock.now();
  const compile = (definition: object) => compileFlow(parseFlow(definition, knowledge), () => now);

  /** Takes a run through a flow, once. */
  async function walk(compiled: CompiledFlow, payload: object) {
    const { caller, calls } = fakeCaller({ "contacts.upsert": {}, post: { effect: "other" } });
    const outputs: Record<string, unknown> = {};
    const run = { id: "r", workspaceId: "w", flowId: "f", lane: "live", origin: null } as never;
    const ending = await advance({ run, event: { payload } as never, steps: [] }, compiled, {
      caller,
      scripts: noScripts,
      clock,
      random: () => 0,
      pace: createPace(),
      recorder: { put: ({ path, output }) => void (outputs[path] = output), begin: async () => {}, written: async () => {} },
    });
    return { ending, outputs, calls: calls.map(({ operation, connection, input }) => [operation, connection, input]) };
  }

  test("fills in what the flow left to us", () => {
    expect(compile(flow([])).settings).toEqual({
      zone: "UTC",
      unknownOutcome: "hold",
      retry: { maxAttempts: 200, maxElapsedMs: 86_400_000 },
      lane: "live",
      settleMs: null,
      order: false,
    });
  });

  test("makes each kind of step ready to run", async () => {
    const compiled = compile(
      flow(
        [
          {
            ...upsert,
            title: "The contact",
            input: { email: "{{ trigger.email | downcase }}", tags: ["{{ trigger.at | date: '%F %H:%M' }}"] },
          },
          { id: "f", filter: "trigger.score > 5" },
          { id: "b", if: "trigger.vip", then: [{ id: "s", stop: "failed", reason: "{{ trigger.email }}" }] },
          { id: "e", forEach: "{{ trigger.list }}", do: [post("p", { n: "{{ item }}" })] },
          { id: "v", format: { n: "{{ trigger.score | plus: 1 }}" } },
          { id: "w", wait: "{{ trigger.days }}d" },
        ],
        { trigger: { ...hook, key: "{{ trigger.id }}" }, settings: { zone: "Europe/Paris" } },
      ),
    );
    const trigger = { id: "e1", email: "A@B.C", score: "6", vip: false, list: [1, 2], days: 2, at: "2026-01-15T09:30:00Z" };
    expect(compiled.eventKey?.evaluate({ trigger })).toBe("e1");
    expect(compiled.steps.map(({ id, calls, mayEnd }) => [id, calls, mayEnd])).toEqual([
      ["contact", true, false],
      ["f", false, true],
      ["b", false, true],
      ["e", false, false],
      ["v", false, false],
      ["w", false, false],
    ]);
    const { ending, calls, outputs } = await walk(compiled, trigger);
    expect(calls).toEqual([
      ["contacts.upsert", "acme", { email: "a@b.c", tags: ["2026-01-15 10:30"] }],
      ["post", undefined, { n: 1 }],
      ["post", undefined, { n: 2 }],
    ]);
    expect(outputs).toMatchObject({ f: { passed: true }, b: { taken: "else" }, e: { items: [1, 2] }, v: { n: 7 } });
    expect(ending).toMatchObject({ kind: "paused", dueAt: now + 2 * 86_400_000, waiting: { kind: "wait", step: "w" } });
  });

  test("ends a run where a step says so, with its reason", async () => {
    const steps = [{ id: "b", if: "trigger.vip", then: [{ id: "s", stop: "failed", reason: "no {{ trigger.id }}" }] }];
    const { ending } = await walk(compile(flow(steps)), { vip: true, id: "e1" });
    expect(ending).toMatchObject({ kind: "failed", error: { code: "FLOW_STOPPED", details: { reason: "no e1" } } });
  });

  test("compiles again what was saved in an older version, without asking the catalog", () => {
    expect(() =>
      compileFlow({ name: "Old", trigger: hook, steps: [{ id: "x", app: "gone", operation: "gone.too" }] } as FlowDefinition, () => 0),
    ).not.toThrow();
  });
});

describe("resolveWait", () => {
  const now = Date.UTC(2026, 0, 15, 9, 30);
  test.each([
    ["2h", now + 7_200_000],
    ["1d 12h", now + 129_600_000],
    ["2026-01-16T09:30:00Z", now + 86_400_000],
    ["2026-01-15 11:00", now + 1_800_000],
    [(now + 5000) / 1000, now + 5000],
    [now + 5000, now + 5000],
    [String(now + 5000), now + 5000],
    ["2020-01-01", Date.UTC(2019, 11, 31, 23)],
  ])("%s", (value, until) => {
    expect(resolveWait(value, now, "Europe/Paris")).toBe(until);
  });

  test.each([
    [undefined, "missing"],
    ["", "missing"],
    [30, "has no unit"],
    ["later", "is not a date"],
    ["2099-01-01", "more than a year"],
    [{}, "is not a date"],
  ])("%j is refused", (value, why) => {
    expect(() => resolveWait(value, now, "UTC")).toThrow(why);
  });
});
