import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { apps, findOperation } from "#apps/index.ts";
import type { Engine } from "#engine/api.ts";
import { createEngine } from "#engine/engine.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { ExecutionMarks } from "#engine/types.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { packageRoot } from "#kernel/root.ts";
import { PrivateHosts } from "#outbound/private-hosts.ts";
import { createGovernor } from "#outbound/governor.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import type { Sandbox } from "#sandbox/index.ts";
import { openExecutionMarks } from "#storage/execution-marks.ts";
import { explainStoreFault } from "#storage/faults.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { clientAddress } from "./access.ts";
import { openApiKeys } from "./api-keys.ts";
import { buildApp } from "./app.ts";
import { createArrivals } from "./arrivals.ts";
import { createWrongKeys } from "./attempts.ts";
import { createDesk, type ConnectionDesk } from "./connection-desk.ts";
import type { OutageView } from "./contract.ts";
import { closeFolderToOthers, dataFiles, readApiKey, takeDataFolder, writePrivate, writeServerNote } from "./data-folder.ts";
import { exposureWarnings } from "./exposure.ts";
import { FrontDoor, starting } from "./front-door.ts";
import { knowledge, webhookFacts } from "./knowledge.ts";
import { openHeard, type HeardCounter } from "./heard.ts";
import { openInboxBook, type InboxBook } from "./inbox-book.ts";
import { createFlowRepair } from "./flow-repair.ts";
import { createInboxDesk } from "./inbox-desk.ts";
import { createInboxDoor } from "./inbox-door.ts";
import { openKeys } from "./key-check.ts";
import { createLaterReplays } from "./later-replays.ts";
import { checkAfterLostNames } from "./lint-hints.ts";
import { openLintDesk, startLint } from "./lint-desk.ts";
import { createLintReader, usesConnection } from "./lint-reader.ts";
import { createLive, type Live } from "./live.ts";
import { createMetrics, type QuotaReading } from "./metrics.ts";
import { openOutside, type Outside } from "./outside.ts";
import { createPinBook } from "./pin-book.ts";
import { portTaken } from "./port.ts";
import { openPrivateHostDesk } from "./private-host-desk.ts";
import { openQuotaKeeper } from "./quota-keeper.ts";
import type { Rate } from "./rate-limit.ts";
import { startRetention } from "./retention.ts";
import { connectSandboxInbox } from "./sandbox-inbox.ts";
import { openSessions } from "./sessions.ts";
import type { Settings } from "./settings.ts";
import { createSignIn } from "./sign-in.ts";
import { createSignInLinks } from "./sign-in-links.ts";
import { createSignatureCheck } from "./signature.ts";
import { checkStoreIsThere } from "./store-note.ts";
import { openStore, storeProbe, workspaceId, type Store } from "./store.ts";
import { Upkeep } from "./upkeep.ts";

export interface StartOptions {
  log: FastifyBaseLogger;
  /** Whether the pretend systems run beside it. */
  sandbox: boolean;
  /** Accepts events and shows everything, and executes nothing until it is released. */
  hold?: boolean;
  clock?: Clock;
  /** Begin with an empty store although this folder had one before. */
  asNew?: boolean;
  /** Go on with a new sealing key although logins were sealed with another. */
  withNewKey?: boolean;
  /** Called once the store is open and up to date: from here on a stop is orderly. */
  opened?: () => void;
}

/** A running Millrace. */
export interface Millrace {
  /** The address others know it by. */
  url: string;
  /** The address on this machine. */
  localUrl: string;
  engine: Engine;
  vault: Vault;
  connections: ConnectionDesk;
  inboxes: InboxBook;
  sandbox: { url: string; systems: Sandbox } | null;
  /** Where the API key is, and whether this start made it. */
  apiKey: { file: string; isNew: boolean; isThere(): boolean };
  /** One-time links for a browser; null where local sign-in is off. */
  links: { make(): string; isOpen(url: string): boolean } | null;
  /** What the operator should know, a sentence each, as things are now. */
  warnings(): string[];
  /** Moves what was committed into the store's file. */
  settle(): Promise<void>;
  /** Takes nothing more, lets what runs finish, and leaves the data folder. */
  close(): Promise<void>;
  /** Whether it was asked to. */
  closing(): boolean;
}

