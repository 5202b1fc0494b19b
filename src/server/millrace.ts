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
import { createWrongKeys } from "./attempts.ts";
import { createDesk } from "./connection-desk.ts";
import { dataFiles, readApiKey, takeDataFolder, writePrivate, writeServerNote } from "./data-folder.ts";
import { exposureWarnings } from "./exposure.ts";
import { knowledge, webhookFacts } from "./knowledge.ts";
import { openHeard } from "./heard.ts";
import { openInboxBook, type InboxBook } from "./inbox-book.ts";
import { createInboxDesk } from "./inbox-desk.ts";
import { createInboxDoor } from "./inbox-door.ts";
import { openLintDesk, startLint } from "./lint-desk.ts";
import { createLintReader, usesConnection } from "./lint-reader.ts";
import { createLive, type Live } from "./live.ts";
import { createMetrics, type QuotaReading } from "./metrics.ts";
import { openOutside, type Outside } from "./outside.ts";
import { portTaken } from "./port.ts";
import { startRetention } from "./retention.ts";
import { connectSandboxInbox } from "./sandbox-inbox.ts";
import { openSessions } from "./sessions.ts";
import type { Settings } from "./settings.ts";
import { createSignIn } from "./sign-in.ts";
import { createSignInLinks } from "./sign-in-links.ts";
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
  inboxes: InboxBook;
  sandbox: { url: string; systems: Sandbox } | null;
  /** Where the API key is, whether this start made it, and whether the file holds it. */
  apiKey: { file: string; isNew: boolean; isThere: boolean };
  /** One-time links for a browser; null where local sign-in is off. */
  links: { make(): string; isOpen(url: string): boolean } | null;
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
  const closers = new Closers(log);
  try {
    const lock = takeDataFolder(settings.dataDir);
    closers.add(() => lock.release());
    const inside = await openInside(settings, { log, clock, withSandbox, closers });
    return await openDoors(settings, inside, { log, clock, closers });
  } catch (thrown) {
    await closers.close();
    throw thrown;
  }
}

/** What has been opened, closed in the opposite order. */
class Closers {
  readonly #log: FastifyBaseLogger;
  #parts: (() => unknown)[] = [];

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  add(...parts: (() => unknown)[]): void {
    this.#parts.push(...parts);
  }

  /** One part that cannot be closed must not keep the others open. */
  async close(): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) {
      const closing = Promise.resolve().then(part);
      await closing.catch((err: unknown) => this.#log.error({ err }, "A part did not close cleanly"));
    }
  }
}

interface Tools {
  log: FastifyBaseLogger;
  clock: Clock;
  closers: Closers;
}

/** Everything behind the doors: rows, pretend systems, the way out, the engine. */
async function openInside(settings: Settings, { log, clock, withSandbox, closers }: Tools & { withSandbox: boolean }) {
  const files = dataFiles(settings.dataDir);
  const store = await openStore(files.store, clock);
  closers.add(() => store.db.close());
  const sandbox = withSandbox ? await openSandboxAt(settings, clock) : null;
  closers.add(() => sandbox?.systems.close());
  const { keys, warning } = readKeys({ value: settings.encryptionKey, file: files.encryptionKey });
  const metrics = createMetrics();
  const allowPrivateHosts = [...settings.allowPrivateHosts, ...(sandbox ? [new URL(sandbox.url).host] : [])];
  const outside = openOutside({ store: store.vault, keys, clock, log, called: metrics.called, allowPrivateHosts });
  closers.add(() => outside.close());
  // A rotated key: from now on only the newest is needed. A secret no key opens is told by its connection when it is used.
  await outside.vault.reseal().catch((err: unknown) => log.error({ err }, "Some logins could not be sealed anew under the newest key"));
  const engine = openEngine(store, outside, { clock, log, onCommit: metrics.committed });
  closers.add(() => engine.close());
  const inboxes = await openInboxBook({ store: store.inboxes, workspaceId });
  const heard = await openHeard({ store: store.inboxes, inboxIds: inboxes.all().map(({ id }) => id), clock, log });
  closers.add(() => heard.close());
  const lint = await openLintDesk({
    flows: engine.flows,
    references: store.references,
    store: store.lint,
    reader: createLintReader({
      workspaceId,
      findApp: (id) => apps.get(id),
      findOperation,
      webhook: webhookFacts,
      connection: outside.vault.find,
      inboxes: (app) =>
        inboxes
          .all()
          .filter((inbox) => inbox.app === app)
          .map(({ name }) => name),
      caller: outside.caller,
    }),
    workspaceId,
    clock,
    log,
  });
  closers.add(() => lint.close());
  outside.vault.onChange((id) => void lint.outdate(usesConnection(id, (name) => outside.vault.find(workspaceId, name))));
  inboxes.onChange(({ app }) => void lint.outdate(({ trigger }) => trigger.app === app));
  return {
    lint,
    store,
    sandbox,
    metrics,
    outside,
    engine,
    inboxes,
    heard,
    warnings: [warning, ...exposureWarnings(settings)].filter((w) => w !== undefined),
  };
}
type Inside = Awaited<ReturnType<typeof openInside>>;

