import { http } from "#apps/http/app.ts";
import { TestClock, type Clock } from "#kernel/clock.ts";
import { newId } from "#kernel/ids.ts";
import type { Operation, WebhookTrigger } from "#catalog/types.ts";
import { createEngine } from "#engine/engine.ts";
import type { FlowKnowledge } from "#engine/flow/flow.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import type { ExecutionMarks } from "#engine/ports/execution-marks.ts";
import type { FlowDefinition, StepDefinition } from "#engine/types/flows.ts";
import type { Run, RunContext } from "#engine/types/runs.ts";
import type { RunQueue } from "#engine/ports/queue.ts";
import type { Syncs } from "#engine/ports/syncs.ts";
import { MessageGate } from "#engine/messages/gate.ts";
import type { ReadRecipient } from "#engine/ports/messages.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import { ChangeLog } from "#storage/changes.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createMessageStore } from "#storage/message-store.ts";
import { createPartStore } from "#storage/part-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { turnsUntil } from "../support/turns.ts";
import { fakeCaller, type FakeOperation } from "./caller.ts";

export const workspace = "ws_1";

interface EngineOptions {
  file?: string;
  /** An open database to go on with, as after a restart. */
  db?: Db;
  /** Writes what changes, for others who use the same database. */
  changeLog?: ChangeLog;
  clock?: Clock;
  webhook?: Partial<WebhookTrigger>;
  concurrency?: number;
  /** What a trigger called `list` polls. */
  list?: { operation: Partial<Operation>; rows: () => unknown[] | Promise<unknown[]> };
  /** Puts something between the engine and its queue. */
  queue?: (queue: RunQueue) => RunQueue;
  /** Puts something between the engine and its rows. */
  runs?: (store: RunStore) => RunStore;
  marks?: ExecutionMarks;
  /** Keeps pairs of records in step. */
  syncs?: Syncs;
  /** To whom messages go; the policy is in the store. */
  recipient?: ReadRecipient;
  /** Several engines share the database; each needs another owner. */
  owner?: string;
}

const noRules: Rules = {};

/** A whole engine on a real store, with an app called `app` whose operations the test writes. */
export async function openEngine(
  operations: Record<string, FakeOperation>,
  { file = ":memory:", clock = new TestClock(), webhook, list, concurrency = 64, ...more }: EngineOptions = {},
) {
  const db = more.db ?? (await openSqlite({ file }));
  const changeLog = more.changeLog ?? new ChangeLog(db);
  const owner = more.owner ?? newId("proc");
  const runs = more.runs?.(createRunStore(db, owner)) ?? createRunStore(db, owner);
  const { caller, calls, looks, hostBack } = fakeCaller(operations);
  let rulesOf = (_: string): Rules => noRules;
  const knowledge: FlowKnowledge = {
    app: (id) => (id === "app" ? { title: "App", needsConnection: false } : null),
    operation: (app, id) =>
      app === "app" && operations[id] ? { title: operations[id].title ?? id, effect: operations[id].effect ?? "create", inputs: [] } : null,
    trigger: (app, id) => {
      if (app !== "app") return null;
      if (id === "list" && list) return { kind: "poll", title: "List", record: true };
      return id === "hook" ? { kind: "webhook", title: "Hook" } : null;
    },
    operations: () => Object.keys(operations),
  };
  let known = knowledge;
  /** Another object once a rule has changed, as the engine expects. */
  const knowledgeOf = (workspaceId: string): FlowKnowledge => {
    const rules = rulesOf(workspaceId);
    if ((known.rules ?? noRules) !== rules) known = { ...knowledge, rules };
    return known;
  };
  const logged: string[] = [];
  const messages = createMessageStore(db, changeLog);
  const { recipient } = more;
  const engine = createEngine({
    runs,
    flows: createFlowStore(db, changeLog),
    triggers: createTriggerStore(db, owner, changeLog),
    queue: more.queue?.(createInProcessQueue({ clock })) ?? createInProcessQueue({ clock }),
    caller,
    knowledge: knowledgeOf,
    clock,
    random: () => 0.5,
    concurrency,
    alone: more.owner === undefined,
    illegalMove(error) {
      throw error;
    },
    ...(more.marks && { marks: more.marks }),
    ...(more.syncs && { syncs: more.syncs }),
    ...(recipient && { messages: new MessageGate({ store: messages, recipient, clock }) }),
    webhook: (_, __, id) =>
      id === "list"
        ? null
        : {
            id: "hook",
            app: "app",
            title: "Hook",
            kind: "webhook",
            key: ["id"],
            repeatMs: http.triggers[0]!.repeatMs!,
            example: {},
            ...webhook,
          },
    polls: {
      operation: (_, __, id) =>
        id === "list" && list ? ({ id, app: "app", effect: "read", list: true, ...list.operation } as Operation) : null,
      connection: async () => null,
      pages: async function* () {
        if (list) yield { rows: await list.rows() };
      },
      prepared: async ({ input }) => input,
    },
    log: (message, error) => void logged.push(`${message}: ${String(error)}`),
  });

  const flowOf = (steps: StepDefinition[], more: Partial<FlowDefinition> = {}): FlowDefinition => ({
    name: "Test flow",
    trigger: { app: "app", operation: "hook" },
    steps,
    ...more,
  });
  const published = async (steps: StepDefinition[], more: Partial<FlowDefinition> = {}) => {
    const flow = await engine.flows.create(workspace, flowOf(steps, more));
    return engine.flows.publish(workspace, flow.id);
  };
  const fire = async (flowId: string, payload: unknown) =>
    engine.accept(await engine.flows.trigger(await engine.flows.get(workspace, flowId)), payload);
  /** Waits until the run rests, without time passing on the clock. */
  const settled = async (
    runId: string,
    states: Run["state"][] = ["succeeded", "filtered", "failed", "held", "cancelled"],
  ): Promise<RunContext> => {
    const rests = async () => states.includes((await engine.run(workspace, runId)).run.state);
    await turnsUntil(`run ${runId} is ${states.join(" or ")}`, rests, clock);
    return engine.run(workspace, runId);
  };
  return {
    /** Rules and mapping templates. Flows are compiled with the rules that `useRules` was given. */
    parts: createPartStore(db, changeLog),
    useRules: (of: (workspaceId: string) => Rules) => void (rulesOf = of),
    knowledgeOf,
    engine,
    messages,
    db,
    clock,
    caller,
    knowledge,
    calls,
    looks,
    hostBack,
    logged,
    flowOf,
    published,
    fire,
    settled,
  };
}
