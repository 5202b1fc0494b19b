import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { needsLogin } from "#catalog/login.ts";
import type { LoginKindName } from "#catalog/logins/kinds.ts";
import type { App, ConnectionFacts } from "#catalog/types.ts";

/** A connection as far as a call needs it. `auth` none: the vault is not asked. */
export type CallConnection = ConnectionFacts & { auth?: LoginKindName };

/** What a request says of its connection. */
interface Named {
  workspaceId: string;
  app: string;
  /** Name or id. */
  connection?: string;
}

type Find = (workspaceId: string, name: string) => Promise<CallConnection | null>;

/** A connection is read again after this long: another process may have changed it. */
const connectionTtlMs = 5_000;

/** The connections of calls, kept for a moment. */
export class CallConnections {
  readonly #find: Find;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { connection: CallConnection; until: number }>();

  constructor(find: Find, clock: Clock) {
    this.#find = find;
    this.#clock = clock;
  }

  cached(request: Named): CallConnection | undefined {
    const kept = this.#kept.get(connectionKey(request));
    return kept && kept.until > this.#clock.now() ? kept.connection : undefined;
  }

  /** The last one that was read, however long ago. */
  last(request: Named): CallConnection | undefined {
    return this.#kept.get(connectionKey(request))?.connection;
  }

  /** Throws where the app needs a connection and the named one does not fit. */
  async read(request: Named, app: App): Promise<CallConnection> {
    const { workspaceId, connection: name, app: appId } = request;
    const connection = name === undefined || name === "" ? noConnection(workspaceId, app) : await this.#find(workspaceId, name);
    if (!connection && !name) {
      const problem = `is needed: ${app.title} is called with a login, so say with which`;
      throw new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem, outcome: "not_sent" } });
    }
    if (!connection) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: name, outcome: "not_sent" } });
    if (connection.app !== appId) {
      const problem = `the connection '${name}' belongs to ${connection.app}, and this step is for ${app.title}`;
      throw new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem, outcome: "not_sent" } });
    }
    this.#kept.set(connectionKey(request), { connection, until: this.#clock.now() + connectionTtlMs });
    return connection;
  }

  forget(): void {
    this.#kept.clear();
  }
}

const connectionKey = ({ workspaceId, connection = "", app }: Named): string => `${workspaceId}\n${connection}\n${app}`;

/** An app that can be asked by anybody needs no connection. */
const noConnection = (workspaceId: string, app: App): CallConnection | null =>
  needsLogin(app) ? null : { id: `open:${app.id}`, workspaceId, name: app.title, app: app.id, auth: "none" };
