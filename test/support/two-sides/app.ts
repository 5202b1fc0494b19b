import type { JsonObject } from "#kernel/json.ts";
import type { Side } from "#sync/format.ts";

/** How an app behaves. */
export interface AppTraits {
  /** It reads one record as it is now. Without it there is only the list. */
  hasOne: boolean;
  /** It refuses a second record with the same e-mail, and names the first. */
  isUnique: boolean;
  /** It says when a record was changed. */
  hasChanged: boolean;
  /** How far its clock is ahead of ours. */
  skewMs: number;
  /** How far behind its list is, read after read. */
  lagsMs: readonly number[];
}

interface Version {
  at: number;
  record: JsonObject | null;
}
export type WriteFault = "refused" | "answer lost";
export type Written = { id: string } | { duplicateOf: string } | { failed: WriteFault | "not found" };

/** A pretend app: records with their versions, a list that may lag, and faults on demand. */
export class PretendApp {
  readonly traits: AppTraits;
  /** Calls that changed something for the sync. */
  writes = { create: 0, update: 0, delete: 0 };
  /** Ids of records that changed, by whomever: what webhooks are about. */
  readonly changes: string[] = [];
  /** What becomes of the next writes. */
  readonly faults: WriteFault[] = [];
  readonly #side: Side;
  readonly #clock: { now: number };
  readonly #versions = new Map<string, Version[]>();
  readonly #mergedInto = new Map<string, string>();
  #lists = 0;

  constructor(side: Side, clock: { now: number }, traits: AppTraits) {
    this.#side = side;
    this.#clock = clock;
    this.traits = traits;
  }

  ids(): string[] {
    return [...this.#versions.keys()].filter((id) => this.now(id) !== null);
  }

  now(id: string): JsonObject | null {
    return this.#versions.get(id)?.at(-1)?.record ?? null;
  }

  /** A record read alone; one that was merged answers with the one it became. */
  get(id: string): JsonObject | null {
    const winner = this.#mergedInto.get(id);
    return winner === undefined ? this.now(id) : this.get(winner);
  }

  /** All records, as they were a while ago. */
  list(): JsonObject[] {
    const { lagsMs } = this.traits;
    const at = this.#clock.now - lagsMs[this.#lists++ % lagsMs.length]!;
    return [...this.#versions.values()].flatMap((versions) => {
      const record = versions.findLast((version) => version.at <= at)?.record;
      return record ? [record] : [];
    });
  }

  // ---- what people do

  create(values: JsonObject): string {
    const id = `${this.#side}${this.#versions.size + 1}`;
    this.#put(id, { id, ...values });
    return id;
  }

  edit(id: string, values: JsonObject): void {
    this.#put(id, { ...this.now(id), ...values });
  }

  remove(id: string): void {
    this.#versions.get(id)!.push({ at: this.#clock.now, record: null });
    this.changes.push(id);
  }

  merge(loser: string, winner: string): void {
    this.#mergedInto.set(loser, winner);
    this.remove(loser);
    this.edit(winner, {});
  }

  withEmail(email: unknown): string | undefined {
    return this.ids().find((id) => this.now(id)?.["email"] === email);
  }

  // ---- what the sync does

  write(kind: "create" | "update" | "delete", id: string | null, values: JsonObject): Written {
    const fault = this.faults.shift();
    if (fault === "refused") return { failed: fault };
    const twin = kind === "create" && this.traits.isUnique ? this.withEmail(values["email"]) : undefined;
    if (twin !== undefined) return { duplicateOf: twin };
    if (id !== null && this.now(id) === null) return { failed: "not found" };
    this.writes[kind]++;
    const written = id ?? this.create(values);
    if (kind === "update") this.edit(written, values);
    if (kind === "delete") this.remove(written);
    return fault === undefined ? { id: written } : { failed: fault };
  }

  #put(id: string, record: JsonObject): void {
    const { now } = this.#clock;
    const changedAt: JsonObject = this.traits.hasChanged ? { changedAt: now + this.traits.skewMs } : {};
    const versions = this.#versions.get(id) ?? [];
    versions.push({ at: now, record: { ...record, ...changedAt } });
    this.#versions.set(id, versions);
    this.changes.push(id);
  }
}
