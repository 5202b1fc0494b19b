import type { Selectable } from "kysely";
import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { PersonKey, PersonKeyKind } from "#kernel/person-key.ts";
import type { Event } from "#engine/types/events.ts";
import type { Run, RunPatch, Waiting } from "#engine/types/runs.ts";
import type { SeenItem, Trigger } from "#engine/types/triggers.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import type { Schema } from "./schema.ts";

/** Rows to records and back; the one place where JSON text is opened and closed. */

type Row<T extends keyof Schema> = Selectable<Schema[T]>;

export const jsonOrNull = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));
export const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

export const eventRow = (e: Event): Omit<Row<"events">, "seq"> => ({
  id: e.id,
  workspace_id: e.workspaceId,
  trigger_id: e.triggerId,
  event_key: e.key,
  payload: e.text ?? JSON.stringify(e.payload),
  person: e.person,
  received_at: e.receivedAt,
  record: e.record,
  happened_at: e.happenedAt,
});

export const eventOf = (r: Omit<Row<"events">, "seq">): Event => ({
  id: r.id,
  workspaceId: r.workspace_id,
  triggerId: r.trigger_id,
  key: r.event_key,
  payload: JSON.parse(r.payload),
  person: r.person,
  receivedAt: r.received_at,
  record: r.record,
  happenedAt: r.happened_at,
});

export const runRow = (r: Run): Omit<Row<"runs">, "seq"> => ({
  id: r.id,
  workspace_id: r.workspaceId,
  flow_id: r.flowId,
  version: r.version,
  event_id: r.eventId,
  state: r.state,
  lane: r.lane,
  due_at: r.dueAt,
  person: r.person,
  summary: r.summary,
  error: jsonOrNull(r.error),
  attention: r.attention ? 1 : 0,
  replay_of: r.replayOf,
  origin: r.origin,
  created_at: r.createdAt,
  finished_at: r.finishedAt,
  record: r.record,
  settling: r.settling ? 1 : 0,
  merged: r.merged,
  recovered: r.recovered ? 1 : 0,
  previous: r.previous === undefined ? null : JSON.stringify(r.previous),
  people: r.people === undefined ? null : packPeople(r.people),
  waiting: jsonOrNull(waitingOf(r)),
  outage: outageOf(waitingOf(r)),
  worked_ms: r.workedMs ?? null,
  starter: r.starter ?? null,
  lease_owner: r.lease.owner,
  lease_no: r.lease.no,
  cancel_requested: r.cancelRequested ? 1 : 0,
});

/** What a run waits for says something only while it does. */
const waitingOf = ({ state, waiting }: Run): Waiting | null => (state === "waiting" && waiting) || null;

function outageOf(waiting: Waiting | null): string | null {
  if (waiting?.kind === "connection") return waiting.connection === undefined ? null : connectionOutage(waiting.connection);
  return waiting?.kind === "retry" ? JSON.stringify([waiting.app ?? null, waiting.host ?? null, waiting.reason]) : null;
}

/** What the rows of all runs that wait for one connection hold. */
export const connectionOutage = (id: string): string => JSON.stringify(["connection", id]);

/** Keys as a run's row holds them; each entry begins as a search for it does (`peopleMark`). */
export function packPeople(keys: readonly PersonKey[]): string {
  let packed = "";
  for (const { kind, key, text } of keys)
    packed += `${packed === "" ? "" : ","}["${kind}",${quoted(key)}${text === undefined ? "" : `,${quoted(text)}`}]`;
  return `[${packed}]`;
}

