import { expect, test } from "vitest";
import { findOperation } from "#test/support/built-in.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { LintRecord, Reference } from "#engine/types/lint.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { openLintService, startLint } from "./lint-service.ts";

const definition = (owner: string): FlowDefinition => ({
  name: "F",
  trigger: { app: "http", operation: "webhook" },
  steps: [{ id: "a", app: "highlevel", operation: "contacts.upsert", connection: "acme", input: { assignedTo: owner } }],
});
const flow = (id: string, more: Partial<Flow> = {}): Flow => ({
  id,
  workspaceId: "w",
  name: id,
  status: "on",
  draft: definition("Mary"),
  version: 1,
  revision: 1,
  createdAt: 0,
  updatedAt: 0,
  ...more,
});
const mary = { id: "8Qk2mVtXb1nLz7RdYc4e", name: "Mary", email: "m@acme.example" };

async function open(all: Flow[], kept: LintRecord[] = []) {
  const clock = new TestClock();
  const world = {
    down: false,
    silent: false,
    until: 0,
    users: [mary] as unknown[],
    asked: 0,
    warned: [] as string[],
    references: [] as Reference[],
    records: kept,
  };
  const service = await openLintService({
    flows: { list: async () => all, version: async () => definition("Mary") },
    references: {
      list: async () => world.references,
      replace: async (_, __, references) => void (world.references = [...references]),
    },
    store: { get: async () => null, all: async () => world.records, put: async (_, record) => void world.records.push(record) },
    reader: () => ({
      app: (id) => ({ title: id, inbox: false }),
      operation: (app, id) => findOperation(app, id) ?? null,
      gone: () => null,
      webhook: () => null,
      choosing: () => null,
      pins: async () => null,
      connections: async () => [],
      titles: { app: () => null, operation: () => null, trigger: () => null },
      connection: async (name) => ({ name, app: "highlevel", locationId: "loc_1", status: "connected" }),
      async rows() {
        world.asked++;
        if (world.silent) return new Promise<never>(() => {});
        if (world.until > clock.now()) return { unchecked: "The budget is used up.", until: world.until };
        return world.down ? { unchecked: "It is down." } : { rows: world.users };
      },
      inboxes: async () => [],
    }),
    workspaces: async () => ["w"],
    clock,
    log: { ...silentLog, warn: (_, message) => void world.warned.push(message) },
  });
  return { service, clock, world };
}

test("a check is kept with what it found, and a new error is logged once", async () => {
  const { service, world } = await open([flow("f")]);
  expect(service.counts(flow("f"))).toBeNull();
  expect((await service.check(flow("f"))).findings).toEqual([]);
  expect(world.references).toMatchObject([{ flowId: "f", text: "Mary", value: mary.id }]);
  world.users = [{ ...mary, id: "8Qk2mVtXb1nLz7RdYc9z", name: "Maria" }];
  await service.check(flow("f"));
  await service.check(flow("f"));
  expect(world.warned).toEqual(["A run would fail: 'acme' has no owner 'Mary' any more. Did you mean 'Maria' (8Qk2mVtXb1nLz7RdYc9z)?"]);
  expect(service.counts(flow("f"))).toEqual({ errors: 1, warnings: 0 });
  expect(await service.totals()).toEqual({ errors: 1, warnings: 0 });
  expect(world.records.at(-1)?.findings).toHaveLength(1);
});

test("a flow that is on is looked at as it runs, and its draft with it; any other as it is drafted", async () => {
  const { service, world } = await open([]);
  const draft = definition("Nobody Known");
  expect((await service.check(flow("f", { draft }))).findings).toMatchObject([
    { level: "warning", at: "steps[0].input.assignedTo", problem: "in the draft: 'acme' has no owner 'Nobody Known'" },
  ]);
  expect([world.asked, service.counts(flow("f"))]).toEqual([1, { errors: 0, warnings: 1 }]);
  for (const other of [flow("g", { status: "off", draft }), flow("h", { status: "draft", version: null, draft })])
    expect((await service.check(other)).findings).toMatchObject([{ level: "error", at: "steps[0].input.assignedTo" }]);
});

test("what the draft has mended is marked so, and what both have is reported once", async () => {
  const { service, world } = await open([]);
  world.users = [{ ...mary, name: "Maria" }];
  world.references = [];
  expect((await service.check(flow("f", { draft: definition("Maria") }))).findings).toMatchObject([
    { level: "error", fix: "Version 1 runs with it, and the draft has it no more: publish the draft." },
  ]);
  const both = { ...definition("Mary"), name: "G", settings: { zone: "UTC" } } as FlowDefinition;
  const { findings } = await service.check(flow("g", { draft: both }));
  expect(findings).toMatchObject([{ level: "error", problem: "'acme' has no owner 'Mary'" }]);
});

test("a draft that cannot be read does not keep what runs from being checked", async () => {
  const { service, world } = await open([]);
  world.users = [];
  const draft = { ...definition("Mary"), steps: [{ id: "l", forEach: "trigger.items | nope", do: [] }] };
  expect((await service.check(flow("f", { draft }))).findings).toMatchObject([
    { level: "error", at: "steps[0].input.assignedTo" },
    { level: "warning", at: "steps", problem: expect.stringContaining("in the draft: it cannot be read: ") },
  ]);
});

