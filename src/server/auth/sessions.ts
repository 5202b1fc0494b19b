import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { newToken } from "#kernel/ids.ts";
import type { SessionRow, SessionStore } from "#storage/sessions.ts";
import { hashOf } from "./secret-hash.ts";

/** The browsers that are signed in. Rows in the store, so a restart keeps them; read from memory. */
export interface Sessions {
  /** Starts a session and returns what its cookie holds. */
  start(whose: SessionOwner): Promise<{ value: string; maxAgeSeconds: number }>;
  /** Finds the session of a cookie and records its use. Undefined if it is invalid, ended or expired. */
  use(value: string | undefined): Session | undefined;
  /** Whether a session is open. Does not count as use. */
  has(id: string): boolean;
  /** Ends one for good. */
  end(id: string): Promise<void>;
  /** Ends those of a workspace that were begun without an account. */
  endAll(workspaceId: string): Promise<void>;
  /** The open ones of an account, the last used first. */
  ofAccount(accountId: string): SessionRow[];
  /** When each member of a workspace was last there, by account. */
  lastSeen(workspaceId: string): Promise<ReadonlyMap<string, number>>;
  /** Ends those of an account, but for one. */
  endOfAccount(accountId: string, except?: string): Promise<void>;
  /** Another process began, used or ended one. */
  reread(): Promise<void>;
}

/** `id` is the hash of the cookie's value. */
export interface Session {
  id: string;
  workspaceId: string;
  /** Null where somebody signed in without an account. */
  accountId: string | null;
}

/** Whose session begins, from which address and with which browser. */
export type SessionOwner = Pick<SessionRow, "workspaceId" | "accountId" | "address" | "browser">;

export interface SessionsParts {
  store: SessionStore;
  /** The id of a workspace's own API key: sessions without an account that were made under an earlier one are over. */
  keyId: (workspaceId: string) => string;
  /** Whether an account is a member of a workspace. For null: whether the workspace can be used without an account. */
  hasAccess: (workspaceId: string, accountId: string | null) => boolean;
  clock: Clock;
  /** Called when a session could not be written: it works until the next restart. */
  onStoreProblem: (problem: unknown) => void;
}

/** A session ends after this long without use, and never lasts longer than `longestMs`. */
const idleMs = 12 * 3_600_000;
const longestMs = 30 * dayMs;
/** How often a use is stored: rows are for restarts, memory is exact. */
const touchEveryMs = 5 * 60_000;
/** Of one workspace without accounts, or of one account. */
const mostSessions = 1000;

/** Reads the sessions from the store and deletes those that have ended. */
export async function openSessions(parts: SessionsParts): Promise<Sessions> {
  const sessions = new KeptSessions(parts, await parts.store.all());
  await sessions.dropOver();
  return sessions;
}

class KeptSessions implements Sessions {
  readonly #parts: SessionsParts;
  readonly #rows: Map<string, SessionRow & { writtenAt: number }>;
  /** Begun here and not in the store, yet or at all. */
  readonly #unwritten = new Set<string>();
  /** Ended here, and still in the store. */
  readonly #ended = new Set<string>();

  constructor(parts: SessionsParts, rows: SessionRow[]) {
    this.#parts = parts;
    this.#rows = new Map(rows.map((row) => [row.hash, { ...row, writtenAt: row.usedAt }]));
  }

