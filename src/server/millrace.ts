import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { apps, findOperation } from "#apps/index.ts";
import type { Engine } from "#engine/api.ts";
import { createEngine } from "#engine/engine.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { packageRoot } from "#kernel/root.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import type { Sandbox } from "#sandbox/index.ts";
import { readKeys } from "#vault/keys.ts";
import type { Vault } from "#vault/vault.ts";
import { openApiKeys } from "./api-keys.ts";
import { buildApp } from "./app.ts";
import { createDesk } from "./connection-desk.ts";
import { dataFiles, privateSecret, takeDataFolder, writePrivate, writeServerNote } from "./data-folder.ts";
import { knowledge, webhookFacts } from "./knowledge.ts";
import { createLive } from "./live.ts";
import { createMetrics, type QuotaReading } from "./metrics.ts";
import { openOutside, type Outside } from "./outside.ts";
import { portTaken } from "./port.ts";
import { startRetention } from "./retention.ts";
import { createSessions } from "./sessions.ts";
import type { Settings } from "./settings.ts";
import { createSignIn } from "./sign-in.ts";
import { createSignatureCheck } from "./signature.ts";
import { openStore, storeProbe, workspaceId, type Store } from "./store.ts";

export interface StartOptions {
  log: FastifyBaseLogger;
  /** Whether the pretend systems run beside it. */
  sandbox: boolean;
  clock?: Clock;
}

/** A running Millrace. */
export interface Millrace {
  /** The address others know it by. */
  url: string;
  /** The address on this machine. */
  localUrl: string;
  engine: Engine;
  vault: Vault;
  sandbox: { url: string; systems: Sandbox } | null;
  /** The API key when this start made it: the only time it can be read. */
  firstKey: string | null;
  /** What the operator should know, a sentence each. */
  warnings: string[];
  /** Takes nothing more, lets what runs finish, and leaves the data folder. */
  close(): Promise<void>;
  /** Whether it was asked to. */
  closing(): boolean;
}