test("faults of a draft are those that would make its runs fail; what the budget does not allow yet is waited for, a while", async () => {
  const { service, clock, world } = await open([]);
  const draft = { ...flow("f", { status: "draft", version: null }), draft: definition("Nobody Known") };
  expect(await service.faults(draft)).toMatchObject([{ level: "error", at: "steps[0].input.assignedTo" }]);
  world.until = clock.now() + 3_000;
  const waited = service.faults(draft);
  await clock.advance(0); // the list says that it cannot be asked yet
  await clock.advance(4_000);
  expect(await waited).toMatchObject([{ level: "error" }]);
  expect(world.asked).toBe(3);
  world.until = clock.now() + 60_000;
  expect(await service.faults(draft)).toEqual([]);
});

test("what is left to do keeps a draft from being published, wherever it stands, and fails no run", async () => {
  const { service } = await open([]);
  const whole = definition("Mary Somerville");
  const inner = { id: "slack", off: true, todo: "Add 'slack'\nunder Apps", filter: "true" };
  const branch = { id: "which", off: true, if: "true", then: [inner] };
  const left = { ...whole, todo: "Tell the client", steps: [...whole.steps, branch] } as FlowDefinition;
  const draft = { ...flow("f", { status: "draft", version: null }), draft: left };
  const faults = (await service.faults(draft)).filter(({ holds }) => holds === true);
  expect(faults).toMatchObject([
    { level: "warning", at: "steps[1].then[0].todo", step: "slack", problem: "left to do: Add 'slack' under Apps" },
    { level: "warning", at: "todo", step: null, where: "the flow", problem: "left to do: Tell the client" },
  ]);
  expect(faults[0]!.where).toMatch(/^step 2\.1 .*, Left to do$/);
});

test("a sub-account that does not answer keeps nobody from publishing", async () => {
  const { service, clock, world } = await open([]);
  world.silent = true;
  const asked = service.faults({ ...flow("f", { status: "draft", version: null }), draft: definition("Nobody Known") });
  await clock.advance(15_000);
  expect(await asked).toEqual([]);
});

test("what was seen before a change is not shown after it", async () => {
  const all = [flow("f"), flow("g", { status: "off" })];
  const { service, clock, world } = await open(all);
  await service.current(all[0]!);
  await service.current(all[0]!);
  expect(world.asked).toBe(1);
  world.users = [];
  await service.outdate("w", ({ steps }) => steps.length > 1);
  expect(service.counts(flow("f"))).toEqual({ errors: 0, warnings: 0 });
  await service.outdate("w", ({ steps }) => steps.length === 1);
  expect([world.asked, service.counts(flow("f")), service.counts(flow("g"))]).toEqual([2, { errors: 1, warnings: 0 }, null]);
  await clock.advance(1_000);
  await service.current({ ...all[0]!, updatedAt: clock.now() });
  expect(world.asked).toBe(3);
});

test("whoever asks right after a change that is everybody's waits until it is known whether the flow is concerned", async () => {
  const { service, world } = await open([flow("f")]);
  await service.current(flow("f"));
  world.users = [];
  const changed = service.outdateEverywhere(() => true);
  expect((await service.current(flow("f"))).findings).toMatchObject([{ level: "error" }]);
  await changed;
  expect(world.asked).toBe(2);
});

test("a change while a flow is being looked at has it looked at again", async () => {
  const { service, world } = await open([flow("f")]);
  const first = service.check(flow("f"));
  world.users = [];
  await service.outdate("w", () => true);
  await first;
  expect([world.asked, service.counts(flow("f"))]).toEqual([2, { errors: 1, warnings: 0 }]);
});

test("two who ask at once share one look, and a new start knows the last findings", async () => {
  const { service, world } = await open([flow("f")], [{ flowId: "g", checkedAt: 1, findings: [] }]);
  await Promise.all([service.check(flow("f")), service.check(flow("f"))]);
  expect(world.asked).toBe(1);
  expect(service.last(flow("g"))).toMatchObject({ checkedAt: 1 });
});

test("each flow that is on is looked at once a day, one after another; others only when asked", async () => {
  const { service, clock, world } = await open([
    flow("a"),
    flow("b"),
    flow("c", { status: "off" }),
    flow("d", { status: "draft", version: null }),
  ]);
  const stop = new AbortController();
  startLint({ service, clock, log: silentLog, signal: stop.signal });
  await clock.advance(30_000);
  expect(world.asked).toBe(1);
  await clock.advance(600_000);
  expect(world.asked).toBe(2);
  await clock.advance(23 * 3_600_000);
  expect(world.asked).toBe(2);
  await clock.advance(2 * 3_600_000);
  expect(world.asked).toBe(4);
  expect([service.last(flow("a")), service.last(flow("c")), service.last(flow("d"))]).toEqual([expect.anything(), null, null]);
  stop.abort();
});

test("what could not be asked is reported once, and asked again within the hour", async () => {
  const { service, clock, world } = await open([flow("a", { draft: { ...definition("Mary"), name: "other" } })]);
  world.down = true;
  await service.next();
  expect(service.counts(flow("a"))).toEqual({ errors: 0, warnings: 1 });
  world.down = false;
  await clock.advance(59 * 60_000);
  await service.next();
  expect(world.asked).toBe(1);
  await clock.advance(60_000);
  await service.next();
  expect([world.asked, service.counts(flow("a"))]).toEqual([2, { errors: 0, warnings: 0 }]);
});
