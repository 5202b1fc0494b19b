import { randomBytes } from "node:crypto";
import { TestClock } from "#kernel/clock.ts";
import { getPath, type JsonObject } from "#kernel/json.ts";
import { silentLog } from "#kernel/log.ts";
import type { DryRun } from "#engine/api.ts";
import { createEngine } from "#engine/engine.ts";
import type { FlowDefinition, FlowSettings } from "#engine/types/flows.ts";
import type { RunContext } from "#engine/types/runs.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { familyNames } from "#sandbox/families.ts";
import { openOutboundServices } from "#server/connections/outbound-services.ts";
import { openSqlite } from "#storage/database.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { builtIn, knowledge, webhookFacts } from "#test/support/built-in.ts";
import { createVaultStore } from "#storage/vault-store.ts";

const workspace = "ws_1";
const resting: RunContext["run"]["state"][] = ["succeeded", "filtered", "failed", "held", "cancelled"];

/** Every record of the pretend HighLevel, by family and id. */
export type Snapshot = ReadonlyMap<string, string>;

/** A whole Millrace, from flow to wire, beside a sandbox on a port; both live on one passed-in clock. `hosts` may be called beside it. */
export async function openActionBench({ hosts = [] }: { hosts?: string[] } = {}) {
  const clock = new TestClock();
  const sandbox = await openSandbox({ clock, indexLagMs: 0, quota: { burst: 1_000_000 } });
  const baseUrl = await sandbox.listen({ port: 0 });
  const db = await openSqlite({ file: ":memory:" });
  const outbound = openOutboundServices({
    catalog: builtIn,
    store: createVaultStore(db),
    keys: [randomBytes(32)],
    allowPrivateHosts: [new URL(baseUrl).host, ...hosts],
    clock,
    log: silentLog,
    called: () => {},
  });
  await connect(outbound.vault, sandbox, baseUrl);
  const engine = createEngine({
    runs: createRunStore(db),
    flows: createFlowStore(db),
    triggers: createTriggerStore(db),
    queue: createInProcessQueue({ clock }),
    caller: outbound.caller,
    knowledge: () => knowledge,
    webhook: webhookFacts,
    clock,
    random: () => 0.5,
    alone: true,
    log: () => {},
    polls: { operation: () => null, connection: async () => null, pages: async function* () {}, prepared: async () => ({}) },
  });
  await engine.start();

  /** One step, started by hand. */
  const flowOf = (operation: string, input: Record<string, unknown>, connection: string, settings?: FlowSettings): FlowDefinition => ({
    name: operation,
    ...(settings && { settings }),
    trigger: { app: "millrace", operation: "manual" },
    steps: [{ id: "step", app: "highlevel", operation, connection, input: input as never }],
  });

  async function rested(runId: string): Promise<RunContext> {
    for (let i = 0; i < 4000; i++) {
      const context = await engine.run(workspace, runId);
      if (resting.includes(context.run.state)) return context;
      await new Promise((resolve) => setTimeout(resolve, 2));
      await clock.advance(50);
    }
    throw new Error(`the run ${runId} does not end`);
  }

  async function published(definition: FlowDefinition) {
    const flow = await engine.flows.create(workspace, definition);
    return engine.flows.publish(workspace, flow.id);
  }

  async function run(
    operation: string,
    input: Record<string, unknown>,
    connection: string,
    { event = {}, settings }: { event?: JsonObject; settings?: FlowSettings } = {},
  ): Promise<RunContext> {
    return runFlow(flowOf(operation, input, connection, settings), event);
  }

  async function runFlow(definition: FlowDefinition, event: JsonObject = {}): Promise<RunContext> {
    const flow = await published(definition);
    const [id] = (await engine.flows.runNow(workspace, flow.id, event)).runIds;
    return rested(id!);
  }

  /** A flow of one step that starts from a webhook: gives what posts an event to it. */
  async function listening(operation: string, input: Record<string, unknown>, connection: string, settings?: FlowSettings) {
    const webhook = { app: "http", operation: "webhook" };
    const flow = await published({ ...flowOf(operation, input, connection, settings), trigger: webhook });
    const trigger = await engine.flows.trigger(flow);
    return async (event: JsonObject): Promise<{ repeat: boolean; runs: RunContext[] }> => {
      const { repeat, runIds } = await engine.accept(trigger, event);
      return { repeat, runs: await Promise.all(runIds.map(rested)) };
    };
  }

  async function dryRunFlow(definition: FlowDefinition): Promise<DryRun> {
    const dry = engine.dryRun(workspace, { definition }, {});
    let over = false;
    void dry.finally(() => (over = true)).catch(() => {});
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await clock.advance(50);
    }
    return dry;
  }

  return {
    sandbox,
    clock,
    run,
    listening,
    /** Makes something past Millrace, to lay out what a test needs; gives the text at `path` of the answer. */
    make: maker(sandbox),
    runFlow,
    /** Replays a run to its end. */
    async replay(id: string, from: "start" | "failed"): Promise<RunContext> {
      const { replayed } = await engine.replay(workspace, { ids: [id], from, version: "same" });
      return rested(replayed[0]!.as);
    },
    dryRunFlow,
    dryRun: (operation: string, input: Record<string, unknown>, connection: string) => dryRunFlow(flowOf(operation, input, connection)),
    snapshot: (): Snapshot => snapshotOf(sandbox),
    async close() {
      await engine.close(0);
      await outbound.close();
      await sandbox.close();
      await db.close();
    },
  };
}
export type ActionBench = Awaited<ReturnType<typeof openActionBench>>;

async function connect(vault: ReturnType<typeof openOutboundServices>["vault"], sandbox: Sandbox, baseUrl: string): Promise<void> {
  const { acmeDental: locationId, companyId } = sandboxDefaults;
  const login = { app: "highlevel", auth: "token" as const, baseUrl, companyId };
  const token = (wish: { locationId?: string }) => ({ token: sandbox.issueToken(wish).accessToken });
  await vault.connect(workspace, { ...login, name: "acme", locationId, access: "location", secret: token({ locationId }) });
  await vault.connect(workspace, { ...login, name: "agency", access: "agency", secret: token({}) });
}

function maker(sandbox: Sandbox) {
  const token = sandbox.issueToken({ locationId: sandboxDefaults.acmeDental }).accessToken;
  const headers = { authorization: `Bearer ${token}`, version: "2021-07-28" };
  return async (url: string, body: object, path: string): Promise<string> => {
    const reply = await sandbox.app.inject({ method: "POST", url, headers, payload: body });
    if (reply.statusCode >= 300) throw new Error(`${url}: ${reply.statusCode} ${reply.body}`);
    return String(getPath(reply.json(), path));
  };
}

function snapshotOf({ state }: Sandbox): Snapshot {
  return new Map(
    familyNames.flatMap((family) =>
      state.records.load(family).map((row) => [`${family} ${(row as { id: string }).id}`, JSON.stringify(row)] as const),
    ),
  );
}

/** What was written between two looks, by family: `contact+1 tag+2 note~1 task-1`. */
export function wrote(before: Snapshot, after: Snapshot): string {
  const counts = new Map<string, number>();
  const count = (key: string, sign: string) => {
    const name = key.slice(0, key.indexOf(" ")) + sign;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const [key, row] of after) {
    if (!before.has(key)) count(key, "+");
    else if (before.get(key) !== row) count(key, "~");
  }
  for (const key of before.keys()) if (!after.has(key)) count(key, "-");
  return [...counts]
    .map(([name, n]) => name + n)
    .sort()
    .join(" ");
}
