import type { FastifyBaseLogger } from "fastify";
import { apps, findOperation } from "#apps/index.ts";
import type { Engine } from "#engine/api.ts";
import { createEngine } from "#engine/engine.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { ExecutionMarks } from "#engine/ports/execution-marks.ts";
import type { Clock } from "#kernel/clock.ts";
import { createGovernor } from "#outbound/governor.ts";
import { PrivateHosts } from "#outbound/private-hosts.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import { openExecutionMarks } from "#storage/execution-marks.ts";
import type { Connection } from "#vault/types.ts";
import type { Closers } from "./closers.ts";
import { createDesk } from "./connection-desk.ts";
import { closeFolderToOthers, dataFiles } from "./data-folder.ts";
import { exposureWarnings } from "./exposure.ts";
import { openHeard, type HeardCounter } from "./heard.ts";
import { openInboxBook, type InboxBook } from "./inbox-book.ts";
import { openKeys } from "./key-check.ts";
import { knowledge, webhookFacts } from "./knowledge.ts";
import { createLaterReplays } from "./later-replays.ts";
import { lastReads } from "./last-reads.ts";
import { openLintDesk } from "./lint-desk.ts";
import { checkAfterRuns } from "./lint-hints.ts";
import { createLintReader, usesConnection } from "./lint-reader.ts";
import { Listeners } from "./listeners.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { openOutside, type Outside } from "./outside.ts";
import { createPinBook, type PinBook } from "./pin-book.ts";
import { openPrivateHostDesk } from "./private-host-desk.ts";
import { openQuotaKeeper } from "./quota-keeper.ts";
import { openSandboxBeside, type SandboxBeside, type SandboxQuota } from "./sandbox-beside.ts";
import type { Settings } from "./settings.ts";
import { openStore, workspaceId, type Store } from "./store.ts";
import { Upkeep } from "./upkeep.ts";
import { millraceVersion } from "./version.ts";

export interface InsideOptions {
  /** Whether the pretend systems run beside it. */
  sandbox: boolean;
  /** What the pretend HighLevel allows instead of the vendor's quota, for tests that are not about quota. */
  sandboxQuota?: SandboxQuota;
  /** Go on with a new sealing key although logins were sealed with another. */
  withNewKey?: boolean;
  /** Called once the store is open and up to date: from here on a stop is orderly. */
  opened?: () => void;
}

export interface Tools {
  log: FastifyBaseLogger;
  clock: Clock;
  closers: Closers;
}

/** How long running steps may take to finish when Millrace stops; what is left goes on at the next start. */
const finishMs = 5000;

/** Opens everything behind the routes: the store, the sandbox, the way to other systems, the engine, and what watches over flows. */
export async function openInside(settings: Settings, options: InsideOptions, tools: Tools) {
  const { log, clock, closers } = tools;
  const { dataDir } = settings;
  const { store, upkeep } = await openRows(settings, options, tools);
  const sandbox = options.sandbox ? await openSandboxBeside(settings, clock, options.sandboxQuota) : null;
  closers.add(() => sandbox?.systems.close());
  const { keys, warning } = await openKeys(settings, store, { asNew: options.withNewKey ?? false });
  const metrics = createMetrics();
  const privateAddresses = new PrivateHosts(settings.allowPrivateHosts);
  const { outside, pins, onRename } = await openWayOut({ store, keys, metrics, sandbox, privateAddresses }, tools);
  const marks = openExecutionMarks(dataFiles(dataDir).executing);
  const engine = openEngine(store, outside, { clock, log, marks, onCommit: metrics.committed });
  closers.add(() => engine.close(finishMs));
  const inboxes = await openInboxBook({ store: store.inboxes, workspaceId });
  const heard = await openHeard({ store: store.inboxes, inboxIds: inboxes.all().map(({ id }) => id), clock, log });
  closers.add(() => heard.close());
  const lint = await openLint({ store, outside, engine, pins, inboxes, onRename }, tools);
  const privateHosts = await openPrivateHostDesk({
    store: store.privateHosts,
    hosts: privateAddresses,
    fromSettings: settings.allowPrivateHosts,
    workspaceId,
    clock,
    log,
    changed: () => void lint.outdate((definition) => placesOf(definition).some(({ app }) => app === "http")),
  });
  return {
    ...openConnections({ store, outside, engine, inboxes, heard }, tools),
    lint,
    privateHosts,
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
export type Inside = Awaited<ReturnType<typeof openInside>>;

async function openRows({ dataDir, retentionDays }: Settings, { opened }: InsideOptions, { log, clock, closers }: Tools) {
  const store = await openStore(dataFiles(dataDir).store, clock);
  closers.add(() => store.db.close());
  opened?.();
  const upkeep = await Upkeep.open({ ...store, dataDir, version: millraceVersion(), retentionDays, clock, log });
  store.db.checkpoint(); // before any file beside it says that there is a store
  return { store, upkeep };
}

interface WayOutParts {
  store: Store;
  keys: readonly Uint8Array[];
  metrics: Metrics;
  sandbox: SandboxBeside | null;
  privateAddresses: PrivateHosts;
}

/** Logins, the guarded client with its budgets, and what names stood for. */
async function openWayOut({ store, keys, metrics, sandbox, privateAddresses }: WayOutParts, { log, clock, closers }: Tools) {
  const pins = createPinBook({ store: store.pins, clock, log });
  closers.add(() => pins.close());
  const renames = new Listeners<[connectionId: string]>();
  const governor = createGovernor();
  const quota = await openQuotaKeeper({ store: store.quota, governor, rulesOf: (app) => apps.get(app)?.quota, clock, log });
  closers.add(() => quota.close());
  const outside = openOutside({
    store: store.vault,
    pins,
    renamed: renames.tell,
    keys,
    clock,
    log,
    governor,
    called: metrics.called,
    allowPrivateHosts: privateAddresses,
    ...(sandbox && { sandboxHost: new URL(sandbox.url).host }),
  });
  closers.add(() => outside.close());
  // A rotated key: from now on only the newest is needed. A connection whose secret no key opens says so when it is used.
  await outside.vault.reseal().catch((err: unknown) => log.error({ err }, "Some logins could not be sealed anew under the newest key"));
  return { outside, pins, onRename: renames.add };
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
      prepared: (request) => caller.prepared(request),
    },
  });
}