/**
 * Puts everything together and opens the doors. The port comes first, so that one in use ends the start before anything has begun.
 * Throws errors of the table for what an operator can mend.
 */
export async function startMillrace(settings: Settings, options: StartOptions): Promise<Millrace> {
  const { log, clock = systemClock } = options;
  const closers = new Closers(log);
  try {
    const lock = takeDataFolder(settings.dataDir);
    closers.add(() => lock.release());
    checkStoreIsThere(settings.dataDir, { asNew: options.asNew ?? false });
    const door = new FrontDoor(starting());
    const port = await door.listen(settings);
    closers.add(() => door.close());
    const inside = await openInside(settings, options, { log, clock, closers });
    return await openDoors(settings, inside, { log, clock, closers, door, port, hold: options.hold ?? false });
  } catch (thrown) {
    await closers.close();
    throw explainStoreFault(thrown, dataFiles(settings.dataDir).store);
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
async function openInside(settings: Settings, options: StartOptions, { log, clock, closers }: Tools) {
  const { dataDir, retentionDays } = settings;
  const files = dataFiles(dataDir);
  const store = await openStore(files.store, clock);
  closers.add(() => store.db.close());
  options.opened?.();
  const upkeep = await Upkeep.open({ ...store, dataDir, version: versionOf(packageRoot()), retentionDays, clock, log });
  store.db.checkpoint(); // before any file beside it says that there is a store
  const sandbox = options.sandbox ? await openSandboxAt(settings, clock) : null;
  closers.add(() => sandbox?.systems.close());
  const { keys, warning } = await openKeys(settings, store, { asNew: options.withNewKey ?? false });
  const metrics = createMetrics();
  const sandboxHost = sandbox ? new URL(sandbox.url).host : undefined;
  const pins = createPinBook({ store: store.pins, clock, log });
  closers.add(() => pins.close());
  const onRename: ((connectionId: string) => void)[] = [];
  const allowPrivateHosts = new PrivateHosts(settings.allowPrivateHosts);
  const governor = createGovernor();
  const quota = await openQuotaKeeper({ store: store.quota, governor, rulesOf: (app) => apps.get(app)?.quota, clock, log });
  closers.add(() => quota.close());
  const outside = openOutside({
    store: store.vault,
    pins,
    renamed: (connectionId) => onRename.forEach((listener) => listener(connectionId)),
    keys,
    clock,
    log,
    governor,
    called: metrics.called,
    allowPrivateHosts,
    ...(sandboxHost !== undefined && { sandboxHost }),
  });
  closers.add(() => outside.close());
  // A rotated key: from now on only the newest is needed. A secret no key opens is told by its connection when it is used.
  await outside.vault.reseal().catch((err: unknown) => log.error({ err }, "Some logins could not be sealed anew under the newest key"));
  const marks = openExecutionMarks(files.executing);
  const engine = openEngine(store, outside, { clock, log, marks, onCommit: metrics.committed });
  closers.add(() => engine.close(finishMs));
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
      connections: outside.vault.list,
      pins,
      titles: knowledge,
      inboxes: (app) =>
        inboxes
          .all()
          .filter((inbox) => inbox.app === app)
          .map(({ name, flows }) => ({ name, all: flows === null })),
      caller: outside.caller,
      closed: outside.closed,
    }),
    workspaceId,
    clock,
    log,
  });
  closers.add(() => lint.close());
  const outdate = (id: string) => void lint.outdate(usesConnection(id, (name) => outside.vault.find(workspaceId, name)));
  outside.vault.onChange(outdate);
  onRename.push(outdate);
  closers.add(checkAfterLostNames({ engine, lint, workspaceId, clock, log }));
  inboxes.onChange(({ app }) => void lint.outdate(({ trigger }) => trigger.app === app));
  const privateHosts = await openPrivateHostDesk({
    store: store.privateHosts,
    hosts: allowPrivateHosts,
    fromSettings: settings.allowPrivateHosts,
    workspaceId,
    clock,
    log,
    changed: () => void lint.outdate((definition) => placesOf(definition).some(({ app }) => app === "http")),
  });
  const connections = createDesk({
    vault: outside.vault,
    probe: outside.probe,
    flows: engine.flows,
    inboxesOf: inboxesOf(inboxes, heard),
    quota: outside.quota,
    workspaceId,
    clock,
    log,
  });
  const laterReplays = createLaterReplays({ engine, vault: outside.vault, store: store.waitingReplays, workspaceId, clock, log });
  outside.vault.onChange((id) => void laterReplays.resume(id));
  outside.onStatus(({ id }) => void laterReplays.resume(id));
  outside.onStatus(({ id }) => void lint.outdate(usesConnection(id, (name) => outside.vault.find(workspaceId, name))));
  outside.onDoubt((connection) => {
    connections
      .doubt(connection)
      .catch((err: unknown) => log.error({ err, connection: connection.name }, "A refused connection could not be tested"));
  });
  return {
    lint,
    connections,
    privateHosts,
    laterReplays,
    store,
    upkeep,
    pins,
    sandbox,
    metrics,
    outside,
    engine,
    inboxes,
    heard,
    warnings: [warning, closeFolderToOthers(dataDir), ...exposureWarnings(settings)].filter((w) => typeof w === "string"),
  };
}
type Inside = Awaited<ReturnType<typeof openInside>>;

