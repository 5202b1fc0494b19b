import type { Clock } from "#kernel/clock.ts";
import type { Contact } from "./types.ts";

/** What the search sees: contacts as they were a moment ago. Writes become visible once `lagMs` have passed. */
export class SearchIndex {
  lagMs = 0;
  readonly #clock: Clock;
  readonly #seen = new Map<string, Map<string, Contact>>();
  readonly #locationOf = new Map<string, string>();
  readonly #coming: { visibleAt: number; id: string; contact: Contact | undefined }[] = [];
  #version = 0;
  #last: { key: string; version: number; rows: Contact[] } | undefined;

  constructor(clock: Clock, contacts: readonly Contact[]) {
    this.#clock = clock;
    for (const contact of contacts) this.#show(contact.id, contact);
  }

  changed(id: string, contact: Contact | undefined): void {
    if (this.lagMs === 0 && this.#coming.length === 0) return this.#show(id, contact);
    // Never before an earlier write: an index refreshes in order.
    this.#coming.push({ visibleAt: Math.max(this.#clock.now() + this.lagMs, this.#coming.at(-1)?.visibleAt ?? 0), id, contact });
  }

  /** Runs `write` with another lag for what it changes. */
  lagging<T>(lagMs: number | undefined, write: () => T): T {
    const before = this.lagMs;
    this.lagMs = lagMs ?? before;
    try {
      return write();
    } finally {
      this.lagMs = before;
    }
  }

  /** The visible contacts of a location, filtered and sorted by `query`; the same `key` again, with nothing new, costs nothing. */
  rows(locationId: string, key: string, query: (visible: Contact[]) => Contact[]): Contact[] {
    this.#catchUp();
    const whole = `${locationId}\n${key}`;
    if (this.#last?.key !== whole || this.#last.version !== this.#version) {
      this.#last = { key: whole, version: this.#version, rows: query([...(this.#seen.get(locationId)?.values() ?? [])]) };
    }
    return this.#last.rows;
  }

  #catchUp(): void {
    const now = this.#clock.now();
    const waiting = this.#coming.findIndex((change) => change.visibleAt > now);
    const ready = this.#coming.splice(0, waiting === -1 ? this.#coming.length : waiting);
    for (const { id, contact } of ready) this.#show(id, contact);
  }

  #show(id: string, contact: Contact | undefined): void {
    this.#version++;
    const location = contact?.locationId ?? this.#locationOf.get(id);
    if (location === undefined) return;
    const visible = this.#seen.get(location) ?? new Map<string, Contact>();
    this.#seen.set(location, visible);
    if (!contact) return void visible.delete(id);
    visible.set(id, contact);
    this.#locationOf.set(id, location);
  }
}