  async start(whose: SessionOwner) {
    const { store, keyId, clock } = this.#parts;
    await this.dropOver();
    await this.#makeRoom(whose);
    const value = newToken(32);
    const now = clock.now();
    const row = { hash: hashOf(value), ...whose, keyId: keyId(whose.workspaceId), createdAt: now, usedAt: now };
    this.#rows.set(row.hash, { ...row, writtenAt: now });
    this.#unwritten.add(row.hash);
    await store.add(row).then(() => this.#unwritten.delete(row.hash), this.#parts.onStoreProblem);
    return { value, maxAgeSeconds: longestMs / 1000 };
  }

  use(value: string | undefined) {
    if (value === undefined) return undefined;
    const row = this.#rows.get(hashOf(value));
    if (!row || this.#isOver(row)) return undefined;
    row.usedAt = this.#parts.clock.now();
    if (row.usedAt - row.writtenAt >= touchEveryMs) {
      row.writtenAt = row.usedAt;
      void this.#parts.store.touch(row.hash, row.usedAt).catch(this.#parts.onStoreProblem);
    }
    return { id: row.hash, workspaceId: row.workspaceId, accountId: row.accountId };
  }

  has(id: string) {
    const row = this.#rows.get(id);
    return row !== undefined && !this.#isOver(row);
  }

  end = (id: string) => this.#remove([id]);

  endAll(workspaceId: string): Promise<void> {
    const own = [...this.#rows.values()].filter((row) => row.workspaceId === workspaceId && row.accountId === null);
    return this.#remove(own.map(({ hash }) => hash));
  }

  ofAccount(accountId: string): SessionRow[] {
    const open = [...this.#rows.values()].filter((row) => row.accountId === accountId && !this.#isOver(row));
    return open.sort((a, b) => b.usedAt - a.usedAt);
  }

  endOfAccount(accountId: string, except?: string): Promise<void> {
    const own = [...this.#rows.values()].filter((row) => row.accountId === accountId && row.hash !== except);
    return this.#remove(own.map(({ hash }) => hash));
  }

  async reread(): Promise<void> {
    const stored = await this.#parts.store.all();
    const hashes = new Set(stored.map(({ hash }) => hash));
    for (const hash of this.#rows.keys()) if (!hashes.has(hash) && !this.#unwritten.has(hash)) this.#rows.delete(hash);
    for (const row of stored) {
      const usedAt = Math.max(row.usedAt, this.#rows.get(row.hash)?.usedAt ?? 0);
      if (!this.#ended.has(row.hash)) this.#rows.set(row.hash, { ...row, usedAt, writtenAt: row.usedAt });
    }
  }

  async lastSeen(workspaceId: string): Promise<ReadonlyMap<string, number>> {
    const seen = new Map(await this.#parts.store.lastSeen(workspaceId));
    for (const row of this.#rows.values())
      if (row.workspaceId === workspaceId && row.accountId !== null)
        seen.set(row.accountId, Math.max(seen.get(row.accountId) ?? 0, row.usedAt));
    return seen;
  }

  /** Deletes what is over. */
  dropOver(): Promise<void> {
    return this.#drop([...this.#rows.values()].filter((row) => this.#isOver(row)));
  }

  /** Makes room for one more: what was not used for longest gives way. */
  #makeRoom({ workspaceId, accountId }: SessionOwner): Promise<void> {
    const isOwn = (row: SessionRow) => row.accountId === accountId && (accountId !== null || row.workspaceId === workspaceId);
    const own = [...this.#rows.values()].filter(isOwn);
    return this.#drop(own.sort((a, b) => b.usedAt - a.usedAt).slice(mostSessions - 1));
  }

  async #drop(rows: readonly SessionRow[]): Promise<void> {
    const old = rows.map(({ hash }) => hash);
    await this.#remove(old).catch(this.#parts.onStoreProblem);
  }

  #isOver({ workspaceId, accountId, keyId, createdAt, usedAt }: SessionRow): boolean {
    const now = this.#parts.clock.now();
    const isUnderOldKey = accountId === null && keyId !== this.#parts.keyId(workspaceId);
    if (isUnderOldKey || !this.#parts.hasAccess(workspaceId, accountId)) return true;
    const isFromAhead = usedAt > now + idleMs; // started while the clock was ahead; without this it would stay open until then
    return isFromAhead || now >= usedAt + idleMs || now >= createdAt + longestMs;
  }

  /** From memory first: a store that cannot be written to must not keep a session open. */
  async #remove(hashes: string[]): Promise<void> {
    for (const hash of hashes) {
      this.#rows.delete(hash);
      this.#ended.add(hash);
    }
    if (hashes.length > 0) await this.#parts.store.remove(hashes);
    for (const hash of hashes) this.#ended.delete(hash);
  }
}
