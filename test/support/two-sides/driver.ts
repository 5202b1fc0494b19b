import { contentHash } from "#kernel/digest.ts";
import type { JsonObject } from "#kernel/json.ts";
import { matchKeys, type CompiledSync } from "#sync/compile.ts";
import { asksFirst, mayBeGhost, mergedInto, missingIn } from "#sync/deletes.ts";
import type { Side } from "#sync/format.ts";
import { findCounterpart, type MatchRow } from "#sync/match.ts";
import { newLink, planPair, settlePair, type Plan, type PlannedWrite, type WriteOutcome } from "#sync/plan.ts";
import { otherSide, sides } from "#sync/sides.ts";
import type { Link, SideRecord, SyncWrite } from "#sync/types.ts";
import type { PretendApp } from "./app.ts";

/** Hint that a record changed. `missing`: a full read missed it, and deletions may go on. */
export interface Hint {
  side: Side;
  id: string;
  missing?: boolean;
}
/** The process was killed. What was kept before stays. */
export class Killed extends Error {}

type Read = { is: "there"; record: SideRecord } | { is: "merged"; into: string } | { is: "gone" } | { is: "unknown" };
type Done = "done" | "later";

/** Keeps two pretend apps in step by the core alone, in the order in which a worker does. What it keeps survives a kill; its steps do not. */
export class Driver {
  readonly links = new Map<string, Link>();
  readonly rows: Record<Side, Map<string, MatchRow & { seenAt: number; digest: string }>> = { a: new Map(), b: new Map() };
  writes: SyncWrite[] = [];
  queue: Hint[] = [];
  /** Missing records of which a person has to allow the deletion. */
  asking: Hint[] = [];
  /** Effects until the process is killed. */
  killAfter = Number.POSITIVE_INFINITY;
  readonly #lookedAt: Record<Side, number | null> = { a: null, b: null };
  readonly #sync: CompiledSync;
  readonly #apps: Record<Side, PretendApp>;
  readonly #clock: { now: number };
  #count = 0;

  constructor(sync: CompiledSync, apps: Record<Side, PretendApp>, clock: { now: number }) {
    this.#sync = sync;
    this.#apps = apps;
    this.#clock = clock;
  }

  /** Works on all hints that wait, once. What has to wait stays in the queue. */
  work(): void {
    for (const hint of this.queue.splice(0)) {
      let done: Done = "later";
      try {
        done = this.#process(hint);
      } catch (thrown) {
        if (!(thrown instanceof Killed)) throw thrown;
        this.killAfter = Number.POSITIVE_INFINITY;
      }
      if (done === "later") this.queue.push(hint);
    }
  }

  /** Reads a side as whole: what is new or changed becomes a hint, and so does what is missing, unless it is so much that a person is asked. */
  poll(side: Side): void {
    const began = this.#clock.now;
    const listed = this.#apps[side].list();
    const seen = this.rows[side];
    for (const record of listed) {
      const id = String(record["id"]);
      if (seen.get(id)?.digest === contentHash(record)) continue;
      this.#see(side, { id, record, changedAt: null, readAt: began }, "");
      this.queue.push({ side, id });
    }
    const ids = new Set(listed.map((record) => String(record["id"])));
    const missing = missingIn(
      ids,
      [...seen].map(([recordId, { seenAt }]) => ({ recordId, seenAt })),
      began,
    );
    const gone = missing.map((id): Hint => ({ side, id, missing: true })).filter(({ id }) => this.linkOf(side, id) !== null);
    const linked = [...this.links.values()].filter((link) => link.a !== null && link.b !== null).length;
    if (asksFirst(gone.length, linked, this.#sync.definition.deletes.most)) this.asking = gone;
    else this.queue.push(...gone);
    this.#lookedAt[side] = began;
  }

  allow(): void {
    this.queue.push(...this.asking.splice(0));
  }

  // ---- one record

  #process(hint: Hint): Done {
    const { side, id } = hint;
    const own = this.#read(side, id, hint.missing === true);
    if (own.is === "unknown") return "later";
    const link = this.linkOf(side, id);
    if (own.is === "merged") return this.#merged(link, side, id, own.into);
    if (own.is === "gone") return link?.[side] === id ? this.#bring(link, side, null, hint.missing === true) : this.#forget(side, id);
    if (link && mayBeGhost(link, side, own.record)) return "later";
    if (link && link[side] !== null && link[side] !== id) return "done";
    this.#see(side, own.record, "");
    const pair = this.#pairOf(side, own.record, link);
    return pair === null ? "done" : this.#bring(pair, side, own.record, false);
  }

  #merged(link: Link | null, side: Side, id: string, into: string): Done {
    if (link?.[side] === id) this.#keep(mergedInto(link, side, { recordId: into, link: this.linkOf(side, into) }, this.#clock.now));
    this.#forget(side, id);
    this.queue.push({ side, id: into });
    return "done";
  }

