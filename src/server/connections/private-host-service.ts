import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { isMetadataHost, type PrivateHosts } from "#outbound/private-hosts.ts";
import type { PrivateHostStore } from "#storage/private-host-store.ts";
import type { PrivateHostView } from "#api/schemas.ts";

/**
 * The addresses on the operator's own network that flows may call. They are open for the flows of every workspace, as the network is one: so
 * only the operator's workspace has the scope to change them.
 */
export interface PrivateHostService {
  list(workspaceId: string): Promise<PrivateHostView[]>;
  add(workspaceId: string, host: string, by?: string): Promise<PrivateHostView[]>;
  remove(workspaceId: string, host: string, by?: string): Promise<PrivateHostView[]>;
  /** Another process changed the list of a workspace. */
  reread(): Promise<void>;
}

export interface PrivateHostParts {
  store: PrivateHostStore;
  hosts: PrivateHosts;
  /** Those of MILLRACE_ALLOW_PRIVATE_HOSTS: only whoever sets up Millrace changes them. */
  fromSettings: readonly string[];
  clock: Clock;
  log: Log;
  /** Called after the list changed. */
  changed: () => void;
}

const mostHosts = 200;
/** A name of 253 characters, and a port. */
const longestHost = 259;

export async function openPrivateHostService(parts: PrivateHostParts): Promise<PrivateHostService> {
  const { store, hosts, fromSettings, clock, log, changed } = parts;
  const apply = async () => hosts.set(await store.hosts());
  const list = async (workspaceId: string): Promise<PrivateHostView[]> => {
    await apply();
    const rows = await store.list(workspaceId);
    return [
      ...fromSettings.map((host) => ({ host, from: "settings" as const, addedAt: null })),
      ...rows.map(({ host, addedAt }) => ({ host, from: "web" as const, addedAt })),
    ];
  };
  await apply();
  return {
    list,
    reread: apply,
    async add(workspaceId, text, by) {
      const host = readHost(text);
      if ((await store.list(workspaceId)).length >= mostHosts) throw bad(`there are ${mostHosts} already; remove one that is not needed`);
      await store.add(workspaceId, host, clock.now(), by);
      log.info({ host }, "Flows may call this address of the private network from now on");
      const shown = await list(workspaceId);
      changed();
      return shown;
    },
    async remove(workspaceId, text, by) {
      const existing = (await store.list(workspaceId)).find(({ host }) => host === text.toLowerCase());
      if (!existing) throw new MillraceError("NOT_FOUND", { details: { what: "address that was allowed here", id: text } });
      await store.remove(workspaceId, existing.host, by);
      log.info({ host: existing.host }, "Flows may no longer call this address of the private network");
      const shown = await list(workspaceId);
      changed();
      return shown;
    },
  };
}

/** `erp.lan`, `10.0.0.7:8080`, `[fd12::7]:443`, as URLs spell them. Of a whole address, the host counts. */
export function readHost(text: string): string {
  const words = text
    .trim()
    .replace(/^https?:\/\/([^/?#]*).*$/is, "$1")
    .replace(/\/$/, "")
    .toLowerCase();
  if (words.length > longestHost) throw bad(`is longer than the name of a host can be (${longestHost} characters)`);
  const shape = /^(?:\[[\da-f:.]+\]|\w[\w-]*(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?$/.exec(words);
  const url = shape && URL.canParse(`http://${words}`) ? new URL(`http://${words}`) : null;
  if (!url) throw bad("must be a host, with a port where only one is meant: erp.lan, 10.0.0.7:8080");
  if (isMetadataHost(url.hostname)) throw bad(`${url.hostname} gives out the credentials of the machine and is never called`);
  return `${url.hostname}${shape![1] === undefined ? "" : `:${Number(shape![1])}`}`;
}

const bad = (problem: string) => new MillraceError("BAD_INPUT", { details: { field: "host", problem } });
