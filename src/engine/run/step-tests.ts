import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { isObject, type Json } from "#kernel/json.ts";
import type { Pace } from "#kernel/pace.ts";
import { runOf } from "../accept/acceptance.ts";
import { personOf, withAliases } from "../accept/events.ts";
import type { DryRun, StepPlan, StepTestRequest, StepTested } from "../api.ts";
import { compileFlow, notReady, readDraft, type CompiledFlow, type FlowKnowledge } from "../flow/flow.ts";
import type { AnyStep } from "../flow/kinds/kind.ts";
import { stepKinds } from "../flow/kinds/kinds.ts";
import { stepOfPlace } from "../flow/place-words.ts";
import { stepTitle } from "../flow/sentence.ts";
import type { StepCaller } from "../ports/caller.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { TriggerFacts } from "../triggers/trigger-facts.ts";
import type { Event } from "../types/events.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { StepRecord } from "../types/steps.ts";
import { withoutFaults } from "./dry-run.ts";
import type { RunnerParts } from "./parts.ts";
import { advance } from "./runner.ts";

interface Parts {
  caller: StepCaller;
  messages?: RunnerParts["messages"];
  scripts: Scripts;
  facts: TriggerFacts;
  knowledge: (workspaceId: string) => FlowKnowledge;
  clock: Clock;
  pace: Pace;
  /** Called after something was really written. */
  wrote: (workspaceId: string, flowId: string) => void;
}

const longestMs = 60_000;

/** Executes one step by itself, with given data. It is no run: nothing is stored, and a failure is not tried again. */
export class StepTests {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What a test of a step would do, before it is made. Throws FLOW_NOT_READY where the step is not complete. */
  readonly plan = (workspaceId: string, { flow, definition, step: id }: StepTestRequest): StepPlan => {
    return this.#planOf(workspaceId, this.#testedStep(workspaceId, flow, definition, id));
  };

  /** A read is made; a write only where `write` says so, else it is pretended. */
  readonly run = async (workspaceId: string, request: StepTestRequest): Promise<StepTested> => {
    const { caller, messages, scripts, facts, clock, pace, wrote } = this.#parts;
    const { flow, payload, results, write = false, by } = request;
    const tested = this.#testedStep(workspaceId, flow, request.definition, request.step);
    const { step, loops } = tested;
    const plan = this.#planOf(workspaceId, tested);
    const isWritten = write && plan.effect === "write";
    const now = clock.now();
    const event = eventOf(
      workspaceId,
      withAliases(facts.webhook(workspaceId, tested.read.trigger.app, tested.read.trigger.operation)?.aliases, payload),
      now,
    );
    const collected = { effects: [] as DryRun["effects"], skipped: [] as DryRun["skipped"] };
    const overdue = new AbortController();
    const disarm = clock.after(longestMs, () =>
      overdue.abort(new MillraceError("DRY_RUN_TOO_LONG", { details: { seconds: longestMs / 1000 } })),
    );
    const execute = async (one: AnyStep, scope: Readonly<Record<string, unknown>>, dry?: typeof collected) => {
      let record: StepRecord | undefined;
      const ending = await advance(
        { run: { ...runOf(event, flow.id, 0, "live", now), id: newId("test", now) }, event, steps: [] },
        this.#compiled(workspaceId, tested, one),
        {
          caller,
          messages,
          scripts,
          clock,
          pace,
          random: Math.random,
          results: { ...scope },
          recorder: { put: (put) => void (record = put), begin: async () => {}, written: async () => {} },
          signal: overdue.signal,
          cause: { purpose: "step_test", flowId: flow.id, ...defined({ by }) },
          ...(dry && { dry }),
        },
      );
      return { record, error: record?.error ?? ("error" in ending ? ending.error : null) };
    };
    let scope = results;
    for (const loop of loops) scope = { ...firstItem(loop, (await execute(loop, scope, collected)).record?.output), ...scope };
    const { record, error } = await execute(step, scope, isWritten ? undefined : collected);
    disarm();
    if (isWritten) wrote(workspaceId, flow.id);
    const isSkipped = record?.state === "skipped";
    const isPretended = isSkipped || (plan.effect === "write" && !isWritten);
    return {
      plan,
      step: step.id,
      state: error ? "failed" : isPretended ? "pretended" : "succeeded",
      wrote: isWritten && !isSkipped,
      input: record?.input ?? null,
      output: record?.output ?? null,
      effects: collected.effects,
      exchanges: record?.attempts.flatMap(({ exchanges = [] }) => exchanges) ?? [],
      log: record?.attempts.flatMap(({ log = [] }) => log) ?? [],
      notes: record?.attempts.flatMap(({ note }) => note ?? []) ?? [],
      error,
      person: personOf(undefined, payload),
    };
  };