  /**
   * The pair of a record; null: a person has to say. One that waits looks for its counterpart again, since it may have come meanwhile: as a
   * create of ours of which nobody heard.
   */
  #pairOf(side: Side, record: SideRecord, link: Link | null): Link | null {
    if (link && (link[otherSide(side)] !== null || link.gone || link.ignored)) return link;
    const row = this.rows[side].get(record.id)!;
    const shares = (other: MatchRow) =>
      other.id !== row.id && Object.entries(row.keys).some(([rule, key]) => other.keys[Number(rule)] === key);
    const near = (on: Side) =>
      [...this.rows[on].values()].filter(shares).map(({ id, keys }) => ({ id, keys, taken: this.#isTaken(on, id, side) }));
    const own = near(side).filter(({ taken }) => !taken);
    const found = findCounterpart(side, row, { own, other: near(otherSide(side)) }, this.#sync.rules.length);
    if (found === null) return link ?? this.#newPair(side, record.id, null);
    if ("id" in found) return this.#joined(side, record.id, found.id, link);
    return this.#replacing(side, found.ambiguous.taken?.ids ?? []);
  }

  /** The pair of two that belong together. One of them may have one in which it waits. */
  #joined(side: Side, own: string, other: string, link: Link | null): Link {
    const its = this.linkOf(otherSide(side), other);
    if (link && its && link.id !== its.id) this.links.delete(link.id);
    return its ?? (link ? { ...link, [otherSide(side)]: other } : this.#newPair(side, own, other));
  }

  #newPair(side: Side, own: string, other: string | null): Link {
    const ids = side === "a" ? { a: own, b: other } : { a: other, b: own };
    return newLink(`l${++this.#count}`, "s1", ids, this.#clock.now);
  }

  #isTaken(on: Side, id: string, side: Side): boolean {
    const link = this.linkOf(on, id);
    return link !== null && (link.ignored || (on === side ? true : link[side] !== null));
  }

  /** A double of a record whose counterpart is no more takes its place. */
  #replacing(side: Side, others: readonly string[]): Link | null {
    const link = others.length === 1 ? this.linkOf(otherSide(side), others[0]!) : null;
    const before = link?.[side] ?? null;
    return link !== null && !link.ignored && before !== null && this.#read(side, before, false).is === "gone" ? link : null;
  }

  /** Brings a pair into step: reads, plan, writes, settling. */
  #bring(link: Link, side: Side, own: SideRecord | null, mayDelete: boolean): Done {
    const to = otherSide(side);
    const there = link[to] === null ? null : this.#read(to, link[to], false);
    if (there?.is === "unknown") return "later";
    if (there?.is === "merged") {
      this.queue.push({ side: to, id: link[to]! });
      return "later";
    }
    // Deletions go on only where a full read of that side missed the record.
    if (own === null && !mayDelete) return "done";
    if (there?.is === "gone" && own !== null) return "done";
    const other = there?.is === "there" ? there.record : null;
    const records = side === "a" ? { a: own, b: other } : { a: other, b: own };
    const plan = this.#plan(link, side, records);
    if (plan.left === "unsure") return (this.#keep(link), "later");
    return this.#write(link, plan, records, side);
  }

  #plan(link: Link, event: Side, records: Record<Side, SideRecord | null>): Plan {
    const lags = (side: Side) => !this.#apps[side].traits.hasOne;
    const writes = this.writes.filter(({ linkId }) => linkId === link.id);
    const mayLag = { a: lags("a"), b: lags("b") };
    return planPair({ sync: this.#sync, link, ...records, event, now: this.#clock.now, writes, mayLag, lookedAt: this.#lookedAt });
  }

  #write(link: Link, plan: Plan, records: Record<Side, SideRecord | null>, side: Side): Done {
    if (plan.writes.length > 0) this.#keep(link);
    const outcomes: Partial<Record<Side, WriteOutcome>> = {};
    for (const write of plan.writes) outcomes[write.side] = this.#send(write, link);
    const settled = settlePair(link, plan, this.#sync, outcomes);
    this.#effect();
    if (settled === null) this.links.delete(link.id);
    else this.#keep(settled, false);
    const isDone = Object.values(outcomes).every((outcome) => "recordId" in outcome);
    for (const one of sides) if (records[one] === null && link[one] !== null) this.rows[one].delete(link[one]);
    const seen = records[side];
    if (isDone && !plan.lookAgain && seen) this.#see(side, seen, contentHash(seen.record));
    return isDone ? "done" : "later";
  }

  /** What is going to be written is kept before, and what became of it after. */
  #send(planned: PlannedWrite, link: Link): WriteOutcome {
    const { rows: _, ...write } = planned;
    const kept: SyncWrite = {
      id: `w${++this.#count}`,
      syncId: "s1",
      linkId: link.id,
      runId: "r",
      batch: null,
      at: this.#clock.now,
      undoneBy: null,
      ...write,
    };
    this.writes.push(kept);
    this.#effect();
    const kind = write.kind === "archive" ? "update" : write.kind;
    const answer = this.#apps[write.side].write(kind, write.recordId, write.after);
    this.#effect();
    if ("failed" in answer && answer.failed === "answer lost") return { problem: "The answer was lost." };
    if ("id" in answer) {
      kept.recordId = answer.id;
      if (kind === "create") this.#see(write.side, { id: answer.id, record: write.after, changedAt: null, readAt: this.#clock.now }, "");
      return { recordId: answer.id };
    }
    this.writes = this.writes.filter((one) => one !== kept);
    if ("duplicateOf" in answer) this.#foundTwin(link, write.side, answer.duplicateOf);
    return { problem: "It was refused." };
  }

  /** A create that is refused as a duplicate names the record: it is the counterpart, unless it has one. */
  #foundTwin(link: Link, side: Side, twin: string): void {
    if (this.linkOf(side, twin) !== null) return;
    this.#see(side, { id: twin, record: {}, changedAt: null, readAt: this.#clock.now }, "");
    this.#keep({ ...link, [side]: twin });
  }

