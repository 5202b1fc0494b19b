import { takesAnyAddress } from "#catalog/any-address.ts";
import { isZone } from "#catalog/moments.ts";
import { sampleOf } from "#catalog/schema-sample.ts";
import type { Operation, WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import { minuteMs } from "#kernel/durations.ts";
import { getPath, isObject, type JsonObject } from "#kernel/json.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Sample, SampleReads } from "../api.ts";
import { personOf, recordId } from "../accept/events.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import { observe, presentRows } from "./observe.ts";
import { pollPayload, type Reading } from "./poller.ts";
import { schedulePayload } from "./schedule.ts";
import { pretendedChange } from "../watch/sample.ts";
import type { Event } from "../types/events.ts";
import type { TriggerKind } from "../types/triggers.ts";

interface SampleParts {
  /** The newest events of a trigger. */
  events(workspaceId: string, triggerId: string, limit: number): Promise<Event[]>;
  /** All flows of a workspace. */
  flows(workspaceId: string): Promise<TriggerBinding[]>;
  webhook(workspaceId: string, app: string, operation: string): WebhookTrigger | null;
  operation(workspaceId: string, app: string, operation: string): Operation | null;
  /** How a trigger starts its flow; undefined for one that the catalog does not have. */
  kind(workspaceId: string, app: string, operation: string): TriggerKind | undefined;
  /** Whether the events of a trigger come to an inbox. */
  isOfInbox(workspaceId: string, app: string, operation: string): boolean;
  /** Starts to read the list that the trigger watches; null when there is none. */
  read(binding: TriggerBinding, signal: AbortSignal): Promise<Reading | null>;
  clock: Clock;
}

/** How long a list is waited for before the example of the catalog has to do. */
const patienceMs = 10_000;
/** With this many real events, no list is read and nothing is made up. */
const enough = 3;

/**
 * Events to try a flow with, the best first. Where none is needed: this moment, then when it started before. Else, and three at least
 * where there are any: what its trigger received; what other flows of the same event and sub-account received; the first records of the
 * list that reports the same, as far as `reads` allows. Only where there is none of these, one is made up.
 */
export async function findSamples(
  parts: SampleParts,
  binding: TriggerBinding,
  limit: number,
  reads: SampleReads = "all",
): Promise<Sample[]> {
  const { workspaceId } = binding.flow;
  const facts = webhookOf(parts, binding);
  const wanted = Math.min(limit, enough);
  const sampleOfEvent = (from: Sample["from"], { id, receivedAt, payload }: Event): Sample => {
    return { event: id || null, at: receivedAt, payload, person: personOf(facts?.person, payload), from };
  };
  const made = (payload: unknown, from: Sample["from"]): Sample => {
    return { event: null, at: parts.clock.now(), payload, person: personOf(facts?.person, payload), from };
  };

  const own = await parts.events(workspaceId, binding.trigger.id, limit);
  const samples = own.map((event) => sampleOfEvent("event", event));
  const started = startedNow(parts, binding);
  if (started) return [made(started, "now"), ...samples].slice(0, limit);
  if (samples.length < wanted) {
    const others = newDeliveries(await eventsOfOthers(parts, binding, limit), own);
    samples.push(...others.slice(0, limit - samples.length).map((event) => sampleOfEvent("other_flow", event)));
  }
  if (samples.length < wanted && mayRead(parts, binding, reads)) {
    const records = await recordsOf(parts, binding).catch(() => []); // a login that does not work is reported elsewhere
    samples.push(...records.slice(0, limit - samples.length).map((payload) => made(payload, "list")));
  }
  return samples.length > 0 ? samples : madeUp(parts, binding).map(({ payload, from }) => made(payload, from));
}

function mayRead(parts: SampleParts, binding: TriggerBinding, reads: SampleReads): boolean {
  const operation = operationOf(parts, binding);
  return reads === "all" || (reads === "connected" && operation !== null && !takesAnyAddress(operation));
}

const webhookOf = (parts: SampleParts, { flow, definition: { trigger } }: TriggerBinding) =>
  parts.webhook(flow.workspaceId, trigger.app, trigger.operation);
const operationOf = (parts: SampleParts, { flow, definition: { trigger } }: TriggerBinding) =>
  parts.operation(flow.workspaceId, trigger.app, trigger.operation);

// ---------------------------------------------------------------- this moment

/** The event of a flow that starts without one, if it started now; null where it waits for an event. */
function startedNow({ kind, clock }: SampleParts, { flow, definition: { trigger, settings } }: TriggerBinding): JsonObject | null {
  const started = kind(flow.workspaceId, trigger.app, trigger.operation);
  if (started === "manual") return {};
  if (started !== "schedule") return null;
  const { zone = settings?.zone } = trigger.input ?? {};
  // To the minute, so that what is tried twice in a row is tried with the same.
  return schedulePayload({ zone: isZone(zone) ? zone : "UTC" }, Math.floor(clock.now() / minuteMs) * minuteMs);
}

// ---------------------------------------------------------------- other flows

/**
 * What other flows of the same login received: the same event, or, for a change trigger, an event that reports the record. A trigger whose
 * events come to an inbox may name no login: then those of any sub-account start it. One that needs no login, and whose events are described,
 * receives the same as others of its kind; any webhook at all does not.
 */
async function eventsOfOthers(parts: SampleParts, binding: TriggerBinding, limit: number): Promise<Event[]> {
  const { trigger, flow, definition } = binding;
  const { app, operation, connection } = definition.trigger;
  const watch = operationOf(parts, binding)?.watch;
  if (!watch && webhookOf(parts, binding) === null) return [];
  const mayNameNone = parts.isOfInbox(flow.workspaceId, app, operation);
  const isDescribed = webhookOf(parts, binding)?.output !== undefined;
  if (connection === undefined && !mayNameNone && !isDescribed) return [];
  const others = (await parts.flows(flow.workspaceId)).filter(
    ({ trigger: other, definition: { trigger: seen } }) =>
      other.id !== trigger.id && seen.app === app && (connection === undefined || seen.connection === connection),
  );
  const isSame = ({ definition: { trigger: seen } }: TriggerBinding) => seen.operation === operation;
  const reports = ({ definition: { trigger: seen } }: TriggerBinding) => watch?.events.includes(seen.operation) ?? false;
  const of = async (flows: readonly TriggerBinding[]) =>
    (await Promise.all(flows.map((other) => parts.events(flow.workspaceId, other.trigger.id, limit)))).flat();
  const [same, reported] = await Promise.all([of(others.filter(isSame)), of(others.filter(reports))]);
  const changes = watch ? reported.flatMap((event) => changeIn(event, watch, definition.trigger.input ?? {})) : [];
  return [...same.toSorted(newestFirst), ...changes.toSorted(newestFirst)];
}

/** One delivery to an inbox is an event of several flows: it is shown once. */
function newDeliveries(events: readonly Event[], shown: readonly Event[]): Event[] {
  const keys = new Set(shown.map(delivery));
  return events.filter((event) => !keys.has(delivery(event)) && keys.add(delivery(event)));
}

const delivery = ({ key, receivedAt }: Event): string => `${receivedAt} ${key}`;
const newestFirst = (a: Event, b: Event): number => b.receivedAt - a.receivedAt;

/** The record of an event as if it had changed in the watched way just then. The event is another one, so its id is not that of the sample. */
function changeIn(event: Event, watch: WatchFacts, chosen: NonNullable<TriggerBinding["definition"]["trigger"]["input"]>): Event[] {
  const row = watch.wrap === undefined ? event.payload : getPath(event.payload, watch.wrap);
  const id = isObject(row) ? (recordId(row["id"]) ?? recordId(row["contactId"])) : null;
  if (!isObject(row) || id === null) return [];
  const { _headers: _, ...record } = row;
  return [{ ...event, id: "", payload: pretendedChange(watch, chosen, id, record, event.receivedAt) }];
}

// ---------------------------------------------------------------- lists

/** The first records of the list, in the shape in which the trigger reports them. */
async function recordsOf({ read, clock }: SampleParts, binding: TriggerBinding): Promise<unknown[]> {
  const stop = new AbortController();
  const cancel = clock.after(patienceMs, () => stop.abort());
  try {
    const reading = await read(binding, stop.signal);
    if (!reading) return [];
    for await (const { rows } of reading.pages)
      return presentRows(rows)
        .slice(0, enough)
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

// ---------------------------------------------------------------- made up

/** The catalog's example, else values of the types that it describes. */
function madeUp(parts: SampleParts, binding: TriggerBinding): { payload: unknown; from: "example" | "schema" }[] {
  const facts = webhookOf(parts, binding);
  if (facts) return [{ payload: facts.example, from: "example" }];
  const operation = operationOf(parts, binding);
  if (!operation || operation.effect !== "read") return [];
  const from = operation.example ? "example" : "schema";
  const output = operation.example?.output ?? (operation.output && sampleOf(operation.output));
  const [row] = Array.isArray(output) ? output : [output];
  if (row === undefined) return [];
  if (operation.watch) return [{ payload: row, from }];
  const itemKey = isObject(row) ? (recordId(row["id"]) ?? "1") : "1";
  const finding = {
    kind: "new",
    itemKey,
    eventKey: itemKey,
    oldHash: null,
    time: null,
    row,
    since: null,
    pendingAt: null,
    hash: "",
  } as const;
  return [{ payload: pollPayload(finding, parts.clock.now()), from }];
}