/** The server on top of it, listening. */
async function openDoors(settings: Settings, inside: Inside, { log, clock, closers }: Tools): Promise<Millrace> {
  const { engine, outside, sandbox, inboxes, heard } = inside;
  const local = `http://${hostOf(settings)}:${settings.port}`;
  const address = { url: settings.publicUrl ?? local, local };
  const publicUrl = () => address.url;
  const live = createLive({ clock });
  const { signIn, links, apiKey } = await openSignIn(settings, inside.store, { log, clock, publicUrl, onEnded: live.review });
  const signInUrl = (token: string) => `${address.local}/#open=${token}`;
  const inboxDoor = createInboxDoor({
    book: inboxes,
    engine,
    heard,
    vault: outside.vault,
    findApp: (id) => apps.get(id),
    retentionDays: settings.retentionDays,
    clock,
  });
  const app = await buildApp({ ...appParts(inside, { log, clock, publicUrl, live }), inboxDoor, signIn, signInUrl });
  closers.add(() => app.close());

  const mended = await engine.flows.mend(workspaceId);
  if (mended.length > 0) log.warn({ flows: mended }, "Flows were switched on when Millrace stopped, and are now");
  await engine.start();
  const url = `http://${hostOf(settings)}:${await listen(app, settings)}`;
  address.local = url;
  address.url = settings.publicUrl ?? url;
  if (sandbox) await connectSandboxInbox({ book: inboxes, systems: sandbox.systems, localUrl: url, workspaceId, clock });
  writeServerNote(settings.dataDir, { url, pid: process.pid });
  const stopping = new AbortController();
  closers.add(
    () => writeServerNote(settings.dataDir, null),
    () => stopping.abort(),
  );
  startLint({ desk: inside.lint, clock, log, signal: stopping.signal });
  startRetention({ engine, workspaceId, days: settings.retentionDays, clock, log, signal: stopping.signal });
  return {
    url: address.url,
    localUrl: url,
    engine,
    vault: outside.vault,
    inboxes,
    sandbox,
    apiKey,
    links: links && {
      make: () => signInUrl(links.make().token),
      isOpen: (link) => links.isOpen(new URL(link).hash.slice("#open=".length)),
    },
    warnings: [...inside.warnings, ...(apiKey.isThere ? [] : [keyMissing(apiKey.file)])],
    close: () => closers.close(),
    closing: () => stopping.signal.aborted,
  };
}

/** The API key, which the first start makes, and what lets people in. */
async function openSignIn(
  { dataDir, trustedProxies: trusted, localSignIn, metricsKey }: Settings,
  store: Store,
  { log, clock, publicUrl, onEnded }: Omit<Tools, "closers"> & { publicUrl: () => string; onEnded: () => void },
) {
  const file = dataFiles(dataDir).apiKey;
  const keepKey = (key: string) => writePrivate(file, `${key}\n`);
  const keys = await openApiKeys({ store: store.apiKeys, workspaceId, clock });
  const newKey = await keys.ensure();
  if (newKey !== null) keepKey(newKey);
  const sessions = await openSessions({
    store: store.sessions,
    workspaceId,
    keyId: keys.keyId,
    clock,
    onStoreProblem: (err) => log.error({ err }, "A sign-in could not be written to the store, so it may not survive a restart"),
  });
  const wrongKeys = createWrongKeys({
    clock,
    onLimit: (address) => log.warn({ address }, "Wrong API keys keep coming from this address; they are answered 429 for a minute"),
  });
  const links = localSignIn ? createSignInLinks(clock) : null;
  const signIn = createSignIn({
    keys,
    sessions,
    links,
    wrongKeys,
    publicUrl,
    trusted,
    keepKey,
    onEnded,
    onEvent: (what, address) => log.info({ address }, `Somebody ${what}`),
    ...(metricsKey !== undefined && { metricsKey }),
  });
  const isThere = keys.find(readApiKey(dataDir) ?? "") !== undefined;
  return { signIn, links, apiKey: { file, isNew: newKey !== null, isThere } };
}

/** So it is after a backup was restored elsewhere, and when the key was moved to a safer place. */
const keyMissing = (file: string) =>
  `The current API key is not in ${file}, so the millrace command on this machine needs it in MILLRACE_API_KEY. If nobody has the key, stop Millrace and run 'millrace key rotate --offline'.`;

/** What the routes are given. */
function appParts(
  { store, sandbox, metrics, outside, engine, inboxes, heard, lint }: Inside,
  { log, clock, publicUrl, live }: Omit<Tools, "closers"> & { publicUrl: () => string; live: Live },
) {
  const { vault, caller, quota } = outside;
  engine.onChange(live.changed);
  return {
    engine,
    lint,
    live,
    clock,
    log,
    workspaceId,
    publicUrl,
    caller,
    titles: knowledge,
    connections: vault,
    version: versionOf(packageRoot()),
    startedAt: clock.now(),
    webFolder: join(packageRoot(), "dist/web"),
    sandboxUrl: () => sandbox?.url ?? null,
    replaysOf: store.runs.replaysOf,
    storeProblem: storeProbe(store.vault, clock),
    metricsPage: () => metrics.page({ engine, quotas: () => quotaReadings(outside), lint: lint.totals }),
    desk: createDesk({ vault, caller, flows: engine.flows, quota, workspaceId }),
    inboxDesk: createInboxDesk({
      book: inboxes,
      heard,
      engine,
      connections: () => vault.list(workspaceId),
      findApp: (id) => apps.get(id),
      publicUrl,
      workspaceId,
      clock,
    }),
    checkSignature: createSignatureCheck({ definition: engine.triggerDefinition, findApp: (id) => apps.get(id) }),
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
    inboxes: {
      rules: (app) => apps.get(app)?.inbox ?? null,
      events: (app) => apps.get(app)?.triggers ?? [],
      connections: vault.list,
      onConnections: (listener) => vault.onChange(listener),
    },
    polls: {
      operation: (app, id) => findOperation(app, id) ?? null,
      connection: vault.find,
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
