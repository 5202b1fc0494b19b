import type { Catalog } from "#catalog/registry.ts";
import type { RecordType } from "#catalog/record-types.ts";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { notFound } from "#kernel/errors.ts";
import type { MappingSettings } from "#engine/mapping/types.ts";
import { compileSync } from "#sync/compile.ts";
import type { SyncDefinition } from "#sync/format.ts";
import type { SyncStore } from "#sync/store.ts";
import type { Side, Sync } from "#sync/types.ts";
import type { ReadySync, SideFacts } from "#sync/worker.ts";
import type { RecordTypeReader } from "./record-type-reader.ts";

interface Parts {
  store: Pick<SyncStore, "get" | "change">;
  catalog: Catalog;
  types: Pick<RecordTypeReader, "one">;
  clock: Clock;
}

/** Custom fields come and go: after this time the account is asked again. */
const keptMs = minuteMs;
const mostKept = 500;

/** Makes syncs ready for their runs: record types with the account's own fields, templates and conditions. */
export class ReadySyncs {
  readonly #parts: Parts;
  readonly #kept = new Map<string, { revision: number; at: number; made: Promise<Omit<ReadySync, "sync">> }>();
  readonly settings: MappingSettings;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.settings = { zone: "UTC", now: () => parts.clock.now() };
  }

  /** Null: there is none. Throws what keeps its fields from being read. */
  readonly ready = async (workspaceId: string, id: string): Promise<ReadySync | null> => {
    const sync = await this.#parts.store.get(workspaceId, id);
    return sync && { sync, ...(await this.#made(sync)) };
  };

  /** The same of a sync that has to be there. Throws NOT_FOUND. */
  async sure(workspaceId: string, id: string): Promise<ReadySync> {
    const ready = await this.ready(workspaceId, id);
    if (!ready) throw notFound("sync", id);
    return ready;
  }

  /** The record types of both sides, with the account's own fields. */
  async typesOf(workspaceId: string, definition: SyncDefinition): Promise<Record<Side, RecordType>> {
    const { types } = this.#parts;
    const of = (side: Side) => types.one({ workspaceId, ...definition[side] }, definition[side].type, `${side}.type`);
    const [a, b] = await Promise.all([of("a"), of("b")]);
    return { a, b };
  }

  #made(sync: Sync): Promise<Omit<ReadySync, "sync">> {
    const now = this.#parts.clock.now();
    const kept = this.#kept.get(sync.id);
    if (kept && kept.revision === sync.revision && now - kept.at < keptMs) return kept.made;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const made = this.#make(sync);
    this.#kept.set(sync.id, { revision: sync.revision, at: now, made });
    made.catch(() => this.#kept.delete(sync.id));
    return made;
  }

  async #make(sync: Sync): Promise<Omit<ReadySync, "sync">> {
    const { workspaceId, id, definition } = sync;
    const compiled = compileSync(definition, await this.typesOf(workspaceId, definition), this.settings);
    if (JSON.stringify(compiled.resting) !== JSON.stringify(sync.resting))
      await this.#parts.store.change(workspaceId, id, null, { resting: compiled.resting }, null);
    return { compiled, facts: this.#facts(sync) };
  }

  #facts({ workspaceId, definition }: Sync): SideFacts {
    const operation = (side: Side, id: string) => this.#parts.catalog.of(workspaceId).operation(definition[side].app, id);
    const list = (side: Side) => {
      const { app, type } = definition[side];
      return this.#parts.catalog.of(workspaceId).recordType(app, type)?.list.operation ?? "";
    };
    return {
      identity: (side, id) => operation(side, id)?.identity ?? operation(side, list(side))?.identity ?? "id",
      takes: (side, id, input) => operation(side, id)?.input.some(({ name }) => name === input) ?? false,
    };
  }
}