  // ---- reading and keeping

  #read(side: Side, id: string, isMissing: boolean): Read {
    const { traits } = this.#apps[side];
    const readAt = this.#clock.now;
    const found = traits.hasOne ? this.#apps[side].get(id) : (this.#apps[side].list().find((record) => record["id"] === id) ?? null);
    if (found === null) {
      if (traits.hasOne || isMissing) return { is: "gone" };
      // What was never seen comes with the next full read, if it is there.
      const seen = this.rows[side].get(id);
      const isMissed = !seen || missingIn(new Set(), [{ recordId: id, seenAt: seen.seenAt }], readAt).length > 0;
      return isMissed ? { is: "gone" } : { is: "unknown" };
    }
    if (found["id"] !== id) return { is: "merged", into: String(found["id"]) };
    const changedAt = typeof found["changedAt"] === "number" ? found["changedAt"] - traits.skewMs : null;
    return { is: "there", record: { id, record: found, changedAt, readAt } };
  }

  #see(side: Side, { id, record, readAt }: SideRecord, digest: string): void {
    const seenAt = this.rows[side].get(id)?.seenAt ?? readAt;
    this.rows[side].set(id, { id, keys: matchKeys(this.#sync, side, record as JsonObject), seenAt, digest });
  }

  #forget(side: Side, id: string): Done {
    this.rows[side].delete(id);
    return "done";
  }

  linkOf(side: Side, id: string): Link | null {
    const links = [...this.links.values()];
    return links.find((link) => link[side] === id) ?? links.find((link) => link.was[side].includes(id)) ?? null;
  }

  #keep(link: Link, isEffect = true): void {
    if (isEffect) this.#effect();
    this.links.set(link.id, link);
  }

  #effect(): void {
    if (--this.killAfter < 0) throw new Killed();
  }
}