/** Puts everything together and opens the doors. Throws errors of the table for what an operator can mend. */
export async function startMillrace(
  settings: Settings,
  { log, sandbox: withSandbox, clock = systemClock }: StartOptions,
): Promise<Millrace> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      // One part that cannot be closed must not keep the others open.
      await Promise.resolve()
        .then(closer)
        .catch((err: unknown) => log.error({ err }, "A part did not close cleanly"));
    }
  };
  try {
    const lock = takeDataFolder(settings.dataDir);
    closers.push(() => lock.release());
    return await open(settings, { log, clock, withSandbox, closers, close });
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

interface Opening {
  log: FastifyBaseLogger;
  clock: Clock;
  withSandbox: boolean;
  /** What has been opened so far; closed in the opposite order. */
  closers: (() => unknown)[];
  close: () => Promise<void>;
}

async function open(settings: Settings, { log, clock, withSandbox, closers, close }: Opening): Promise<Millrace> {
  const files = dataFiles(settings.dataDir);
  const stopping = new AbortController();
  const store = await openStore(files.store, clock);
  closers.push(() => store.db.close());
  const sandbox = withSandbox ? await openSandboxAt(settings, clock) : null;
  if (sandbox) closers.push(() => sandbox.systems.close());
  const { keys: sealingKeys, warning } = readKeys({ value: settings.encryptionKey, file: files.encryptionKey });

  const metrics = createMetrics();
  const outside = openOutside({
    store: store.vault,
    keys: sealingKeys,
    clock,
    log,
    called: metrics.called,
    allowPrivateHosts: [...settings.allowPrivateHosts, ...(sandbox ? [new URL(sandbox.url).host] : [])],
  });
  closers.push(() => outside.close());
  const engine = openEngine(store, outside, { clock, log, onCommit: metrics.committed });
  closers.push(() => engine.close());
  const live = createLive({ clock });
  engine.onChange(live.changed);

  const keys = await openApiKeys({ store: store.apiKeys, workspaceId, clock });
  const firstKey = await keys.ensure();
  if (firstKey !== null) writePrivate(files.apiKey, `${firstKey}\n`);
  const sessions = createSessions({ secret: privateSecret(files.sessionKey), generation: keys.generation, clock });
  const address = { url: settings.publicUrl ?? `http://${hostOf(settings)}:${settings.port}` };
  const publicUrl = () => address.url;

  const app = await buildApp({
    engine,
    live,
    clock,
    log,
    workspaceId,
    publicUrl,
    titles: knowledge,
    caller: outside.caller,
    connections: outside.vault,
    version: versionOf(packageRoot()),
    startedAt: clock.now(),
    webFolder: join(packageRoot(), "dist/web"),
    sandboxUrl: () => sandbox?.url ?? null,
    replaysOf: (workspace, id) => store.runs.replaysOf(workspace, id),
    storeProblem: storeProbe(store.vault, clock),
    metricsPage: () => metrics.page({ engine, quotas: () => quotaReadings(outside) }),
    checkSignature: createSignatureCheck({
      definition: engine.triggerDefinition,
      findApp: (id) => apps.get(id),
      connection: (workspace, name) => outside.vault.get(workspace, name).catch(() => null),
    }),
    signIn: createSignIn({ keys, sessions, publicUrl, localSignIn: settings.localSignIn }),
    desk: createDesk({ vault: outside.vault, caller: outside.caller, flows: engine.flows, quota: (c) => outside.quota(c), workspaceId }),
    async rotateKey() {
      const key = await keys.rotate();
      writePrivate(files.apiKey, `${key}\n`);
      return key;
    },
  });
  closers.push(() => app.close());
  await engine.start();
  const port = await listen(app, settings);
  address.url = settings.publicUrl ?? `http://${hostOf(settings)}:${port}`;
  const url = `http://${hostOf(settings)}:${port}`;
  writeServerNote(settings.dataDir, { url, pid: process.pid });
  closers.push(
    () => writeServerNote(settings.dataDir, null),
    () => stopping.abort(),
  );
  startRetention({ engine, workspaceId, days: settings.retentionDays, clock, log, signal: stopping.signal });
  return {
    url: address.url,
    localUrl: url,
    engine,
    vault: outside.vault,
    sandbox,
    firstKey,
    warnings: warning === undefined ? [] : [warning],
    close,
    closing: () => stopping.signal.aborted,
  };
}

function openEngine(
  store: Store,
  { caller, vault }: Outside,
  { clock, log, onCommit }: { clock: Clock; log: FastifyBaseLogger; onCommit: (ms: number) => void },
): Engine {
  return createEngine({
    runs: store.runs,
    flows: store.flows,
    triggers: store.triggers,
    queue: createInProcessQueue({ clock }),
    caller,
    knowledge,
    webhook: webhookFacts,
    clock,
    onCommit,
    log: (message, err) => log.error({ err }, message),
    polls: {
      operation: (app, id) => findOperation(app, id) ?? null,
      connectionId: (workspace, name) =>
        vault.get(workspace, name).then(
          ({ id }) => id,
          () => null,
        ),
      pages: (request) => caller.pages(request),
    },
  });
}

/** The pretend systems are loaded only when they are wanted. */
async function openSandboxAt({ dataDir, sandboxPort }: Settings, clock: Clock): Promise<NonNullable<Millrace["sandbox"]>> {
  const { openSandbox } = await import("#sandbox/index.ts");
  const systems = await openSandbox({ file: dataFiles(dataDir).sandbox, clock });
  try {
    return { systems, url: await systems.listen({ host: "127.0.0.1", port: sandboxPort }) };
  } catch (thrown) {
    await systems.close();
    throw portTaken(thrown, sandboxPort, "MILLRACE_SANDBOX_PORT");
  }
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (thrown) {
    throw portTaken(thrown, port, "MILLRACE_PORT");
  }
  return (app.server.address() as AddressInfo).port;
}

/** Every address is an address to listen on; only a named one is an address to open. */
function hostOf({ host }: Settings): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function quotaReadings({ quota, vault }: Outside): Promise<QuotaReading[]> {
  return (await vault.list(workspaceId)).flatMap((connection) => {
    const meter = quota(connection);
    if (!meter) return [];
    return [
      {
        app: connection.app,
        budget: connection.name,
        used: meter.used,
        limit: meter.limit,
        dailyUsed: meter.daily?.used ?? 0,
        dailyLimit: meter.daily?.limit ?? 0,
      },
    ];
  });
}

const versionOf = (root: string): string => (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
