import type { LinkPage, SideRow, SyncJob, SyncStore } from "#sync/store.ts";
import type { Link, Side, Sync, SyncWrite } from "#sync/types.ts";

/** Syncs in memory, for tests of what stands above their store. What goes in and out is copied, as rows are. */
export class MemorySyncStore implements SyncStore {
  readonly syncs = new Map<string, Sync>();
  readonly linksOf = new Map<string, Map<string, Link>>();
  readonly ids = { a: new Map<string, string>(), b: new Map<string, string>() };
  readonly seen = { a: new Map<string, SideRow>(), b: new Map<string, SideRow>() };
  readonly written: SyncWrite[] = [];
  readonly jobs: SyncJob[] = [];
  readonly #locks = new Map<string, { runId: string; until: number }>();

  async add(sync: Sync): Promise<void> {
    this.syncs.set(sync.id, copy(sync));
  }
  async get(workspaceId: string, id: string): Promise<Sync | null> {
    const sync = this.syncs.get(id);
    return sync?.workspaceId === workspaceId ? copy(sync) : null;
  }
  async readAt(): Promise<number | null> {
    return null;
  }
  async hasUnbegun(): Promise<boolean> {
    return false;
  }
  async countBackfill(): Promise<{ open: number; failed: number }> {
    return { open: 0, failed: 0 };
  }
  async unlisted(): Promise<string[]> {
    return [];
  }
  async byId(id: string): Promise<Sync | null> {
    return copy(this.syncs.get(id) ?? null);
  }
  async all(): Promise<Sync[]> {
    return copy([...this.syncs.values()]);
  }
  async list(workspaceId: string): Promise<Sync[]> {
    return copy([...this.syncs.values()].filter((sync) => sync.workspaceId === workspaceId));
  }
  async change(
    _: string,
    id: string,
    revision: number | null,
    change: Partial<Sync>,
    _note?: unknown,
    onlyIf?: (sync: Sync) => boolean,
  ): Promise<boolean> {
    const sync = this.syncs.get(id)!;
    if (onlyIf && !onlyIf(sync)) return false;
    if (revision !== null && sync.revision !== revision) return false;
    this.syncs.set(id, { ...sync, ...change, revision: sync.revision + (change.definition ? 1 : 0) });
    return true;
  }
  async remove(_: string, id: string): Promise<void> {
    this.syncs.delete(id);
  }

