import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import { contentHash } from "#kernel/digest.ts";
import { canonicalJson, isObject } from "#kernel/json.ts";
import type { Pace } from "#kernel/pace.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import type { Accepted, AcceptOptions, EditedReplay } from "../api.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { Journal } from "../run/journal.ts";
import type { Launcher } from "../run/launcher.ts";
import type { EventDetails } from "../triggers/acceptance.ts";
import { webhookReportOf } from "../triggers/reconcile.ts";
import type { TriggerFacts } from "../triggers/trigger-facts.ts";
import type { Acceptance } from "../types/acceptance.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { Event } from "../types/events.ts";
import type { Trigger } from "../types/triggers.ts";
import { observationOfEvent } from "../watch/watcher.ts";
import type { RunContext } from "../types/runs.ts";
import { findRun } from "../run/find-run.ts";
import { acceptanceOf, chosenBy } from "./acceptance.ts";
import { editedEvent } from "./edited-event.ts";

interface Parts {
  flows: Pick<FlowRegistry, "readable" | "bindingOf" | "get" | "trigger">;
  facts: TriggerFacts;
  store: Pick<RunStore, "eventByKey" | "get" | "commit">;
  journal: Pick<Journal, "accept">;
  launcher: Launcher;
  clock: Clock;
  pace: Pace;
  random: () => number;
}

/** Accepts events: makes their runs, writes both, and queues the runs. */
export class Acceptor {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A version that cannot be read makes a run that fails where a person sees it: the event is kept, and no other event is refused. */
  readonly prepare = async (
    binding: TriggerBinding,
    payload: unknown,
    options: AcceptOptions & Partial<EventDetails>,
    hook: WebhookTrigger | null = this.#parts.facts.webhookOf(binding),
  ): Promise<Acceptance> => {
    const { flows, facts, clock, pace } = this.#parts;
    const { flow } = binding;
    const compiled =
      flow.version === null ? null : await flows.readable({ workspaceId: flow.workspaceId, flowId: flow.id, version: flow.version });
    const watch = options.key === undefined && hook ? facts.watchOf(binding) : null; // what a person starts by hand brings a key
    if (watch && hook) return observationOfEvent({ binding, facts: watch, compiled }, hook, payload, clock.now(), options);
    const chosen = await chosenBy(compiled, hook, payload, pace);
    const acceptance = acceptanceOf(binding, hook, compiled, payload, clock.now(), options, chosen);
    if (options.key !== undefined) return acceptance; // polls and people bring a key
    const webhookReport = webhookReportOf(facts.webhookOf(binding), binding.definition.trigger, acceptance);
    return webhookReport ? { ...acceptance, webhookReport } : acceptance;
  };

  readonly accept = async (trigger: Trigger, payload: unknown, options: AcceptOptions & Partial<EventDetails> = {}): Promise<Accepted> => {
    const { flows, journal, launcher, store } = this.#parts;
    const acceptance = await this.prepare(await flows.bindingOf(trigger), payload, options);
    const { event } = acceptance;
    const runs = await journal.accept(acceptance);
    if (!runs && options.oneContent && event.key === options.deliveryId) await refuseOtherContent(event, store);
    launcher.accepted(event, runs);
    return { eventId: event.id, repeat: !runs, runIds: runs?.map((r) => r.id) ?? [], sample: acceptance.runs.length === 0 };
  };

  /** A poll or schedule asks for its event; null when the flow is off, and then nothing may be remembered. */
  readonly makeAcceptance = async (trigger: Trigger, payload: unknown, details: EventDetails): Promise<Acceptance | null> => {
    const acceptance = await this.prepare(await this.#parts.flows.bindingOf(trigger), payload, details);
    return acceptance.runs.length ? acceptance : null;
  };

  /** Starts a flow by hand with a payload; `starter` is who does. */
  readonly runNow = async (workspaceId: string, flowId: string, payload: unknown, starter?: string): Promise<Accepted> => {
    const { flows, clock, random } = this.#parts;
    const flow = await flows.get(workspaceId, flowId);
    if (flow.version === null || flow.status !== "on") throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    const trigger = await flows.trigger(flow);
    return this.accept(trigger, payload, defined({ key: `by-hand:${clock.now()}:${Math.floor(random() * 1e9)}`, starter }));
  };

  /** Does a run again from its start with other data, as a new run that knows which one it replays. */
  readonly replayEdited = async (workspaceId: string, runId: string, { payload, version, starter }: EditedReplay): Promise<string> => {
    const { flows, facts, store, journal, launcher, clock, pace } = this.#parts;
    const context = await findRun(store, workspaceId, runId);
    const { run } = context;
    const flow = await flows.get(workspaceId, run.flowId);
    const number = version === "same" ? run.version : flow.version;
    if (number === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    refuseEdit(context, payload);
    const hook = facts.webhookOf(await flows.bindingOf(await flows.trigger(flow)));
    const compiled = await flows.readable({ workspaceId, flowId: flow.id, version: number });
    const acceptance = await editedEvent(context, { version: number, compiled, facts: hook, payload, starter, now: clock.now(), pace });
    const runs = await journal.accept(acceptance);
    launcher.accepted(acceptance.event, runs);
    if (run.attention) await store.commit({ accept: [], steps: [], runs: [{ was: run, patch: { attention: false } }] });
    return acceptance.runs[0]!.id;
  };
}

function refuseEdit({ run, event }: RunContext, payload: unknown): void {
  if (run.finishedAt === null) throw notReplayable(`Run ${run.id} has not ended yet`);
  if (isObject(event.payload) && !isObject(payload)) throw badInput("payload", "takes an object, as the event is one");
  if (canonicalJson(payload) === canonicalJson(event.payload))
    throw badInput("payload", "is the same as in the event; change something, or replay the run as it is");
}

const notReplayable = (problem: string) => new MillraceError("RUN_NOT_REPLAYABLE", { details: { problem } });

/** A key that came before with other content: accepted as a repeat, this event would be lost. */
async function refuseOtherContent(event: Event, store: Pick<RunStore, "eventByKey">): Promise<void> {
  const first = await store.eventByKey(event.workspaceId, event.triggerId, event.key);
  if (first && contentHash(posted(first)) !== contentHash(posted(event)))
    throw new MillraceError("HOOK_KEY_REUSED", { details: { key: event.key } });
}

/** What was posted, without the headers: they may differ each time. */
function posted({ payload }: Event): unknown {
  if (!isObject(payload)) return payload;
  const { _headers: _, ...rest } = payload;
  return rest;
}
