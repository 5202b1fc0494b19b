import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { checkedSecret, isMoved, refuseMove, renamed, withSettings, withUsual } from "./changes.ts";
import { markInstallation } from "./installations.ts";
import type { Sealer } from "./seal.ts";
import { initialHealth, type ConnectionHealth } from "./status.ts";
import type {
  Connection,
  ConnectionChange,
  ConnectionRef,
  InstallationChange,
  LoginCatalog,
  NewConnection,
  SealedSecret,
  Secret,
  RemovedConnection,
  VaultStore,
} from "./types.ts";

/** What a test found out about a login. */
export type Verdict = Pick<Connection, "status" | "reason" | "problem" | "checkedAt" | "checkedBy" | "lastUsedAt">;

/** A connection as it would be saved, with the secret it would have: what is tested before anything is saved. */
export interface Draft {
  connection: Connection;
  secret: Secret;
}

/** Logins and their secrets. Every method gives views without a secret. `by`: who makes a change, for the list of changes. */
export interface Vault {
  connect(workspaceId: string, input: NewConnection, verdict?: Verdict, by?: string): Promise<Connection>;
  /** A change of name, title or facts, and of the secret where one is given. The old name goes on finding it. */
  change(workspaceId: string, id: string, change: ConnectionChange, verdict?: Verdict, by?: string): Promise<Connection>;
  /** What `connect` would save. Throws what it would throw, and keeps nothing. */
  draft(workspaceId: string, input: NewConnection): Draft;
  /** What `change` would leave, with the present secret where none is given. */
  changedDraft(workspaceId: string, id: string, change: ConnectionChange): Promise<Draft>;
  /** Writes down what a test of a saved connection found out. */
  record(workspaceId: string, id: string, verdict: Verdict): Promise<Connection>;
  /** Notes that a connection was in use. */
  used(workspaceId: string, id: string, at: number): Promise<void>;
  disconnect(workspaceId: string, id: string, by?: string): Promise<void>;
  list(workspaceId: string): Promise<Connection[]>;
  /** The connections that were removed, newest first. */
  removed(workspaceId: string): Promise<RemovedConnection[]>;
  /** By id or by name; throws CONNECTION_UNKNOWN. */
  get(workspaceId: string, idOrName: string): Promise<Connection>;
  /** The same, null where there is none. A store that cannot answer still throws: "none" would be believed. */
  find(workspaceId: string, idOrName: string): Promise<Connection | null>;
  /** Updates the connections of an app that was installed or uninstalled somewhere. Returns how many changed. */
  installation(workspaceId: string, change: InstallationChange): Promise<number>;
  /** Seals everything anew that an older key sealed, a few at a time. What an end in the middle leaves, the next one does. Gives how many there were. */
  reseal(signal?: AbortSignal): Promise<number>;
  /** Connections that were made, changed or removed through this vault. */
  onChange(listener: (connection: ConnectionRef) => void): void;
}

export interface VaultParts {
  store: VaultStore;
  sealer: Sealer;
  clock: Clock;
  log: Log;
  catalog: LoginCatalog;
}

/** Runs go on while secrets are sealed anew: a few at once, and a rest in between. */
const resealedAtOnce = 50;
const resealPauseMs = 20;

export const createVault = (parts: VaultParts): Vault => new SealedVault(parts);

class SealedVault implements Vault {
  readonly #parts: VaultParts;
  readonly #listeners: ((connection: ConnectionRef) => void)[] = [];

  constructor(parts: VaultParts) {
    this.#parts = parts;
  }

  async connect(workspaceId: string, input: NewConnection, verdict?: Verdict, by?: string): Promise<Connection> {
    const { store, sealer, log } = this.#parts;
    const { connection: draft, secret } = this.draft(workspaceId, input);
    const { id, createdAt: now } = draft;
    const connection = { ...draft, ...verdict };
    await store.insert(connection, { connectionId: id, jwe: await sealer.seal(id, secret), version: 1, updatedAt: now }, by);
    log.info({ connection: input.name, app: input.app, auth: input.auth, status: connection.status }, "connection added");
    this.#changed(connection);
    return connection;
  }

