import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { toMillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import type { Caller } from "#outbound/caller.ts";
import type { TagPlace, TagStore } from "#storage/tag-store.ts";
import type { Vault } from "#vault/vault.ts";
import { countCarriers, listTags, type TagCaller } from "./tag-calls.ts";
import { accountsOf, tagKinds, type ChangeableKind, type TagKind } from "./tag-kinds.ts";

export interface TagReaderParts {
  catalog: Catalog;
  vault: Pick<Vault, "list">;
  caller: Pick<Caller, "call" | "pages">;
  store: TagStore;
  clock: Clock;
  log: Log;
}

/** How far a reading is. `total`: how many tags are counted, once that is known. */
export interface Reading {
  done: number;
  total: number | null;
}

interface Place {
  kind: TagKind;
  connectionId: string;
}

/** A call that fails for now is tried so often, then the sub-account is left for the next time. */
const tries = 4;

/** Reads the tags of all sub-accounts and counts what carries each, in the lane behind everything else. */
export class TagReader {
  readonly #parts: TagReaderParts;
  readonly #readings = new Map<string, Reading & { over: Promise<void> }>();
  /** Workspace -> connection -> why it could not be read the last time. */
  readonly #problems = new Map<string, Map<string, string>>();
  readonly #stopping = new AbortController();

  constructor(parts: TagReaderParts) {
    this.#parts = parts;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#readings.values()].map(({ over }) => over));
  }

  reading(workspaceId: string): Reading | null {
    const reading = this.#readings.get(workspaceId);
    return reading ? { done: reading.done, total: reading.total } : null;
  }

  problem(workspaceId: string, connectionId: string): string | null {
    return this.#problems.get(workspaceId)?.get(connectionId) ?? null;
  }

  /** Resolves when all is read. One that is under way is joined. Never fails: what could not be read is a problem of its sub-account. */
  read(workspaceId: string, by: string | null): Promise<void> {
    const current = this.#readings.get(workspaceId);
    if (current) return current.over;
    const reading: Reading & { over: Promise<void> } = { done: 0, total: null, over: Promise.resolve() };
    this.#readings.set(workspaceId, reading);
    reading.over = this.#readAll(workspaceId, by, reading)
      .catch((err: unknown) => this.#parts.log.error({ err, workspaceId }, "Tags could not be read"))
      .finally(() => this.#readings.delete(workspaceId));
    return reading.over;
  }

  /** Reads some tags of one sub-account anew: a job has just changed them. */
  async readAgain(workspaceId: string, kind: ChangeableKind, connectionId: string, names: readonly string[]): Promise<void> {
    const of = this.#caller(workspaceId, connectionId, null);
    const there = await this.#readList(of, kind);
    for (const { name } of there) if (names.includes(name)) await this.#count(of, kind, name);
  }

  async #readAll(workspaceId: string, by: string | null, reading: Reading): Promise<void> {
    const { catalog, vault, store } = this.#parts;
    const problems = new Map<string, string>();
    this.#problems.set(workspaceId, problems);
    const connections = await vault.list(workspaceId);
    const places: Place[] = tagKinds(catalog, workspaceId).flatMap((kind) =>
      accountsOf(kind, connections).map(({ id: connectionId }) => ({ kind, connectionId })),
    );
    await store.keepConnections(workspaceId, [...new Set(places.map(({ connectionId }) => connectionId))]);
    const counts: { of: TagCaller; kind: ChangeableKind; name: string }[] = [];
    const failed = (connectionId: string, thrown: unknown) => void problems.set(connectionId, toMillraceError(thrown).message);
    for (const { kind, connectionId } of places) {
      const of = this.#caller(workspaceId, connectionId, by);
      const tags = await this.#readList(of, kind).catch((thrown: unknown) => (failed(connectionId, thrown), []));
      const { change } = kind.facts;
      if (change) counts.push(...tags.map(({ name }) => ({ of, kind: { ...kind, change }, name })));
    }
    reading.total = counts.length;
    for (const { of, kind, name } of counts) {
      if (this.#stopping.signal.aborted) return;
      if (!problems.has(of.connectionId)) await this.#count(of, kind, name).catch((thrown: unknown) => failed(of.connectionId, thrown));
      reading.done++;
    }
  }

  async #readList(of: TagCaller, kind: TagKind): Promise<{ name: string }[]> {
    const tags = await listTags(of, kind);
    await this.#parts.store.saveList(placeOf(of, kind), tags, this.#parts.clock.now());
    return tags;
  }

  async #count(of: TagCaller, kind: ChangeableKind, name: string): Promise<void> {
    const carriers = await countCarriers(of, kind, name);
    await this.#parts.store.saveCount(placeOf(of, kind), name, carriers, this.#parts.clock.now());
  }

  #caller(workspaceId: string, connectionId: string, by: string | null): TagCaller {
    const { caller, clock } = this.#parts;
    return { caller, clock, workspaceId, connectionId, by, lane: "backfill", signal: this.#stopping.signal, tries };
  }
}

const placeOf = ({ workspaceId, connectionId }: TagCaller, kind: TagKind): TagPlace => ({ workspaceId, connectionId, kind: kind.key });