  async linkOf(_: string, side: Side, recordId: string): Promise<Link | null> {
    const id = this.ids[side].get(recordId);
    return id === undefined ? null : copy(this.#all().get(id)!);
  }
  async link(_: string, id: string): Promise<Link | null> {
    return copy(this.#all().get(id) ?? null);
  }
  async putLink(link: Link): Promise<boolean> {
    const was = this.#all().get(link.id);
    if ((was?.revision ?? 0) !== link.revision || this.#isElsewhere(link)) return false;
    this.#keep({ ...link, revision: link.revision + 1 });
    return true;
  }
  async addLinks(links: readonly Link[]): Promise<number> {
    const fresh = links.filter((link) => !this.#isElsewhere(link));
    for (const link of fresh) this.#keep({ ...link, revision: 1 });
    return fresh.length;
  }
  async removeLink(_: string, id: string): Promise<void> {
    this.#all().delete(id);
  }
  async links(_: string, { after, limit }: LinkPage): Promise<{ links: Link[]; next: string | null }> {
    const rest = [...this.#all().values()].toSorted((x, y) => (x.id < y.id ? -1 : 1)).filter(({ id }) => after === undefined || id > after);
    const links = rest.slice(0, limit);
    return { links: copy(links), next: rest.length > limit ? links.at(-1)!.id : null };
  }
  async counts() {
    const all = [...this.#all().values()];
    return {
      linked: all.filter(({ a, b }) => a && b).length,
      conflicts: all.filter(({ conflicts }) => conflicts.length > 0).length,
      problems: all.filter(({ problem }) => problem).length,
      waiting: all.filter(({ a, b }) => !a || !b).length,
      ignored: all.filter(({ ignored }) => ignored).length,
      lastChangeAt: null,
    };
  }

  async putRows(_: string, side: Side, rows: readonly SideRow[]): Promise<void> {
    for (const row of rows) this.seen[side].set(row.recordId, copy(row));
  }
  async removeRow(_: string, side: Side, recordId: string): Promise<void> {
    this.seen[side].delete(recordId);
  }
  async withKey(_: string, side: Side, rule: number, key: string): Promise<string[]> {
    return [...this.seen[side].values()]
      .filter(({ keys }) => keys[rule] === key)
      .map(({ recordId }) => recordId)
      .slice(0, 3);
  }
  async rows(_: string, side: Side, after: string | null, limit: number): Promise<SideRow[]> {
    const ids = [...this.seen[side].keys()].toSorted();
    const from = after === null ? 0 : ids.findIndex((id) => id > after);
    return from < 0 ? [] : ids.slice(from, from + limit).map((id) => copy(this.seen[side].get(id)!));
  }
  async row(_: string, side: Side, recordId: string): Promise<SideRow | null> {
    return copy(this.seen[side].get(recordId) ?? null);
  }
  async countRows(_: string, side: Side): Promise<number> {
    return this.seen[side].size;
  }

  async clearRows(): Promise<void> {
    for (const side of ["a", "b"] as const) this.seen[side].clear();
  }
  async countGone(_: string, side: Side, since: number): Promise<number> {
    return [...this.#all().values()].filter(({ gone }) => gone?.side === side && gone.at >= since).length;
  }
  async countEvents(): Promise<number> {
    return 0;
  }
  async countHeard(): Promise<number> {
    return 0;
  }

  async lock(_: string, names: readonly string[], runId: string, now: number, until: number): Promise<boolean> {
    const isFree = (name: string) => {
      const held = this.#locks.get(name);
      return held === undefined || held.runId === runId || held.until <= now;
    };
    if (!names.every(isFree)) return false;
    for (const name of names) this.#locks.set(name, { runId, until });
    return true;
  }
  async unlock(_: string, runId: string): Promise<void> {
    for (const [name, held] of this.#locks) if (held.runId === runId) this.#locks.delete(name);
  }

  async addWrite(write: SyncWrite): Promise<void> {
    const noted = this.written.find(({ id }) => id === write.id);
    if (noted) noted.recordId = write.recordId;
    else this.written.push(copy(write));
  }
  async removeWrite(_: string, id: string): Promise<void> {
    const at = this.written.findIndex((write) => write.id === id);
    if (at >= 0) this.written.splice(at, 1);
  }
  async writes(_: string, { batch, before, limit }: { batch?: string; before?: string; limit: number }) {
    const of = this.written.filter((write) => batch === undefined || write.batch === batch).toReversed();
    const from = before === undefined ? 0 : of.findIndex(({ id }) => id === before) + 1;
    const writes = of.slice(from, from + limit);
    return { writes: copy(writes), next: of.length > from + limit ? writes.at(-1)!.id : null };
  }
  async writesOf(_: string, linkId: string, since: number): Promise<SyncWrite[]> {
    return copy(this.written.filter((write) => write.linkId === linkId && write.at >= since));
  }
  async markUndone(_: string, ids: readonly string[], by: string): Promise<void> {
    for (const write of this.written) if (ids.includes(write.id)) write.undoneBy = by;
  }

  async addJob(job: SyncJob): Promise<void> {
    this.jobs.push(copy(job));
  }
  async job(syncId: string): Promise<SyncJob | null> {
    return copy(this.jobs.findLast((job) => job.syncId === syncId) ?? null);
  }
  async putJob(job: SyncJob): Promise<void> {
    const at = this.jobs.findIndex(({ id }) => id === job.id);
    this.jobs[at] = copy(job);
  }
  async unfinishedJobs(): Promise<SyncJob[]> {
    return copy(this.jobs.filter(({ state }) => !["done", "failed", "cancelled"].includes(state)));
  }

  #all(): Map<string, Link> {
    const all = this.linksOf.get("all") ?? new Map<string, Link>();
    this.linksOf.set("all", all);
    return all;
  }
  #keep(link: Link): void {
    this.#all().set(link.id, copy(link));
    for (const side of ["a", "b"] as const)
      for (const id of [link[side], ...link.was[side]]) if (id !== null) this.ids[side].set(id, link.id);
  }
  #isElsewhere(link: Link): boolean {
    return (["a", "b"] as const).some((side) => {
      const owner = link[side] === null ? undefined : this.ids[side].get(link[side]);
      return owner !== undefined && owner !== link.id;
    });
  }
}

const copy = <T>(value: T): T => structuredClone(value);
