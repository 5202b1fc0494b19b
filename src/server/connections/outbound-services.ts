import { LookupCache } from "#catalog/prepare/lookup-cache.ts";
import type { Catalog } from "#catalog/registry.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { badInput, MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { createCaller, type Caller, type CallerParts } from "#outbound/caller.ts";
import { createOutbound, quotaKey } from "#outbound/client.ts";
import { createFormPost } from "#outbound/form-post.ts";
import { createGovernor, type Governor } from "#outbound/governor.ts";
import { createOutages, type Outage } from "#outbound/outages.ts";
import type { PrivateHosts } from "#outbound/private-hosts.ts";
import { createWebhookPost, type WebhookPost } from "#outbound/webhook-post.ts";
import { createTextRead, type TextRead } from "#outbound/text-read.ts";
import { createTransport, type Transport } from "#outbound/transport.ts";
import type { Authorizer, Exchange, Outbound, OutboundCall, QuotaMeter } from "#outbound/types.ts";
import { createAuthorizer } from "#vault/authorizer.ts";
import { Consents } from "#vault/consents.ts";
import { IdleRenewals } from "#vault/idle-renewals.ts";
import { createSealer, type Sealer } from "#vault/seal.ts";
import type { Connection, ConnectionRef, ConnectionStatus, ConsentStore, VaultStore } from "#vault/types.ts";
import { createVault, type Draft, type Vault } from "#vault/vault.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { Probe } from "./connection-probe.ts";
import { LoginTester } from "./login-tester.ts";
import type { PinBook } from "./pin-book.ts";
import { RefusedLogins } from "./refused-logins.ts";
import { SigningSecrets } from "./signing-secrets.ts";

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
  /** The host at which an agency's people allow logins. */
  consentHost?: string | undefined;
  clock: Clock;
  log: Log;
  /** Made here when absent. */
  governor?: Governor;
  /** Called with every answer; status 0: there was none. */
  called(app: string, status: number): void;
  /** Called with every call that was sent; `error`: the code of what went wrong. */
  sent?(call: OutboundCall, exchange: Exchange, error: string | null): void;
}

