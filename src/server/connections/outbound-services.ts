import { plainHttp } from "#catalog/plain-http.ts";
import { LookupCache } from "#catalog/prepare/lookup-cache.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { createCaller, type Caller, type CallerParts } from "#outbound/caller.ts";
import { createOutbound, quotaKey } from "#outbound/client.ts";
import { createFormPost } from "#outbound/form-post.ts";
import { createGovernor, type Governor } from "#outbound/governor.ts";
import { createOutages, type Outage } from "#outbound/outages.ts";
import type { PrivateHosts } from "#outbound/private-hosts.ts";
import { createTransport } from "#outbound/transport.ts";
import type { Authorizer, Credentials, Exchange, Outbound, QuotaMeter } from "#outbound/types.ts";
import { createAuthorizer } from "#vault/authorizer.ts";
import { draftStore } from "#vault/draft-store.ts";
import { createSealer } from "#vault/seal.ts";
import type { Connection, ConnectionStatus, VaultStore } from "#vault/types.ts";
import { createVault, type ConnectionRef, type Draft, type Vault } from "#vault/vault.ts";
import { probe, type Probe, type ProbeCall } from "./connection-probe.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { PinBook } from "./pin-book.ts";

export interface OutboundServicesParts {
  catalog: Catalog;
  store: VaultStore;
  /** What names stood for in each sub-account; without it only today's names are looked at. */
  pins?: Pick<PinBook, "of">;
  /** Called once for each renamed thing that a run had to use by its id. */
  renamed?: (connection: ConnectionRef) => void;
  /** The sealing keys, newest first. */
  keys: readonly Uint8Array[];
  allowPrivateHosts: readonly string[] | PrivateHosts;
  /** `host:port` of the sandbox, where one runs beside. */
  sandboxHost?: string;
  clock: Clock;
  log: Log;
  /** Made here when absent. */
  governor?: Governor;
  /** Told of every answer; status 0: there was none. */
  called(app: string, status: number): void;
}

/** The way to other systems: logins, the guarded client, and operations by name. */
export interface OutboundServices {
  vault: Vault;
  caller: Caller;
  /** Tests a login with the secret that is kept for it (`saved`), or with the draft's own. Gives what it came to, and the secret as the test left it: a refresh token is spent once. */
  probe(draft: Draft, options: { saved: boolean }): Promise<Probe & Draft>;
  /** Connections that were made, changed or removed, here or by another process: what is in memory of them is old. */
  onConnection(listener: (connection: ConnectionRef) => void): void;
  /** Another process changed one. */
  connectionChanged(connection: ConnectionRef): void;
  /** Calls that changed how a saved connection stands, or raised a doubt that only a test can settle. */
  onStatus(listener: (connection: Connection, before: ConnectionStatus) => void): void;
  onDoubt(listener: (connection: Connection) => void): void;
  /** Why an address may not be called; null where it may. */
  closed(url: string, ownUrl?: string): Promise<MillraceError | null>;
  /** The secret in a connection of HTTP, for the signatures of webhooks. */
  signingSecret(workspaceId: string, name: string): Promise<string>;
  /** An app of a workspace was defined anew: what is remembered of its connections is read again. */
  appChanged(workspaceId: string, app: string): Promise<void>;
  /** How full a connection's budget is; null while nothing was asked over it. */
  quota(connection: Connection): QuotaMeter | null;
  /** Hosts that do not answer, or only with errors. */
  troubledHosts(): Outage[];
  close(): Promise<void>;
}

const timeoutMs = 30_000;
const loginTimeoutMs = 15_000;