  async change(workspaceId: string, id: string, changed: ConnectionChange, verdict?: Verdict, by?: string): Promise<Connection> {
    const current = await this.get(workspaceId, id);
    const change = withSettings(current, changed);
    const { secret: _, ...facts } = change;
    const secret = this.#checkedChange(current, change);
    if (secret) await this.#replaceSecret(current, secret);
    const patch = {
      ...facts,
      ...renamed(current, facts.name),
      ...this.#unproven(current, facts, secret),
      ...verdict,
      ...(secret && { loginAt: this.#parts.clock.now() }),
      updatedAt: this.#parts.clock.now(),
    };
    await this.#parts.store.update(workspaceId, current.id, patch, by);
    this.#changed(current);
    return this.get(workspaceId, current.id);
  }

  draft(workspaceId: string, { secret: pasted, title, ...given }: NewConnection): Draft {
    const { catalog, clock } = this.#parts;
    const app = catalog.of(workspaceId).app(given.app);
    const facts = withUsual(app, given);
    const secret = checkedSecret(app, facts, pasted);
    const now = clock.now();
    const connection: Connection = {
      ...facts,
      id: newId("con", now),
      workspaceId,
      title: title ?? facts.name,
      ...initialHealth(facts.auth, secret, now),
      loginAt: now,
      createdAt: now,
      updatedAt: now,
    };
    return { connection, secret };
  }

  async changedDraft(workspaceId: string, id: string, changed: ConnectionChange): Promise<Draft> {
    const current = await this.get(workspaceId, id);
    const change = withSettings(current, changed);
    const { secret: _, ...facts } = change;
    const secret = this.#checkedChange(current, change) ?? (await this.#opened(current));
    return { connection: { ...current, ...facts }, secret: secret ?? {} };
  }

  async record(workspaceId: string, id: string, verdict: Verdict): Promise<Connection> {
    const current = await this.get(workspaceId, id);
    await this.#parts.store.update(workspaceId, current.id, verdict);
    if (current.status !== verdict.status || current.problem !== verdict.problem) this.#changed(current);
    return { ...current, ...verdict };
  }

  used(workspaceId: string, id: string, at: number): Promise<void> {
    return this.#parts.store.update(workspaceId, id, { lastUsedAt: at });
  }

  async disconnect(workspaceId: string, id: string, by?: string): Promise<void> {
    const { store, clock, log } = this.#parts;
    const current = await this.get(workspaceId, id);
    await store.delete(workspaceId, current.id, clock.now(), by);
    log.info({ connection: current.name, app: current.app }, "disconnected");
    this.#changed(current);
  }

  list(workspaceId: string): Promise<Connection[]> {
    return this.#parts.store.list(workspaceId);
  }

  removed(workspaceId: string): Promise<RemovedConnection[]> {
    return this.#parts.store.removed(workspaceId);
  }

  async get(workspaceId: string, idOrName: string): Promise<Connection> {
    const connection = await this.find(workspaceId, idOrName);
    if (!connection) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: idOrName } });
    return connection;
  }

  async find(workspaceId: string, idOrName: string): Promise<Connection | null> {
    const { store } = this.#parts;
    return (await store.get(workspaceId, idOrName)) ?? store.getByName(workspaceId, idOrName);
  }

  async installation(workspaceId: string, change: InstallationChange): Promise<number> {
    const marked = await markInstallation(this.#parts, workspaceId, change);
    for (const connection of marked) this.#changed(connection);
    return marked.length;
  }

  async reseal(signal?: AbortSignal): Promise<number> {
    const { store, clock, log } = this.#parts;
    let [resealed, after] = [0, ""];
    for (;;) {
      const batch = await store.allSealed({ after, limit: resealedAtOnce });
      for (const sealed of batch) if (await this.#reseal(sealed)) resealed++;
      if (batch.length < resealedAtOnce || signal?.aborted) break;
      after = batch.at(-1)!.connectionId;
      await sleep(clock, resealPauseMs, signal);
    }
    if (resealed > 0) log.info({ secrets: resealed }, "Secrets re-encrypted with the newest key");
    return resealed;
  }

  /** Whoever replaces the secret at the same moment seals it with the newest key. One that no key opens is left as it is. */
  async #reseal({ connectionId, jwe }: SealedSecret): Promise<boolean> {
    const { store, sealer, log } = this.#parts;
    if (!sealer.isStale(jwe)) return false;
    try {
      return await store.reseal(connectionId, jwe, await sealer.seal(connectionId, await sealer.open(connectionId, jwe)));
    } catch (err) {
      log.error({ err, connection: connectionId }, "Could not re-encrypt a login with the newest key");
      return false;
    }
  }

  onChange(listener: (connection: ConnectionRef) => void): void {
    this.#listeners.push(listener);
  }

  #changed({ workspaceId, id }: ConnectionRef): void {
    for (const listener of this.#listeners) listener({ workspaceId, id });
  }

  /** The new secret as it is kept, if there is one. Throws where the change is not allowed. */
  #checkedChange(current: Connection, { secret, ...change }: ConnectionChange): Secret | undefined {
    const app = this.#parts.catalog.of(current.workspaceId).app(current.app);
    if (secret) return checkedSecret(app, { ...current, ...change }, secret);
    refuseMove(app, current, change);
    return undefined;
  }

  /** The health of a login of which a change makes it unclear whether it works; nothing where it is still what was proven. */
  #unproven(current: Connection, change: Omit<ConnectionChange, "secret">, secret: Secret | undefined): Partial<ConnectionHealth> {
    if (!secret && !isMoved(current, change)) return {};
    const { expiresAt, ...health } = initialHealth(current.auth, secret ?? {}, this.#parts.clock.now());
    const untested = { ...health, checkedAt: undefined, checkedBy: undefined };
    return secret ? { ...untested, expiresAt } : untested;
  }

  async #opened({ workspaceId, id }: ConnectionRef): Promise<Secret | undefined> {
    const { store, sealer } = this.#parts;
    const sealed = await store.sealed(workspaceId, id);
    return sealed ? sealer.open(id, sealed.jwe) : undefined;
  }

  async #replaceSecret({ workspaceId, id }: ConnectionRef, secret: Secret): Promise<void> {
    const { store, sealer, clock } = this.#parts;
    const jwe = await sealer.seal(id, secret);
    const sealed = await store.sealed(workspaceId, id);
    if (!sealed || !(await store.swap(workspaceId, id, sealed.version, jwe, clock.now()))) {
      throw new MillraceError("CONFLICT", { details: { problem: "The login was renewed at the same moment. Save it again" } });
    }
  }
}