/** As JSON.stringify does, which is slow where a text is short and needs no escapes. */
const quoted = (text: string): string => (needsEscapes.test(text) ? JSON.stringify(text) : `"${text}"`);
const needsEscapes = /["\\\p{Control}\p{Surrogate}]/u;

const halfCharacter = /\p{Surrogate}/gu;

/** Without half characters in the keys: a value and a JSON text bring them into the store differently. */
export const unpackPeople = (text: string): PersonKey[] =>
  (JSON.parse(text) as [PersonKeyKind, string, string?][]).map(([kind, packed, written]) => {
    const key = packed.replace(halfCharacter, "\ufffd");
    return written === undefined ? { kind, key } : { kind, key, text: written };
  });

/** How the entry of a key begins within the text of a row. */
export const peopleMark = (kind: PersonKeyKind, key: string, whole: boolean): string =>
  JSON.stringify([kind, key]).slice(0, whole ? -1 : -2);

export const runOf = (r: Omit<Row<"runs">, "seq">): Run => ({
  id: r.id,
  workspaceId: r.workspace_id,
  flowId: r.flow_id,
  version: r.version,
  eventId: r.event_id,
  state: r.state as Run["state"],
  lane: r.lane as Run["lane"],
  dueAt: r.due_at,
  person: r.person,
  summary: r.summary,
  error: parsed<StoredError>(r.error),
  attention: r.attention === 1,
  replayOf: r.replay_of,
  origin: r.origin,
  createdAt: r.created_at,
  finishedAt: r.finished_at,
  lease: { owner: r.lease_owner, no: r.lease_no },
  cancelRequested: r.cancel_requested === 1,
  record: r.record,
  settling: r.settling === 1,
  merged: r.merged,
  recovered: r.recovered === 1,
  ...(r.previous !== null && { previous: JSON.parse(r.previous) as Json }),
  ...(r.people !== null && { people: unpackPeople(r.people) }),
  ...(r.waiting !== null && { waiting: JSON.parse(r.waiting) as Waiting }),
  ...(r.worked_ms !== null && { workedMs: r.worked_ms }),
  ...(r.starter !== null && { starter: r.starter }),
});

/**
 * The columns of a run that a change sets, and what the row must still be like. The end of a run ends its lease; one that a person lets go
 * on belongs to the process that was asked, under the next number. One that ended gathers nothing more, however it ended.
 */
export function runChange(was: Run, patch: RunPatch, owner: string) {
  const state = patch.state ?? was.state;
  const finishedAt = patch.finishedAt === undefined ? was.finishedAt : patch.finishedAt;
  const error = patch.error === undefined ? was.error : patch.error;
  const waits = state === "waiting" ? ((patch.waiting === undefined ? was.waiting : patch.waiting) ?? null) : null;
  const goesOn = finishedAt === null && was.finishedAt !== null;
  return {
    id: was.id,
    state,
    due_at: patch.dueAt ?? was.dueAt,
    summary: patch.summary === undefined ? was.summary : patch.summary,
    error: error === null ? null : JSON.stringify(error),
    attention: (patch.attention ?? was.attention) ? 1 : 0,
    finished_at: finishedAt,
    settling: was.settling && finishedAt === null ? 1 : 0,
    waiting: waits && JSON.stringify(waits),
    outage: waits && outageOf(waits),
    worked_ms: (patch.workedMs === undefined ? was.workedMs : patch.workedMs) ?? null,
    lease_owner: finishedAt !== null ? null : goesOn ? owner : was.lease.owner,
    lease_no: goesOn ? was.lease.no + 1 : was.lease.no,
    was_owner: was.lease.owner ?? "",
    was_no: was.lease.no,
    was_state: was.state,
    was_begun: was.finishedAt === null ? "running" : was.state, // a beat may have said so meanwhile
    may_be_cancelled: finishedAt === null ? 0 : 1,
  };
}

export const stepRow = (s: StepRecord): Row<"steps"> => ({
  run_id: s.runId,
  path: s.path,
  seq: s.seq,
  state: s.state,
  app: s.app,
  operation: s.operation,
  effect: s.effect,
  input: s.input === undefined ? null : JSON.stringify(s.input),
  output: s.output === undefined ? null : JSON.stringify(s.output),
  attempts: s.attempts.length === 0 ? "[]" : JSON.stringify(s.attempts),
  error: jsonOrNull(s.error),
  started_at: s.startedAt,
  finished_at: s.finishedAt,
});

export const stepOf = (r: Row<"steps">): StepRecord => ({
  runId: r.run_id,
  path: r.path,
  seq: r.seq,
  state: r.state as StepRecord["state"],
  app: r.app,
  operation: r.operation,
  effect: r.effect as StepRecord["effect"],
  input: r.input === null ? undefined : JSON.parse(r.input),
  output: r.output === null ? undefined : JSON.parse(r.output),
  attempts: JSON.parse(r.attempts),
  error: parsed<StoredError>(r.error),
  startedAt: r.started_at,
  finishedAt: r.finished_at,
});

export const triggerRow = (t: Trigger): Row<"triggers"> => ({
  id: t.id,
  workspace_id: t.workspaceId,
  flow_id: t.flowId,
  kind: t.kind,
  token: t.token,
  active: t.active ? 1 : 0,
  next_at: t.nextAt,
  every_ms: t.everyMs,
  state: JSON.stringify(t.state),
  last_at: t.lastAt,
  last_error: jsonOrNull(t.lastError),
});

export const triggerOf = (r: Row<"triggers">): Trigger => ({
  id: r.id,
  workspaceId: r.workspace_id,
  flowId: r.flow_id,
  kind: r.kind as Trigger["kind"],
  token: r.token,
  active: r.active === 1,
  nextAt: r.next_at,
  everyMs: r.every_ms,
  state: JSON.parse(r.state),
  lastAt: r.last_at,
  lastError: parsed<StoredError>(r.last_error),
});

/** The columns of a partial change of a trigger. */
export function triggerChange(patch: Partial<Omit<Trigger, "id" | "workspaceId" | "flowId">>) {
  return {
    ...(patch.kind !== undefined && { kind: patch.kind }),
    ...(patch.token !== undefined && { token: patch.token }),
    ...(patch.active !== undefined && { active: patch.active ? 1 : 0 }),
    ...(patch.nextAt !== undefined && { next_at: patch.nextAt }),
    ...(patch.everyMs !== undefined && { every_ms: patch.everyMs }),
    ...(patch.state !== undefined && { state: JSON.stringify(patch.state) }),
    ...(patch.lastAt !== undefined && { last_at: patch.lastAt }),
    ...(patch.lastError !== undefined && { last_error: jsonOrNull(patch.lastError) }),
  };
}

export const seenOf = (r: Pick<Row<"seen">, "item_key" | "hash" | "seen_at">): SeenItem => ({
  key: r.item_key,
  hash: r.hash,
  seenAt: r.seen_at,
});
