import { apps, findOperation, findRecipe } from "#apps/index.ts";
import { LookupCache } from "#apps/lookup-cache.ts";
import { prepareInput } from "#apps/prepare.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { createCaller, type Caller } from "#outbound/caller.ts";
import { createOutbound, quotaKey } from "#outbound/client.ts";
import { createFormPost } from "#outbound/form-post.ts";
import { createGovernor } from "#outbound/governor.ts";
import { createOutages, type Outage } from "#outbound/outages.ts";
import { createTransport } from "#outbound/transport.ts";
import type { Exchange, Outbound, QuotaMeter } from "#outbound/types.ts";
import { createAuthorizer } from "#vault/authorizer.ts";
import { createSealer } from "#vault/seal.ts";
import type { Connection, VaultStore } from "#vault/types.ts";
import { createVault, type Vault } from "#vault/vault.ts";
import type { PinBook } from "./pin-book.ts";

export interface OutsideParts {
  store: VaultStore;
  /** What names stand for in each sub-account; without it a name means what has it now. */
  pins?: Pick<PinBook, "of">;
  /** Called once for each thing a run had to use by its id, because its name is gone. */
  renamed?: (connectionId: string) => void;
  /** The sealing keys, newest first. */
  keys: readonly Uint8Array[];
  allowPrivateHosts: readonly string[];
  /** `host:port` of the sandbox, where one runs beside. */
  sandboxHost?: string;
  clock: Clock;
  log: Log;
  /** Told of every answer; status 0: there was none. */
  called(app: string, status: number): void;
}

/** The way to other systems: logins, the guarded client, and operations by name. */
export interface Outside {
  vault: Vault;
  caller: Caller;
  /** How full a connection's budget is; null while nothing was asked over it. */
  quota(connection: Connection): QuotaMeter | null;
  /** Hosts that do not answer, or only with errors. */
  troubledHosts(): Outage[];
  close(): Promise<void>;
}

const timeoutMs = 30_000;
const loginTimeoutMs = 15_000;

export function openOutside(parts: OutsideParts): Outside {
  const { store, pins, renamed = () => {}, keys, allowPrivateHosts, sandboxHost, clock, log, called } = parts;
  const findApp = (id: string) => apps.get(id);
  const sealer = createSealer(keys);
  const outages = createOutages(clock);
  const transport = outages.guard(createTransport({ clock, allowPrivateHosts, ...(sandboxHost !== undefined && { sandboxHost }) }));
  const authorizer = createAuthorizer({ store, sealer, findApp, post: createFormPost(transport, loginTimeoutMs), clock, log });
  const governor = createGovernor();
  const outbound = counted(createOutbound({ clock, governor, authorizer, log, allowPrivateHosts, timeoutMs, transport }), called);
  const vault = createVault({ store, sealer, clock, log, findApp });
  const lookups = new LookupCache(clock);
  const isNews = onceEach();
  const caller = createCaller({
    findApp,
    findOperation,
    findRecipe,
    prepareInput,
    outbound,
    outages,
    clock,
    remembered: (connection, call, { dry, note } = { dry: false, note: () => {} }) =>
      Object.assign(lookups.wrap(connection.id, call), {
        note(sentence: string) {
          note(sentence);
          if (!dry && isNews(`${connection.id}\n${sentence}`)) renamed(connection.id);
        },
        ...(pins && { pins: () => pins.of(connection, dry) }),
      }),
    connection: vault.find,
  });
  vault.onChange((id) => {
    authorizer.forget(id);
    lookups.forget(id);
    caller.forgetConnections();
  });
  return {
    vault,
    caller,
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

function counted(outbound: Outbound, called: OutsideParts["called"]): Outbound {
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
