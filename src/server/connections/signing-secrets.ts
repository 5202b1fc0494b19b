import { plainHttp } from "#catalog/plain-http.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Credentials } from "#outbound/types.ts";
import type { Authorizer as LoginAuthorizer } from "#vault/authorizer.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";

interface Parts {
  vault: Vault;
  authorizer: Pick<LoginAuthorizer, "authorize" | "textOf">;
  clock: Clock;
}

const rememberedMs = 5_000;

/** Secrets that webhooks are signed with. Which connection a name stands for is asked again after a while: another process may have changed it. */
export class SigningSecrets {
  readonly #parts: Parts;
  readonly #remembered = new Map<string, { connection: Connection; until: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The secret in a connection of HTTP. */
  async of(workspaceId: string, name: string): Promise<string> {
    const connection = await this.#connection(workspaceId, name);
    if (connection.app !== plainHttp.app) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: name } }); // a login is no such secret
    return secretIn(await this.#parts.authorizer.authorize(connection));
  }

  /** A field of the login of a connection of this app; empty where it was not filled in. */
  async field(workspaceId: string, name: string, app: string, field: string): Promise<string> {
    const connection = await this.#connection(workspaceId, name);
    if (connection.app !== app) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: name } });
    return this.#parts.authorizer.textOf(connection, field);
  }

  /** Forgets every connection, so that each is read again. */
  forget(): void {
    this.#remembered.clear();
  }

  async #connection(workspaceId: string, name: string): Promise<Connection> {
    const { vault, clock } = this.#parts;
    const key = `${workspaceId} ${name}`;
    const remembered = this.#remembered.get(key);
    if (remembered && remembered.until > clock.now()) return remembered.connection;
    const connection = await vault.get(workspaceId, name);
    this.#remembered.set(key, { connection, until: clock.now() + rememberedMs });
    return connection;
  }
}

/** The secret itself: a token, a key, or the password that stands beside a name. */
function secretIn({ headers = {}, query = {} }: Credentials): string {
  const [value = ""] = [...Object.values(headers), ...Object.values(query)];
  if (value.startsWith("Bearer ")) return value.slice("Bearer ".length);
  if (!value.startsWith("Basic ")) return value;
  return Buffer.from(value.slice("Basic ".length), "base64")
    .toString("utf8")
    .replace(/^[^:]*:/, "");
}
