import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { getPath } from "#kernel/json.ts";
import type { Pace } from "#kernel/pace.ts";
import { isBlankText, textOf } from "#catalog/text.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import type { AcceptOptions } from "../api.ts";
import { withoutChange } from "../run/change.ts";
import { boundedKey, eventKey, happenedAt, naturalKey, personOf, recordId, withAliases } from "./events.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { CompiledFlow } from "../flow/flow.ts";
import type { CompiledValue } from "../mapping/mapping.ts";
import { keysOfEvent } from "../people/extract.ts";
import type { EventDetails } from "../triggers/acceptance.ts";
import type { Acceptance } from "../types/acceptance.ts";
import type { Event } from "../types/events.ts";
import { noLease } from "../types/leases.ts";
import type { Lane, Run } from "../types/runs.ts";

/** Turns what was received into an event and, if the flow is on, a run of its published version. Pure but for ids and time. */
export function acceptanceOf(
  { trigger, flow }: TriggerBinding,
  facts: WebhookTrigger | null,
  compiled: CompiledFlow | null,
  payload: unknown,
  now: number,
  options: AcceptOptions & Partial<EventDetails> = {},
  chosen: Chosen = {},
): Acceptance {
  const text = options.text ?? JSON.stringify(payload);
  const shaped = withAliases(facts?.aliases, payload);
  const ownKey = options.key ?? keyText(chosen.key);
  const byContent = ownKey === undefined && naturalKey(facts, shaped, options.deliveryId) === undefined;
  const repeat = byContent && facts?.repeatMs !== undefined && { repeatMs: facts.repeatMs };
  const person = personOf(facts?.person, shaped);
  const event: Event = {
    id: newId("evt", now),
    workspaceId: trigger.workspaceId,
    triggerId: trigger.id,
    key: ownKey ?? eventKey(facts, shaped, options.content ?? text, options.deliveryId),
    payload: shaped,
    person,
    receivedAt: now,
    record: recordId(compiled?.record ? chosen.record : (options.record ?? pathOf(facts?.record, shaped))),
    happenedAt: bounded(options.happenedAt ?? happenedAt(facts?.at, shaped), now),
  };
  if (shaped === payload) event.text = text;
  if (flow.status !== "on" || flow.version === null) return { event, runs: [], ...repeat };
  const run = runOf(event, flow.id, flow.version, options.lane ?? compiled?.settings.lane ?? "live", now);
  run.recovered = options.recovered ?? false;
  run.people = keysOfEvent(event);
  if (options.starter !== undefined) run.starter = options.starter;
  const passedOver = notFor(facts?.accepts, shaped);
  if (passedOver !== null) return { event, runs: [{ ...run, state: "filtered", finishedAt: now, summary: passedOver }], ...repeat };
  return compiled && event.record !== null ? { ...byRecord(event, run, compiled), ...repeat } : { event, runs: [run], ...repeat };
}

/** A burst of changes starts its run after this many windows at the latest: one that never ends would never start it. */
const mostWindows = 10;

/** What the flow wants for each record: bursts to settle, old values, runs in order. A flow that wants none of these costs nothing extra. */
function byRecord(event: Event, run: Run, { settings: { order, settleMs }, changes }: CompiledFlow): Acceptance {
  if (!order && !changes) return { event, runs: [run] };
  const settling = settleMs === null ? {} : { settling: true, dueAt: run.createdAt + settleMs };
  return {
    event,
    runs: [{ ...run, record: event.record, ...settling }],
    ...(settleMs !== null && { settle: { quietMs: settleMs, mostMs: settleMs * mostWindows } }),
    ...(changes && { state: withoutChange(event.payload) }),
  };
}

/** Why an event is not for this trigger, in words; null when it is. It is kept as a filtered run, so that it can be found. */
function notFor(accepts: WebhookTrigger["accepts"], payload: unknown): string | null {
  for (const [path, values] of Object.entries(accepts ?? {})) {
    const value = getPath(payload, path);
    const blank = value === undefined || value === null || value === "";
    if (values.length === 0 ? !blank : !values.includes(textOf(value)))
      return `Filtered: ${path} is ${blank ? "missing" : JSON.stringify(value)}, which this trigger does not listen to`;
  }
  return null;
}

/** A fresh run of an event. */
export function runOf(event: Event, flowId: string, version: number, lane: Lane, now: number): Run {
  return {
    id: newId("run", now),
    workspaceId: event.workspaceId,
    flowId,
    version,
    eventId: event.id,
    state: "queued",
    lane,
    dueAt: now,
    person: event.person,
    summary: null,
    error: null,
    attention: false,
    replayOf: null,
    origin: null,
    createdAt: now,
    finishedAt: null,
    record: null,
    settling: false,
    merged: 0,
    recovered: false,
    lease: noLease, // it gets the lease of the process that writes it
    cancelRequested: false,
  };
}

const pathOf = (path: string | undefined, payload: unknown): unknown => (path === undefined ? undefined : getPath(payload, path));

/** A sender's clock may be a little ahead, and its order still counts; what it dates further on must not stand before all that comes later. */
const aheadMs = 5 * 60_000;
const bounded = (at: number | null, now: number): number | null => (at === null ? null : Math.min(at, now + aheadMs));

/** What the trigger's own templates give for an event. */
export interface Chosen {
  key?: unknown;
  record?: unknown;
}

/** Evaluates them before the event is accepted. One that takes long gives way to other events meanwhile. */
export async function chosenBy(compiled: CompiledFlow | null, facts: WebhookTrigger | null, payload: unknown, pace: Pace): Promise<Chosen> {
  if (!compiled?.eventKey && !compiled?.record) return {};
  const shaped = withAliases(facts?.aliases, payload);
  return {
    key: compiled.eventKey && (await valueOf(compiled.eventKey, shaped, pace)),
    record: compiled.record && (await valueOf(compiled.record, shaped, pace)),
  };
}

/** A template that does not fit this event gives nothing: the event is accepted all the same. */
async function valueOf(template: CompiledValue, payload: unknown, pace: Pace): Promise<unknown> {
  try {
    return await template.unhurried({ trigger: payload }, pace);
  } catch (thrown) {
    if (thrown instanceof MillraceError) return undefined;
    throw thrown;
  }
}

/** The key that the flow's own template gives; undefined where it has none or gives nothing. */
const keyText = (value: unknown): string | undefined => (isBlankText(textOf(value)) ? undefined : boundedKey(textOf(value)));