/** The server on top of it, on the port that listens already. */
async function openDoors(
  settings: Settings,
  inside: Inside,
  { log, clock, closers, door, port, hold }: Tools & { door: FrontDoor; port: number; hold: boolean },
): Promise<Millrace> {
  const { engine, outside, sandbox, inboxes, heard, upkeep, warnings } = inside;
  const url = `http://${hostOf(settings)}:${port}`;
  const publicUrl = () => settings.publicUrl ?? url;
  const live = createLive({ clock });
  const { signIn, links, apiKey } = await openSignIn(settings, inside.store, { log, clock, publicUrl, onEnded: live.review });
  const signInUrl = (token: string) => `${url}/#open=${token}`;
  const signedEvents = {
    retentionDays: settings.retentionDays,
    withoutAppId: settings.eventsWithoutAppId,
    withoutTime: settings.eventsWithoutTime,
    clock,
    inDoubt: () => upkeep.doubtsClock(),
  };
  const inboxDoor = createInboxDoor({
    book: inboxes,
    engine,
    heard,
    vault: outside.vault,
    findApp: (id) => apps.get(id),
    signedEvents,
  });
  const checkSignature = createSignatureCheck({ definition: engine.triggerDefinition, findApp: (id) => apps.get(id), signedEvents });
  const app = await buildApp({
    ...appParts(inside, { log, clock, publicUrl, live }),
    inboxDoor,
    checkSignature,
    rates: {
      hooks: withBurst(settings.hookRate),
      strangers: withBurst(settings.strangerRate),
      api: withBurst(settings.apiRate),
    },
    clientAddress: (req) => clientAddress(req, settings.trustedProxies),
    signIn,
    signInUrl,
    door,
  });
  closers.add(() => Promise.all([door.close(), app.close()]));
  await app.ready();

  const mended = await engine.flows.mend(workspaceId);
  if (mended.length > 0) log.warn({ flows: mended }, "Flows were switched on when Millrace stopped, and are now");
  await engine.start({ held: hold });
  door.open();
  inside.laterReplays.resumeAll().catch((err: unknown) => log.error({ err }, "Replays that wait for a connection could not be looked at"));
  if (sandbox) await connectSandboxInbox({ book: inboxes, systems: sandbox.systems, localUrl: url, workspaceId, clock });
  writeServerNote(settings.dataDir, { url, pid: process.pid });
  const stopping = new AbortController();
  closers.add(
    () => writeServerNote(settings.dataDir, null),
    () => stopping.abort(),
  );
  startLint({ desk: inside.lint, clock, log, signal: stopping.signal });
  const { marks } = inside.store;
  const observe = () => upkeep.observe();
  startRetention({ engine, marks, observe, workspaceId, days: settings.retentionDays, clock, log, signal: stopping.signal });
  upkeep.start(stopping.signal);
  return {
    url: publicUrl(),
    localUrl: url,
    engine,
    vault: outside.vault,
    connections: inside.connections,
    inboxes,
    sandbox,
    apiKey,
    links: links && {
      make: () => signInUrl(links.make().token),
      isOpen: (link) => links.isOpen(new URL(link).hash.slice("#open=".length)),
    },
    warnings: () => [...warnings, ...(apiKey.isThere() ? [] : [keyMissing(apiKey.file)]), ...upkeep.warnings()],
    settle: () => upkeep.settle(),
    close: () => closers.close(),
    closing: () => stopping.signal.aborted,
  };
}

