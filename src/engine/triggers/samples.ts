import type { WebhookTrigger } from "#catalog/types.ts";
import { isObject, type Json } from "#kernel/json.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Sample } from "../api.ts";
import { personOf } from "../accept/events.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import { observe, presentRows } from "./observe.ts";
import { pollPayload, type Reading } from "./poller.ts";
import { pretendedChange } from "../watch/sample.ts";
import type { Event } from "../types/events.ts";

interface SampleParts {
  /** The newest events of a trigger. */
  events(workspaceId: string, triggerId: string, limit: number): Promise<Event[]>;
  /** All flows of a workspace. */
  flows(workspaceId: string): Promise<TriggerBinding[]>;
  webhook(workspaceId: string, app: string, operation: string): WebhookTrigger | null;
  /** The catalog's example of what a change trigger starts with; undefined for any other trigger. */
  changeExample(workspaceId: string, app: string, operation: string): Json | undefined;
  /** Starts to read the list that the trigger watches; null when there is none. */
  read(binding: TriggerBinding, signal: AbortSignal): Promise<Reading | null>;
  clock: Clock;
}

/** How long a list is waited for before the example of the catalog has to do. */
const patienceMs = 10_000;
const fromList = 3;

/**
 * Events to try a flow with, from the best place that has any: what its trigger received; what other flows of the same event and
 * sub-account received; the first records of the list that reports the same; the catalog's example.
 */
export async function findSamples(parts: SampleParts, binding: TriggerBinding, limit: number): Promise<Sample[]> {
  const { app, operation } = binding.definition.trigger;
  const { workspaceId } = binding.flow;
  const facts = parts.webhook(workspaceId, app, operation);
  const ofEvents = (events: Event[], from: Sample["from"]) =>
    events.map(({ receivedAt, payload }) => ({ at: receivedAt, payload, person: personIn(facts, payload), from }));

  const own = ofEvents(await parts.events(binding.flow.workspaceId, binding.trigger.id, limit), "event");
  if (own.length > 0) return own;
  const shared = ofEvents(await eventsOfOthers(parts, binding, limit), "other_flow");
  if (shared.length > 0) return shared;
  const records = await recordsOf(parts, binding).catch(() => []); // a login that does not work is reported elsewhere
  const now = parts.clock.now();
  if (records.length > 0) return records.map((payload) => ({ at: now, payload, person: personIn(facts, payload), from: "list" }));
  const example = facts?.example ?? parts.changeExample(workspaceId, app, operation);
  return example === undefined ? [] : [{ at: now, payload: example, person: personIn(facts, example), from: "example" }];
}

const personIn = (facts: WebhookTrigger | null, payload: unknown) => personOf(facts?.person, payload);

/** What flows with the same trigger and login received. */
async function eventsOfOthers(parts: SampleParts, { trigger, flow, definition }: TriggerBinding, limit: number): Promise<Event[]> {
  const { app, operation, connection } = definition.trigger;
  if (parts.webhook(flow.workspaceId, app, operation) === null || connection === undefined) return [];
  const others = (await parts.flows(flow.workspaceId)).filter(({ trigger: other, definition: { trigger: watched } }) => {
    return other.id !== trigger.id && watched.app === app && watched.operation === operation && watched.connection === connection;
  });
  const events = await Promise.all(others.map((other) => parts.events(flow.workspaceId, other.trigger.id, limit)));
  return events
    .flat()
    .toSorted((a, b) => b.receivedAt - a.receivedAt)
    .slice(0, limit);
}

/** The first records of the list, in the shape in which the trigger reports them. */
async function recordsOf({ read, clock }: SampleParts, binding: TriggerBinding): Promise<unknown[]> {
  const stop = new AbortController();
  const cancel = clock.after(patienceMs, () => stop.abort());
  try {
    const reading = await read(binding, stop.signal);
    if (!reading) return [];
    for await (const { rows } of reading.pages)
      return presentRows(rows)
        .slice(0, fromList)
        .map((row) => payloadOf(reading, row, clock.now()));
    return [];
  } finally {
    cancel();
  }
}

function payloadOf({ plan, reconciling, watching }: Reading, row: unknown, now: number): unknown {
  const { key, hash, time } = observe(plan, row);
  if (watching) return pretendedChange(watching.facts, watching.chosen, key, isObject(row) ? row : {}, now);
  const finding = { kind: "new", itemKey: key, eventKey: key, oldHash: null, time, row, since: null, pendingAt: null, hash } as const;
  return reconciling ? reconciling.payload(finding, now) : pollPayload(finding, now);
}
