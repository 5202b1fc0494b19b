import { readFileSync, rmSync } from "node:fs";
import { sleep, type Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { newId } from "#kernel/ids.ts";
import type { JsonObject } from "#kernel/json.ts";
import type { Log } from "#kernel/log.ts";
import type { Db } from "#storage/database.ts";
import { newestTime, type StoreMarks } from "#storage/marks.ts";
import { pullBack } from "#storage/set-back.ts";
import { storedSchedule, firstTime } from "#engine/triggers/schedule.ts";
import { clockWarning, observeClock, setBackBy, type ClockMark, type ClockState } from "./clock-watch.ts";
import { dataFiles } from "../start/data-folder.ts";
import { readStoreNote, storeNoteWarning, writeStoreNote } from "./store-note.ts";

const everyMs = 60_000;
/** A word that the clock is right counts for as long as it takes to be read. */
const confirmationMs = 3_600_000;
/** An unbelieved clock is brought up again this often. */
const remindMs = 3_600_000;

export interface UpkeepParts {
  db: Db;
  marks: StoreMarks;
  dataDir: string;
  version: string;
  retentionDays: number;
  clock: Clock;
  log: Log;
  /** Milliseconds by a counter that nobody sets. */
  passed?: () => number;
}

/**
 * Once a minute: notes how far the store has come, moves what was committed into its file, and looks at the clock. So a lost -wal file
 * costs a minute at most and is noticed, and a clock that jumps deletes nothing.
 */
export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #passed: () => number;
  readonly #instance: string;
  readonly #storeWarning: string | null;
  #mark: ClockMark;
  #state: ClockState = { aheadMs: 0, behindMs: 0 };
  #observedAt: number;
  #remindedAt: number;

  private constructor(parts: UpkeepParts, { instance, clock: mark, storeWarning }: Beginning) {
    this.#parts = parts;
    this.#passed = parts.passed ?? (() => performance.now());
    this.#instance = instance;
    this.#mark = mark;
    this.#storeWarning = storeWarning;
    this.#observedAt = this.#passed();
    this.#remindedAt = this.#observedAt; // what is wrong at the start, the start says
  }

  static async open(parts: UpkeepParts): Promise<Upkeep> {
    const upkeep = new Upkeep(parts, await begin(parts));
    await upkeep.observe();
    return upkeep;
  }

  /** What the operator should know, a sentence each. */
  warnings(): string[] {
    return [this.#storeWarning, clockWarning(this.#state)].filter((warning) => warning !== null);
  }

  /** Whether the clock is far from what the store has seen, at this moment. Then nothing is judged by its date. */
  doubtsClock(): boolean {
    const { aheadMs, behindMs } = observeClock(this.#mark, { ...this.#look(), confirmed: false }).state;
    return aheadMs > 0 || behindMs > 0;
  }

  /** Looks at the clock, notes what it sees, and mends what a clock that was set back has left behind. */
  async observe(): Promise<ClockState> {
    const { clock, marks, dataDir } = this.#parts;
    const look = this.#look();
    const confirmed = isConfirmed(dataDir, clock.now());
    const back = setBackBy(this.#mark, look);
    const { mark, state } = observeClock(this.#mark, { ...look, confirmed });
    if (back > 0) await this.#mend(look.now, back); // before the note: one that fails is done again
    [this.#mark, this.#state, this.#observedAt] = [mark, state, this.#observedAt + look.passedMs];
    this.#remind(this.#observedAt);
    await marks.write({ clock: mark });
    if (confirmed) rmSync(dataFiles(dataDir).clockConfirmed, { force: true });
    return state;
  }

  #look() {
    return { now: this.#parts.clock.now(), passedMs: this.#passed() - this.#observedAt };
  }

  async #mend(now: number, byMs: number): Promise<void> {
    const { db, log } = this.#parts;
    const pulled = await pullBack(db, { now, byMs, firstTime: scheduledTime });
    log.warn({ minutes: Math.round(byMs / 60_000), ...pulled }, "The clock was set back. Polls, schedules and waiting runs follow it");
  }

  /** Moves what was committed into the store's file, and remembers in the folder that it was. */
  async settle(): Promise<void> {
    const { db, marks, dataDir, clock } = this.#parts;
    db.checkpoint();
    // The note is one step ahead of the file: this mark is in the -wal file, and whoever loses that is behind the note.
    const progress = ((await marks.read<number>("progress")) ?? 0) + 1; // read, since other processes may count on too
    await marks.write({ progress });
    writeStoreNote(dataDir, { instance: this.#instance, progress, at: clock.now() });
  }

  /** Every minute, until the signal. */
  start(signal: AbortSignal): void {
    const { clock, log } = this.#parts;
    const keepGoing = async () => {
      while (!signal.aborted) {
        const once = this.observe().then(() => this.settle());
        await once.catch((err: unknown) => log.error({ err }, "The store's notes could not be written; it is tried again in a minute"));
        await sleep(clock, everyMs, signal);
      }
    };
    void keepGoing();
  }

  #remind(passed: number): void {
    const warning = clockWarning(this.#state);
    if (warning === null) this.#remindedAt = -Infinity;
    if (warning === null || passed - this.#remindedAt < remindMs) return;
    this.#remindedAt = passed;
    this.#parts.log.warn({}, warning);
  }
}

interface Beginning {
  instance: string;
  clock: ClockMark;
  storeWarning: string | null;
}

/** Reads what the store says of itself, and gives a store of an earlier version its first notes. */
async function begin({ db, marks, dataDir, version, retentionDays, clock }: UpkeepParts): Promise<Beginning> {
  const instance = (await marks.read<string>("instance")) ?? newId("store", clock.now());
  const progress = (await marks.read<number>("progress")) ?? 0;
  const believedAt = (await newestTime(db)) ?? clock.now();
  const mark = (await marks.read<ClockMark>("clock")) ?? { believedAt, doubtedMs: 0, saidAt: believedAt };
  const deletedUpTo = (await marks.read<number>("deletedUpTo")) ?? mark.believedAt - retentionDays * dayMs;
  await marks.write({ instance, progress, clock: mark, deletedUpTo, version });
  return { instance, clock: mark, storeWarning: storeNoteWarning(db.dialect, readStoreNote(dataDir), { instance, progress }) };
}

function scheduledTime(state: string, now: number): number | null {
  const spec = storedSchedule(JSON.parse(state) as JsonObject);
  return spec && firstTime(spec, now);
}

/** The doctor leaves the time at which a person said so. It counts for a while only, so that it settles this clock and no later one. */
function isConfirmed(dataDir: string, now: number): boolean {
  try {
    return Math.abs(Number(readFileSync(dataFiles(dataDir).clockConfirmed, "utf8")) - now) < confirmationMs;
  } catch {
    return false;
  }
}