/** The way to other systems: logins, the guarded client, and operations by name. */
export interface OutboundServices {
  /** Seals what only this Millrace may read. */
  sealer: Sealer;
  vault: Vault;
  caller: Caller;
  /** Connections that are broken or paused. */
  refused: RefusedLogins;
  /** Tests a login with the secret that is kept for it (`saved`), or with the draft's own. Gives what it came to, and the secret as the test left it: a refresh token is spent once. */
  probe(draft: Draft, options: { saved: boolean; by?: string }): Promise<Probe & Draft>;
  /** The name of the account that a login is for; null where that cannot be read. */
  accountName(draft: Draft, by?: string): Promise<string | null>;
  /** Connections that were made, changed or removed, here or by another process: what is in memory of them is old. */
  onConnection(listener: (connection: ConnectionRef) => void): void;
  /** Another process changed one. */
  connectionChanged(connection: ConnectionRef): void;
  /** Calls that changed how a saved connection stands, or raised a doubt that only a test can settle. */
  onStatus(listener: (connection: Connection, before: ConnectionStatus) => void): void;
  onDoubt(listener: (connection: Connection) => void): void;
  /** Why an address may not be called; null where it may. */
  closed(url: string, ownUrl?: string): Promise<MillraceError | null>;
  /** Reads a text at a public address, without a login. `asked`: the address that a person gave, where this one was found there. */
  /** Throws STEP_INPUT_INVALID or HOST_NOT_ALLOWED for an address that may not be called. Nothing is sent. */
  checkAddress(url: string): Promise<void>;
  /** Posts to webhook endpoints. */
  postWebhook: WebhookPost;
  readText(url: string, asked?: string): Promise<TextRead>;
  /** The secret in a connection of HTTP, for the signatures of webhooks. */
  signingSecret(workspaceId: string, name: string): Promise<string>;
  /** A field of the login of a connection of an app, by which that app proves its webhooks; empty where it is not filled in. */
  loginField(workspaceId: string, name: string, app: string, field: string): Promise<string>;
  /** Renews logins ahead of their end, also those that nobody uses, until the signal aborts. */
  keepRenewed(signal: AbortSignal, options: { shared: boolean }): void;
  /** Logins that people allow at a page of an app; those that are open rest in the store. */
  consents(store: ConsentStore): Consents;
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
  const { catalog, store, keys, allowPrivateHosts, sandboxHost, clock, log, governor = createGovernor() } = parts;
  const sealer = createSealer(keys);
  const outages = createOutages(clock);
  const bare = createTransport({ clock, allowPrivateHosts, ...(sandboxHost !== undefined && { sandboxHost }) });
  const transport = outages.guard(bare);
  const post = createFormPost(transport, loginTimeoutMs);
  const onStatus = new Listeners<[Connection, ConnectionStatus]>();
  const onDoubt = new Listeners<[Connection]>();
  const authorizer = createAuthorizer({ store, sealer, catalog, post, clock, log, onStatus: onStatus.tell, onDoubt: onDoubt.tell });
  const outboundOf = (by: Authorizer, budgets: Governor) =>
    counted(createOutbound({ clock, governor: budgets, authorizer: by, log, allowPrivateHosts, timeoutMs, transport }), parts);
  const outbound = outboundOf(authorizer, governor);
  const vault = createVault({ store, sealer, clock, log, catalog });
  const refused = new RefusedLogins({ vault, catalog });
  const lookups = new LookupCache(clock);
  const caller = createCaller({
    catalog,
    outages,
    clock,
    outbound,
    refusedLogin: (workspaceId, name) => refused.refusal(workspaceId, name),
    remembered: rememberedBy(lookups, parts),
    connection: (workspaceId, name) => vault.find(workspaceId, name),
  });
  const tester = new LoginTester({ catalog, sealer, post, outages, clock, log, authorizer, governor, outboundOf });
  const signers = new SigningSecrets({ vault, authorizer, clock });
  const onConnection = new Listeners<[ConnectionRef]>();
  const forget = (id: string): void => {
    signers.forget();
    authorizer.forget(id);
    lookups.forget(id);
    caller.forgetConnections();
  };
  onConnection.add(({ id }) => forget(id));
  refused.onBack(({ id }) => forget(id)); // before anybody calls: the old secret may still be in memory
  vault.onChange(onConnection.tell);
  return {
    vault,
    sealer,
    caller,
    refused,
    keepRenewed: (signal, { shared }) => new IdleRenewals({ shared, store, authorizer, clock, alarm: systemClock, log }).start(signal),
    consents: (open) => new Consents({ store: open, sealer, catalog, post, clock, consentHost: parts.consentHost }),
    onConnection: onConnection.add,
    connectionChanged: onConnection.tell,
    onStatus: onStatus.add,
    onDoubt: onDoubt.add,
    probe: (draft, { saved, by }) => (saved ? tester.testSaved(draft, by) : tester.testDraft(draft, by)),
    accountName: (draft, by) => tester.accountName(draft, by),
    closed: (url, ownUrl) => closedReason(transport, url, ownUrl),
    readText: createTextRead(transport),
    checkAddress: (url) => bare.check(url).catch(refuseUrl),
    postWebhook: createWebhookPost(bare), // a receiver that is down is no outage of an app
    signingSecret: (workspaceId, name) => signers.of(workspaceId, name),
    loginField: (...asked) => signers.field(...asked),
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

/** Why an address may not be called; null where it may. */
const closedReason = (transport: Transport, url: string, ownUrl: string | undefined): Promise<MillraceError | null> =>
  transport.check(url, ownUrl).then(
    () => null,
    (thrown: unknown) => (thrown instanceof MillraceError && thrown.code === "HOST_NOT_ALLOWED" ? thrown : null),
  );

/** How calls look names up: from memory, and by the ids that names stood for. The first use of each renamed thing is passed on. */
function rememberedBy(lookups: LookupCache, { pins, renamed = () => {} }: OutboundServicesParts): CallerParts["remembered"] {
  const isFirst = onceEach();
  return (connection, call, { dry, note } = { dry: false, note: () => {} }) =>
    Object.assign(lookups.wrap(connection.id, call), {
      note(sentence: string) {
        note(sentence);
        if (!dry && isFirst(`${connection.id}\n${sentence}`)) renamed(connection);
      },
      ...(pins && { pins: () => pins.of(connection, dry) }),
    });
}

const mostRemembered = 1_000;

/** Whether something is said for the first time. */
function onceEach(): (what: string) => boolean {
  const remembered = new Set<string>();
  return (what) => {
    if (remembered.has(what)) return false;
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.add(what);
    return true;
  };
}

/** The client with a count of its answers, and with a line for each call that was sent. */
function counted(outbound: Outbound, { called, sent }: Pick<OutboundServicesParts, "called" | "sent">): Outbound {
  return {
    ...outbound,
    async send(call) {
      try {
        const reply = await outbound.send(call);
        called(call.app.id, reply.status);
        sent?.(call, reply.exchange, null);
        return reply;
      } catch (thrown) {
        if (!(thrown instanceof MillraceError)) throw thrown;
        const exchange = thrown.details["exchange"] as Exchange | undefined;
        if (exchange) called(call.app.id, exchange.status ?? 0);
        if (exchange && exchange.notSent !== true) sent?.(call, exchange, thrown.code);
        throw thrown;
      }
    },
  };
}

/** What is wrong with an address that somebody gave as the field `url`: no step is meant. */
function refuseUrl(thrown: unknown): never {
  const { code, details } = toMillraceError(thrown);
  throw code === "STEP_INPUT_INVALID" ? badInput("url", String(details["problem"])) : thrown;
}
