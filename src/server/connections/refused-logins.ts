import type { Catalog } from "#catalog/registry.ts";
import { Listeners } from "#kernel/listeners.ts";
import { MillraceError } from "#kernel/errors.ts";
import { refusalOf } from "#vault/status.ts";
import type { Connection, ConnectionRef } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";

interface Parts {
  vault: Pick<Vault, "list" | "find">;
  catalog: Catalog;
}

/** The connections that are broken or paused, in memory: runs that come to one wait for it instead of calling. */
export class RefusedLogins {
  readonly #parts: Parts;
  readonly #refused = new Map<string, Connection>();
  readonly #back = new Listeners<[ConnectionRef]>();
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Called with each connection that may be called with again, or was removed. */
  readonly onBack = this.#back.add;

  async load(workspaceIds: readonly string[]): Promise<void> {
    for (const workspaceId of workspaceIds) for (const connection of await this.#parts.vault.list(workspaceId)) this.#put(connection);
  }

  has(id: string): boolean {
    return this.#refused.has(id);
  }

  /** Why no call is made with a connection just now; null: nothing is in its way. Asked before each call of a run. */
  refusal(workspaceId: string, name: string): MillraceError | null {
    if (this.#refused.size === 0) return null;
    for (const connection of this.#refused.values())
      if (connection.workspaceId === workspaceId && isCalled(connection, name)) return this.#errorOf(connection);
    return null;
  }

  /** A connection was changed, in this process or another. One after the other, so that an older reading never counts after a newer one. */
  reread(ref: ConnectionRef): Promise<void> {
    const reading = this.#turn.then(() => this.#reread(ref));
    this.#turn = reading.catch(() => undefined);
    return reading;
  }

  async #reread({ workspaceId, id }: ConnectionRef): Promise<void> {
    const connection = await this.#parts.vault.find(workspaceId, id);
    if (connection && refusalOf(connection)) this.#put(connection);
    else if (this.#refused.delete(id)) this.#back.tell({ workspaceId, id });
  }

  #put(connection: Connection): void {
    if (refusalOf(connection)) this.#refused.set(connection.id, connection);
  }

  #errorOf(connection: Connection): MillraceError {
    const { workspaceId, id, name, title, app, reason } = connection;
    const appTitle = this.#parts.catalog.of(workspaceId).app(app)?.title ?? app;
    return new MillraceError(refusalOf(connection)!, {
      details: { app: appTitle, connection: name, connectionTitle: title, connectionId: id, problem: reason, outcome: "not_sent" },
    });
  }
}

const isCalled = ({ id, name, formerNames = [] }: Connection, called: string): boolean =>
  name === called || id === called || formerNames.includes(called);
