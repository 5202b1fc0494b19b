import type { Page } from "#engine/triggers/reading.ts";

export interface RemoteRow {
  id: string;
  text: string;
  /** Absent where the list has no time of change. */
  dateUpdated?: string;
}

interface Version {
  at: number;
  visibleAt: number;
  row: RemoteRow | null;
}

/**
 * A list somewhere else: records come, change and go, each write becomes visible a little later (as in a search index), and it is
 * read in pages. Times have a coarse grain, so that many are equal.
 */
export class RemoteList {
  readonly #records = new Map<string, Version[]>();
  readonly #options: { pageRows: number; newestFirst: boolean; timed: boolean; grainMs: number };

  constructor(options: { pageRows: number; newestFirst: boolean; timed: boolean; grainMs: number }) {
    this.#options = options;
  }

  /** Writes (null deletes), visible after `lagMs`. A later write is never visible before an earlier one. */
  write(id: string, text: string | null, at: number, lagMs: number): void {
    const versions = this.#records.get(id) ?? [];
    const { timed, grainMs } = this.#options;
    const dateUpdated = new Date(Math.floor(at / grainMs) * grainMs).toISOString();
    const row = text === null ? null : { id, text, ...(timed ? { dateUpdated } : {}) };
    versions.push({ at, visibleAt: Math.max(at + lagMs, versions.at(-1)?.visibleAt ?? 0), row });
    this.#records.set(id, versions);
  }

  /** What a reader sees at a time. */
  visible(now: number): RemoteRow[] {
    const rows = [...this.#records.values()].flatMap((versions) => versions.findLast((v) => v.visibleAt <= now)?.row ?? []);
    if (!this.#options.newestFirst) return rows;
    return rows.sort((a, b) => (a.dateUpdated === b.dateUpdated ? 0 : (a.dateUpdated ?? "") < (b.dateUpdated ?? "") ? 1 : -1));
  }

  /** Pages by offset, each from the list as it is when it is asked for: rows shift when others come and go. */
  async *pages(now: () => number): AsyncIterable<Page> {
    const { pageRows } = this.#options;
    for (let at = 0; ; at += pageRows) {
      const rows = this.visible(now()).slice(at, at + pageRows);
      yield { rows };
      if (rows.length < pageRows) return;
    }
  }
}
