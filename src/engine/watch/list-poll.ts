import { contentHash } from "#kernel/digest.ts";
import { getPath, sizeUpTo, type JsonObject } from "#kernel/json.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Operation, WatchFacts } from "#catalog/types.ts";
import { presentRows } from "../triggers/observe.ts";
import { pollPlan, type PollPlan } from "../triggers/plan.ts";
import type { PollState } from "../triggers/poll-state.ts";
import { readPages, type Page } from "../triggers/reading.ts";
import { mostBytesHeld } from "../triggers/survey.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { WatchedRecord } from "../types/observations.ts";
import { compareSubject, rowTime, type Subject, type Watching } from "./observation.ts";
import type { WatchMemory } from "./memory.ts";
import { valuesOf } from "./values.ts";

/** The result of polling the list, ready to be written. */
export interface ListPoll {
  baseline: boolean;
  /** The states of a baseline. */
  watched: WatchedRecord[];
  /** Rows that differ from the last state. They are compared again in the commit. */
  subjects: Subject[];
  state: PollState;
  warning: MillraceError | null;
}

export interface ListPollRequest {
  triggerId: string;
  plan: PollPlan;
  pages: AsyncIterable<Page>;
  watching: Watching & { chosen: JsonObject };
  state: PollState;
  store: Pick<TriggerStore, "watched">;
  now: number;
  maxPages: number;
}

/** Reads the whole list and compares each row with the last state of its record. Writes nothing. */
export async function pollWatchedList(request: ListPollRequest): Promise<ListPoll> {
  const { triggerId, plan, pages, watching, state, store, now, maxPages } = request;
  const { facts, asked, chosen } = watching;
  const poll = state.polls + 1;
  const baseline = state.fingerprint !== plan.fingerprint || state.watch?.asked !== asked;
  const epoch = baseline ? `${now.toString(36)}.${poll}` : state.epoch;
  const memory: WatchMemory = { asked, chosen, lookedAt: baseline ? null : (state.watch?.lookedAt ?? null) };
  const watched = new Map<string, WatchedRecord>();
  const subjects = new Map<string, Subject>();
  let bytes = 0;
  const end = await readPages(plan, pages, { stopBefore: null, maxPages }, async (rows) => {
    const before = baseline
      ? new Map<string, WatchedRecord>()
      : await store.watched(
          triggerId,
          rows.map(({ key }) => key),
        );
    for (const { key: record, row } of rows) {
      const at = rowTime(facts, row, now);
      const subject: Subject = { record, content: row, by: "poll", at };
      if (baseline) watched.set(record, { triggerId, record, epoch, values: valuesOf(facts.change, chosen, row, "poll"), at, by: "poll" });
      else if (mayHaveChanged(facts, { epoch }, memory, subject, before.get(record))) subjects.set(record, subject);
      else subjects.delete(record); // a row can appear twice if pages shift while they are read: the later one counts
      if (subjects.has(record)) bytes += sizeUpTo(row, mostBytesHeld);
    }
    return bytes > mostBytesHeld;
  });
  return {
    baseline,
    watched: [...watched.values()],
    subjects: [...subjects.values()],
    state: {
      ...state,
      fingerprint: plan.fingerprint,
      epoch,
      polls: poll,
      cursor: null,
      floor: null,
      failures: 0,
      wholeAt: end.whole ? now : state.wholeAt,
      wholeBefore: state.wholeAt,
      watch: { ...memory, lookedAt: end.whole ? now : memory.lookedAt },
    },
    warning: end.truncated ? new MillraceError("POLL_TOO_LONG", { details: { pages: end.pages } }) : null,
  };
}

/** Whether the commit has to compare a row. Unchanged rows are skipped here, so that a poll only writes what changed. */
function mayHaveChanged(
  facts: WatchFacts,
  state: Pick<PollState, "epoch">,
  memory: WatchMemory,
  subject: Subject,
  before: WatchedRecord | undefined,
): boolean {
  const { outcome } = compareSubject(facts, state, memory, subject, before?.epoch === state.epoch ? before : null);
  return outcome !== "same" && outcome !== "silent";
}

/** A change trigger always reads its whole list, in any order. */
export function watchPlan(
  definition: TriggerDefinition,
  { input = {} }: WatchFacts,
  list: Operation,
  connectionId: string | null,
): PollPlan {
  const plan = pollPlan({ ...definition, operation: list.id, input, emit: "changed" }, list, connectionId);
  return {
    ...plan,
    input,
    time: null,
    newestFirst: false,
    fingerprint: contentHash([plan.fingerprint, definition.operation, definition.input ?? {}]),
  };
}

/** The pages of the list; a list per calendar is read calendar by calendar. */
export async function* watchPages(
  { each }: Pick<WatchFacts, "each">,
  chosen: JsonObject,
  read: (input: JsonObject) => AsyncIterable<Page>,
  all: () => AsyncIterable<Page>,
): AsyncIterable<Page> {
  if (!each) return yield* read({});
  const one = chosen[each.setting];
  if (one !== undefined && one !== "") return yield* read({ [each.setting]: one });
  const ids: string[] = [];
  for await (const { rows } of all()) ids.push(...presentRows(rows).flatMap((row) => idOf(getPath(row, "id"))));
  for (const id of ids) yield* read({ [each.setting]: id });
}

const idOf = (value: unknown): string[] => (typeof value === "string" ? [value] : []);