export function openOutboundServices(parts: OutboundServicesParts): OutboundServices {
  const {
    catalog,
    store,
    pins,
    renamed = () => {},
    keys,
    allowPrivateHosts,
    sandboxHost,
    clock,
    log,
    governor = createGovernor(),
    called,
  } = parts;
  const sealer = createSealer(keys);
  const outages = createOutages(clock);
  const transport = outages.guard(createTransport({ clock, allowPrivateHosts, ...(sandboxHost !== undefined && { sandboxHost }) }));
  const post = createFormPost(transport, loginTimeoutMs);
  const onStatus = new Listeners<[Connection, ConnectionStatus]>();
  const onDoubt = new Listeners<[Connection]>();
  const authorizer = createAuthorizer({ store, sealer, catalog, post, clock, log, onStatus: onStatus.tell, onDoubt: onDoubt.tell });
  const outboundOf = (by: Authorizer, budgets: Governor) =>
    counted(createOutbound({ clock, governor: budgets, authorizer: by, log, allowPrivateHosts, timeoutMs, transport }), called);
  const outbound = outboundOf(authorizer, governor);
  // A login that is only tried has a budget of its own on the other side: its figures are not the sub-account's.
  const tried = createGovernor();
  const vault = createVault({ store, sealer, clock, log, catalog });
  const lookups = new LookupCache(clock);
  const calling = { catalog, outages, clock };
  const isNews = onceEach();
  const caller = createCaller({
    ...calling,
    outbound,
    remembered: (connection, call, { dry, note } = { dry: false, note: () => {} }) =>
      Object.assign(lookups.wrap(connection.id, call), {
        note(sentence: string) {
          note(sentence);
          if (!dry && isNews(`${connection.id}\n${sentence}`)) renamed(connection);
        },
        ...(pins && { pins: () => pins.of(connection, dry) }),
      }),
    connection: vault.find,
  });
  const signers = createSigners({ vault, authorizer, clock });
  const onConnection = new Listeners<[ConnectionRef]>();
  const forget = (id: string): void => {
    signers.forget();
    authorizer.forget(id);
    lookups.forget(id);
    caller.forgetConnections();
  };
  onConnection.add(({ id }) => forget(id));
  vault.onChange(onConnection.tell);
  return {
    vault,
    caller,
    onConnection: onConnection.add,
    connectionChanged: onConnection.tell,
    onStatus: onStatus.add,
    onDoubt: onDoubt.add,
    async probe({ connection, secret }, { saved }) {
      const { workspaceId } = connection;
      const rest = saved ? store : draftStore(connection, await sealer.seal(connection.id, secret));
      const { authorize, renew } = saved ? authorizer : createAuthorizer({ store: rest, sealer, catalog, post, clock, log });
      // What the answers say of the login is the test's to judge, so nobody else is told of them.
      const call = probeCall(connection, {
        ...calling,
        outbound: outboundOf({ authorize, renew }, saved ? governor : tried),
        remembered: (_, each) => each,
      });
      const app = catalog.of(connection.workspaceId).app(connection.app) ?? { title: connection.app };
      const result = await probe({ connection, secret }, app, call, clock.now());
      if (saved) return { ...result, connection, secret };
      const [after, sealed] = [await rest.get(workspaceId, connection.id), await rest.sealed(workspaceId, connection.id)];
      return { ...result, connection: after!, secret: await sealer.open(connection.id, sealed!.jwe) };
    },
    closed: (url, ownUrl) =>
      transport.check(url, ownUrl).then(
        () => null,
        (thrown: unknown) => (thrown instanceof MillraceError && thrown.code === "HOST_NOT_ALLOWED" ? thrown : null),
      ),
    signingSecret: signers.secret,
    async appChanged(workspaceId, app) {
      for (const connection of await vault.list(workspaceId)) if (connection.app === app) forget(connection.id);
    },
    quota: (connection) => governor.meter(quotaKey({ id: connection.app }, connection), clock.now()),
    troubledHosts: () => outages.list(),
    async close() {
      await outbound.close();
      await transport.close();
    },
  };
}

const mostSaid = 1_000;

/** Whether something is said for the first time. */
function onceEach(): (what: string) => boolean {
  const said = new Set<string>();
  return (what) => {
    if (said.has(what)) return false;
    if (said.size >= mostSaid) said.clear();
    said.add(what);
    return true;
  };
}

const signerTtlMs = 5_000;

/** Secrets that webhooks are signed with. Which connection a name stands for is asked again after a while: another process may have changed it. */
function createSigners({ vault, authorizer, clock }: { vault: Vault; authorizer: Authorizer; clock: Clock }) {
  const known = new Map<string, { connection: Connection; until: number }>();
  const find = async (workspaceId: string, name: string): Promise<Connection> => {
    const key = `${workspaceId} ${name}`;
    const kept = known.get(key);
    if (kept && kept.until > clock.now()) return kept.connection;
    const connection = await vault.get(workspaceId, name);
    known.set(key, { connection, until: clock.now() + signerTtlMs });
    return connection;
  };
  return {
    async secret(workspaceId: string, name: string): Promise<string> {
      const connection = await find(workspaceId, name);
      if (connection.app !== plainHttp.app) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: name } }); // a login is no such secret
      return secretIn(await authorizer.authorize(connection));
    },
    forget: () => known.clear(),
  };
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

function counted(outbound: Outbound, called: OutboundServicesParts["called"]): Outbound {
  return {
    ...outbound,
    async send(call) {
      try {
        const reply = await outbound.send(call);
        called(call.app.id, reply.status);
        return reply;
      } catch (thrown) {
        const exchange = thrown instanceof MillraceError ? (thrown.details["exchange"] as Exchange | undefined) : undefined;
        if (exchange) called(call.app.id, exchange.status ?? 0);
        throw thrown;
      }
    },
  };
}

/** The reads of a test, made with one login or with none. */
function probeCall(connection: Connection, parts: Omit<CallerParts, "connection">): ProbeCall {
  const { workspaceId, name } = connection;
  return async (app, operation, input, open = false) => {
    const anybody = {
      id: "open:test",
      workspaceId,
      name,
      app,
      auth: "none" as const,
      baseUrl: new URL(String(input["url"] ?? "http://x")).origin,
    };
    const login = { ...connection, app }; // its base address is asked by a plain request, with its own login
    const caller = createCaller({ ...parts, connection: async () => (open ? anybody : login) });
    const request = { workspaceId, app, operation, input, lane: "live" as const, dry: false, idempotencyKey: newId("test") };
    return (await caller.call({ ...request, connection: name })).output;
  };
}
