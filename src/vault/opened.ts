import { filledScheme } from "#catalog/address.ts";
import type { AuthScheme } from "#catalog/logins/kinds.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { credentialsOf, schemeOf } from "./credentials.ts";
import type { Sealer } from "./seal.ts";
import type { Connection, ConnectionStatus, Credentials, LoginCatalog, Secret, VaultStore } from "./types.ts";

/** A connection with its secret opened. */
export interface Opened {
  connection: Connection;
  /** The app's scheme it logs in by, with the connection's values in its addresses. */
  scheme: AuthScheme;
  /** The same as the app has it. */
  declared: AuthScheme;
  secret: Secret;
  credentials: Credentials;
  version: number;
  freshUntil: number;
}
export interface OpenedParts {
  store: VaultStore;
  sealer: Sealer;
  catalog: LoginCatalog;
  clock: Clock;
  log: Log;
  /** Called when a call changed how a login stands. */
  onStatus?: (connection: Connection, before: ConnectionStatus) => void;
}

/** How long an opened secret is used before the store is asked whether it still is the one. */
const memoryMs = 15_000;

/** Opened secrets, kept in memory while they are in use and no longer. */
export class OpenedSecrets {
  readonly #parts: OpenedParts;
  readonly #opened = new Map<string, Opened>();
  readonly #reading = new Map<string, Promise<Opened>>();
  #stopDropping: (() => void) | undefined;

  constructor(parts: OpenedParts) {
    this.#parts = parts;
  }

  /** The one in memory, however old. */
  peek(id: string): Opened | undefined {
    return this.#opened.get(id);
  }

  /** The one in memory while it is fresh. */
  fresh(id: string): Opened | undefined {
    const opened = this.#opened.get(id);
    return opened && this.#parts.clock.now() < opened.freshUntil ? opened : undefined;
  }

  /** From the store. It is opened again only when it changed. Many who ask at once cost one reading. */
  read(facts: ConnectionFacts): Promise<Opened> {
    const running = this.#reading.get(facts.id);
    if (running) return running;
    const reading = this.#read(facts).finally(() => this.#reading.delete(facts.id));
    this.#reading.set(facts.id, reading);
    return reading;
  }

  forget(id: string): void {
    this.#opened.delete(id);
  }

  /** Changes what people see of a connection, behind the call: a status is not worth failing it. */
  note(opened: Opened, patch: Partial<Omit<Connection, "id" | "workspaceId">>): void {
    const before = opened.connection.status;
    opened.connection = { ...opened.connection, ...patch };
    const { workspaceId, id, name, status } = opened.connection;
    const unwritten = (error: unknown) =>
      this.#parts.log.warn({ connection: name, err: toMillraceError(error) }, "a connection's status was not written");
    this.#parts.store
      .update(workspaceId, id, patch)
      .then(() => (status === before ? undefined : this.#parts.onStatus?.(opened.connection, before)))
      .catch(unwritten);
  }

  async #read(facts: ConnectionFacts): Promise<Opened> {
    const { store, sealer, catalog, clock } = this.#parts;
    const [connection, sealed] = await Promise.all([store.get(facts.workspaceId, facts.id), store.sealed(facts.workspaceId, facts.id)]);
    if (!connection || !sealed) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: facts.name, outcome: "not_sent" } });
    const before = this.#opened.get(facts.id);
    const app = catalog.of(connection.workspaceId).app(connection.app);
    const declared = schemeOf(app, connection.auth);
    const same = before?.version === sealed.version && before.connection.updatedAt === connection.updatedAt && before.declared === declared;
    const scheme = same ? before.scheme : filledScheme(declared, app ?? {}, connection);
    const secret = same ? before.secret : await sealer.open(facts.id, sealed.jwe);
    const credentials = same ? before.credentials : credentialsOf(scheme, connection, secret, sealed.version);
    const opened: Opened = {
      connection,
      scheme,
      declared,
      secret,
      credentials,
      version: sealed.version,
      freshUntil: clock.now() + memoryMs,
    };
    this.#opened.set(facts.id, opened);
    this.#dropLater();
    return opened;
  }

  /** By itself: in an idle process nobody reads, and what was opened would stay in memory. */
  #dropLater(): void {
    const { clock } = this.#parts;
    if (this.#stopDropping) return;
    const soonest = Math.min(...[...this.#opened.values()].map(({ freshUntil }) => freshUntil)) + memoryMs;
    this.#stopDropping = clock.after(soonest - clock.now(), () => {
      this.#stopDropping = undefined;
      this.#dropUnused();
      if (this.#opened.size > 0) this.#dropLater();
    });
  }

  #dropUnused(): void {
    const now = this.#parts.clock.now();
    for (const [id, { freshUntil }] of this.#opened) if (freshUntil + memoryMs <= now) this.#opened.delete(id);
  }
}
