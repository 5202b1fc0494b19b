import type { SyncEvent } from "#engine/ports/syncs.ts";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { asksFirst } from "./deletes.ts";
import { otherSide } from "./sides.ts";
import type { SyncStore } from "./store.ts";
import type { Asking, Sync } from "./types.ts";

/** Deletions that follow each other within this time belong together. */
const togetherMs = 10 * minuteMs;
const askedAgainMs = minuteMs;
const mostExamples = 5;
/** Readings whose size is kept in memory. */
const mostReadings = 1_000;

/** Counts deletions before the first of them goes on: many at once wait for a person. */
export class DeletionGuard {
  readonly #parts: { store: SyncStore; clock: Clock };
  /** How many pairs there were when the first deletion of a reading was counted: those that were carried out since do not make it a larger share. */
  readonly #pairsBefore = new Map<string, number>();

  constructor(parts: { store: SyncStore; clock: Clock }) {
    this.#parts = parts;
  }

  /** Null: the deletion may go on. `refused`: a person said no. Otherwise until when it waits, and why. */
  async check(sync: Sync, event: SyncEvent): Promise<null | "refused" | { until: number; why: string }> {
    if (sync.definition.deletes[otherSide(event.side)] === "nothing") return null;
    if (isAnswered(sync, event)) return sync.asking?.answer?.allowed ? null : "refused";
    const { deletions, of } = await this.#count(sync, event);
    if (!asksFirst(deletions, of, sync.definition.deletes.most)) return null;
    await this.#ask(sync, { deletions, of }, event);
    return { until: this.#parts.clock.now() + askedAgainMs, why: "Many records were deleted at once: a person has to allow it" };
  }

  /** All that one reading found, or that webhooks told lately, and what came just before. */
  async #count({ id }: Sync, { side, key, triggerId, heard }: SyncEvent): Promise<{ deletions: number; of: number }> {
    const { store, clock } = this.#parts;
    const since = clock.now() - togetherMs;
    const reading = /^deleted:[^:]*:/.exec(key)?.[0];
    const told = () => (heard === null ? Promise.resolve(1) : store.countHeard(triggerId, since));
    const [found, before, { linked }] = await Promise.all([
      reading === undefined ? told() : store.countEvents(triggerId, reading),
      store.countGone(id, side, since),
      store.counts(id),
    ]);
    const pairs = linked + before;
    return { deletions: Math.max(found, before + 1), of: reading === undefined ? pairs : this.#pairsOf(`${triggerId} ${reading}`, pairs) };
  }

  #pairsOf(reading: string, now: number): number {
    const pairs = Math.max(now, this.#pairsBefore.get(reading) ?? 0);
    if (this.#pairsBefore.size >= mostReadings) this.#pairsBefore.clear();
    this.#pairsBefore.set(reading, pairs);
    return pairs;
  }

  /** Notes the question, once; further deletions add to it. A person who answers meanwhile is not overruled. */
  async #ask(sync: Sync, counted: Pick<Asking, "deletions" | "of">, event: SyncEvent): Promise<void> {
    const { store, clock } = this.#parts;
    const { side, recordId, workspaceId } = event;
    const open = sync.asking?.side === side && sync.asking.answer === null ? sync.asking : null;
    if (open && open.deletions >= counted.deletions && open.examples.length >= mostExamples) return;
    const row = recordId === null ? null : await store.row(sync.id, side, recordId);
    const examples = [...new Set([...(open?.examples ?? []), ...(row ? [row.name] : [])])].slice(0, mostExamples);
    const deletions = Math.max(open?.deletions ?? 0, counted.deletions);
    const asking: Asking = { side, deletions, of: open?.of ?? counted.of, examples, answer: null, at: open?.at ?? clock.now() };
    const note = open ? null : ({ what: "asked", drifted: true } as const);
    const isStill = (now: Sync) => !isAnswered(now, event) && (open !== null) === (now.asking?.side === side && now.asking.answer === null);
    await store.change(workspaceId, sync.id, null, { status: "asking", asking }, note, isStill);
  }
}

/** Whether a person has answered for this deletion. */
const isAnswered = ({ asking }: Sync, { side, at }: SyncEvent): boolean =>
  asking?.side === side && asking.answer !== null && at <= asking.answer.at;