interface LintParts {
  store: Store;
  outside: Outside;
  engine: Engine;
  pins: PinBook;
  inboxes: InboxBook;
  onRename: (listener: (connectionId: string) => void) => void;
}

/** The checks of flows. They are repeated when a connection, an inbox or a name that a flow uses has changed. */
async function openLint({ store, outside, engine, pins, inboxes, onRename }: LintParts, { log, clock, closers }: Tools) {
  const { vault, caller, closed } = outside;
  const inboxesOfApp = (app: string) => inboxes.all().filter((inbox) => inbox.app === app);
  const lint = await openLintDesk({
    flows: engine.flows,
    references: store.references,
    store: store.lint,
    reader: createLintReader({
      workspaceId,
      findApp: (id) => apps.get(id),
      findOperation,
      webhook: webhookFacts,
      connection: vault.find,
      connections: vault.list,
      pins,
      titles: knowledge,
      inboxes: (app) => inboxesOfApp(app).map(({ name, flows }) => ({ name, all: flows === null })),
      caller,
      closed,
    }),
    lastReads: (flowId) => lastReads(engine, workspaceId, flowId),
    workspaceId,
    clock,
    log,
  });
  closers.add(() => lint.close());
  const outdate = (id: string) => void lint.outdate(usesConnection(id, (name) => vault.find(workspaceId, name)));
  vault.onChange(outdate);
  onRename(outdate);
  outside.onStatus(({ id }) => outdate(id));
  closers.add(checkAfterRuns({ engine, lint, workspaceId, clock, log }));
  inboxes.onChange(({ app }) => void lint.outdate(({ trigger }) => trigger.app === app));
  return lint;
}

interface ConnectionParts {
  store: Store;
  outside: Outside;
  engine: Engine;
  inboxes: InboxBook;
  heard: HeardCounter;
}

/** Connections as people deal with them, and the replays that wait until one works again. */
function openConnections({ store, outside, engine, inboxes, heard }: ConnectionParts, { log, clock }: Tools) {
  const { vault, probe, quota } = outside;
  const connections = createDesk({
    vault,
    probe,
    flows: engine.flows,
    inboxesOf: inboxesOf(inboxes, heard),
    quota,
    workspaceId,
    clock,
    log,
  });
  const laterReplays = createLaterReplays({ engine, vault, store: store.waitingReplays, workspaceId, clock, log });
  vault.onChange((id) => void laterReplays.resume(id));
  outside.onStatus(({ id }) => void laterReplays.resume(id));
  outside.onDoubt((connection) => {
    connections
      .doubt(connection)
      .catch((err: unknown) => log.error({ err, connection: connection.name }, "A refused connection could not be tested"));
  });
  return { connections, laterReplays };
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