/** How long running steps may take to finish when Millrace stops; what is left goes on at the next start. */
const finishMs = 5000;

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
  const isThere = () => keys.find(readApiKey(dataDir) ?? "") !== undefined;
  return { signIn, links, apiKey: { file, isNew: newKey !== null, isThere } };
}

/** So it is after a backup was restored elsewhere, and when the key was moved to a safer place. */
const keyMissing = (file: string) =>
  `The current API key is not in ${file}, so the millrace command on this machine needs it in MILLRACE_API_KEY. If nobody has the key, stop Millrace and run 'millrace key rotate --offline'.`;

/** Ten seconds' worth may come at once. */
const withBurst = (perSecond: number): Rate => ({ perSecond, burst: Math.max(1, perSecond * 10) });

/** What the routes are given. */
function appParts(
  { store, upkeep, pins, sandbox, metrics, outside, engine, inboxes, heard, lint, connections, privateHosts, laterReplays }: Inside,
  { log, clock, publicUrl, live }: Omit<Tools, "closers"> & { publicUrl: () => string; live: Live },
) {
  const { vault, caller } = outside;
  engine.onChange(live.changed);
  const outages = () => outagesOf(outside, engine);
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
    warnings: () => upkeep.warnings(),
    replaysOf: store.runs.replaysOf,
    storeProblem: storeProbe(store.vault, clock),
    outages,
    metricsPage: () => metrics.page({ engine, quotas: () => quotaReadings(outside), lint: lint.totals, outages }),
    repair: createFlowRepair({
      engine,
      lint,
      references: store.references,
      pins,
      connection: vault.find,
      findOperation,
      webhook: webhookFacts,
      workspaceId,
    }),
    desk: connections,
    privateHosts,
    laterReplays,
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
    onAccepted: createArrivals({ engine, vault, clock, log }),
  };
}

function openEngine(
  store: Store,
  { caller, vault }: Outside,
  { clock, log, marks, onCommit }: { clock: Clock; log: FastifyBaseLogger; marks: ExecutionMarks; onCommit: (ms: number) => void },
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
    marks,
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
  const file = dataFiles(dataDir).sandbox;
  const systems = await openSandbox({ file, clock }).catch((thrown: unknown) => Promise.reject(sandboxUnusable(thrown, file)));
  try {
    return { systems, url: await systems.listen({ host: "127.0.0.1", port: sandboxPort }) };
  } catch (thrown) {
    await systems.close();
    throw portTaken(thrown, sandboxPort, "MILLRACE_SANDBOX_PORT");
  }
}

function sandboxUnusable(cause: unknown, file: string): MillraceError {
  const problem = `The sandbox's records in ${file} cannot be used (${(cause as Error).message}). Only pretend data are in it: close what uses it or delete the file, or start with --no-sandbox`;
  return new MillraceError("CONFLICT", { cause, details: { problem } });
}

/** Every address is an address to listen on; only a named one is an address to open. */
function hostOf({ host }: Settings): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** What is in trouble outside, with the runs that wait for it. */
function outagesOf({ troubledHosts }: Outside, engine: Engine): OutageView[] {
  const waiting = engine.waiting();
  return troubledHosts().map((outage) => ({ ...outage, app: outage.app || null, waiting: waiting.get(outage.host) ?? 0 }));
}
/** The inboxes at which events of a connection's own sub-account or agency have come in. */
const inboxesOf =
  (inboxes: InboxBook, heard: HeardCounter) =>
  async ({ app, locationId, companyId }: Connection): Promise<{ id: string; name: string }[]> => {
    const place = locationId ?? companyId;
    if (place === undefined) return [];
    const own = inboxes.all().filter((inbox) => inbox.app === app);
    const counts = await Promise.all(own.map(({ id }) => heard.read(id)));
    return own.filter((_, i) => counts[i]!.some((each) => each.place === place)).map(({ id, name }) => ({ id, name }));
  };

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