  #testedStep(workspaceId: string, flow: StepTestRequest["flow"], definition: unknown, id: string): TestedStep {
    const { definition: draft, problems } = readDraft(definition, this.#parts.knowledge(workspaceId));
    const all = stepsIn(draft.steps);
    const placed = all.find(({ step: one }) => one.id === id);
    if (!placed) throw new MillraceError("NOT_FOUND", { details: { what: "step", id } });
    const { step } = placed;
    const own = problems.filter(({ at }) => stepOfPlace(draft, at) === (step as object));
    if (own.length > 0) throw notReady(flow, own);
    const loops = placed.loops.filter((loop) => !problems.some(({ at }) => stepOfPlace(draft, at) === (loop as object)));
    return { step, loops, ids: new Set(all.map(({ step: one }) => one.id)), read: withoutFaults(draft, problems) };
  }

  #compiled(workspaceId: string, { read }: TestedStep, step: AnyStep): CompiledFlow {
    const { clock, knowledge } = this.#parts;
    return compileFlow({ ...read, steps: [alone(step)] as FlowDefinition["steps"] }, () => clock.now(), knowledge(workspaceId));
  }

  /** A loop around the step hands on what it reads itself. */
  #readsOf(workspaceId: string, tested: TestedStep): string[] {
    const { step, loops, ids } = tested;
    const roots = [step, ...loops].flatMap((one) => this.#compiled(workspaceId, tested, one).steps.flatMap(({ uses }) => uses.map(rootOf)));
    return [...new Set(roots)].filter((name) => ids.has(name));
  }

  #planOf(workspaceId: string, tested: TestedStep): StepPlan {
    const { caller, knowledge } = this.#parts;
    const { step } = tested;
    const reads = this.#readsOf(workspaceId, tested);
    const title = stepTitle(step, knowledge(workspaceId));
    const { app, operation, connection } = step;
    if (typeof app !== "string" || typeof operation !== "string")
      return { effect: "none", title, app: null, operation: null, connection: null, host: null, reads, says: `${title}: makes no call` };
    const facts = caller.facts(workspaceId, app, operation);
    const effect = facts?.effect === "read" ? "read" : "write";
    const login = typeof connection === "string" ? connection : null;
    const host = hostOf(caller, workspaceId, step);
    const place = [
      knowledge(workspaceId).app(app)?.title ?? app,
      ...(login === null ? [] : [`with '${login}'`]),
      ...(host === null ? [] : [`at ${host}`]),
    ];
    const says = `${effect === "read" ? "Reads from" : "Writes to"} ${place.join(" ")}: ${facts?.title ?? operation}`;
    return { effect, title, app, operation, connection: login, host, reads, says };
  }
}

function hostOf(caller: StepCaller, workspaceId: string, step: AnyStep): string | null {
  try {
    const { host } = caller.destination({
      workspaceId,
      app: String(step["app"]),
      operation: String(step["operation"]),
      input: isObject(step["input"]) ? step["input"] : {},
      lane: "live",
      dry: true,
      idempotencyKey: "",
      ...(typeof step["connection"] === "string" && { connection: step["connection"] }),
    });
    return host === "" ? null : host;
  } catch {
    return null; // its input names the host, and there is none yet
  }
}

/** A step of a draft, and what a test of it needs of the rest. */
interface TestedStep extends Placed {
  ids: ReadonlySet<string>;
  read: FlowDefinition;
}

interface Placed {
  step: AnyStep;
  /** The loops around it, the outermost first. */
  loops: readonly AnyStep[];
}

const stepsIn = (steps: readonly AnyStep[], loops: readonly AnyStep[] = []): Placed[] =>
  steps.flatMap((step) => {
    const around = stepKinds.find(step)?.inside === undefined ? loops : [...loops, step];
    return [{ step, loops }, ...stepKinds.listsOf(step).flatMap(([, inner]) => stepsIn(inner, around))];
  });

const rootOf = (path: string): string => /^[^.[]*/.exec(path)![0];

/** What the first round of a loop reads: its item, and its number. */
function firstItem(loop: AnyStep, output: unknown): Record<string, unknown> {
  const [item, index] = stepKinds.of(loop).inside?.(loop) ?? [];
  const items = isObject(output) && Array.isArray(output["items"]) ? (output["items"] as unknown[]) : [];
  return item === undefined || index === undefined ? {} : { [item]: items[0], [index]: 0 };
}

/** A branch or a loop without its steps: only its condition or its list is tried. A step that is switched off is tried all the same. */
function alone({ off: _, ...step }: AnyStep): AnyStep {
  const lists = stepKinds.listsOf(step as AnyStep).map(([member]) => [member, []]);
  return { ...step, ...Object.fromEntries(lists) } as AnyStep;
}

const eventOf = (workspaceId: string, payload: unknown, now: number): Event => ({
  id: "evt_test",
  workspaceId,
  triggerId: "trg_test",
  key: "test",
  payload: payload as Json,
  person: null,
  receivedAt: now,
  record: null,
  happenedAt: null,
});
