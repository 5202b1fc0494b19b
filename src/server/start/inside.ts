import { existsSync, readFileSync } from "node:fs";
import type { FastifyBaseLogger } from "fastify";
import { createAppRegistry } from "#apps/index.ts";
import { plainHttp } from "#catalog/plain-http.ts";
import type { AppRegistry, Catalog } from "#catalog/registry.ts";
import { ChangeFeed } from "#changes/feed.ts";
import type { Engine } from "#engine/api.ts";
import { createEngine } from "#engine/engine.ts";
import type { FlowKnowledge } from "#engine/flow/knowledge.ts";
import { MessageGate } from "#engine/messages/gate.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { ReadRecipient } from "#engine/ports/messages.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { Clock } from "#kernel/clock.ts";
import { createGovernor } from "#outbound/governor.ts";
import { PrivateHosts } from "#outbound/private-hosts.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import { openExecutionMarks } from "#storage/execution-marks.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import type { Connection, ConnectionRef } from "#vault/types.ts";
import type { Closers } from "./closers.ts";
import { CallLog } from "../connections/call-log.ts";
import { createConnectionService } from "../connections/connection-service.ts";
import { createConnectionUse } from "../connections/connection-use.ts";
import { closeFolderToOthers, dataFiles, writePrivate } from "./data-folder.ts";
import { exposureWarnings } from "./exposure.ts";
import { DeliveryLog } from "../inboxes/delivery-log.ts";
import { openReceptionCounter, type ReceptionCounter } from "../inboxes/reception-counts.ts";
import { InboxRegistry } from "../inboxes/inbox-registry.ts";
import { openKeys } from "../operations/key-check.ts";
import { AppComparison } from "../apps/app-comparison.ts";
import { AppService } from "../apps/app-service.ts";
import { AppDrafts } from "../apps/app-drafts.ts";
import { FlowImports } from "../flows/flow-imports.ts";
import { ReadingThread } from "../reading/reading-thread.ts";
import { OwnApps } from "../apps/own-apps.ts";
import { flowsThatUse } from "../apps/app-use.ts";
import { WebhookTargets } from "../targets/webhook-targets.ts";
import { HookSubscriptions } from "../hooks/subscriptions/hook-subscriptions.ts";
import { WebhookEndpoints } from "../webhooks/webhook-endpoints.ts";
import { openSyncs, type Syncs } from "../sync/open-syncs.ts";
import { ReadySyncs } from "../sync/ready-syncs.ts";
import { RecordTypeReader } from "../sync/record-type-reader.ts";
import { withoutSyncFlows } from "../sync/sync-flows.ts";
import { SyncWorker } from "#sync/worker.ts";
import { WebhookSender } from "../webhooks/webhook-sender.ts";
import { isLoopbackHost } from "#kernel/loopback.ts";
import { Backtests } from "../flows/backtests.ts";
import { knowledgeOf, webhooksOf } from "../catalog/knowledge.ts";
import { MappingService } from "../parts/mapping-service.ts";
import { flowTexts } from "../parts/part-use.ts";
import type { Part } from "../parts/parts-of-kind.ts";
import { openTags, type Tags } from "../tags/open-tags.ts";
import { PartFiles } from "../parts/part-files.ts";
import { RuleBook } from "../parts/rule-book.ts";
import { RuleService } from "../parts/rule-service.ts";
import { createLaterReplays } from "../runs/later-replays.ts";
import { lastReads } from "../lint/last-reads.ts";
import { openLintService, type LintService } from "../lint/lint-service.ts";
import { checkAfterRuns } from "../lint/lint-hints.ts";
import { createLintReader, usesConnection, type LintReaderParts } from "../lint/lint-reader.ts";
import { isObject } from "#kernel/json.ts";
import { Listeners } from "#kernel/listeners.ts";
import { createMetrics, type Metrics } from "../operations/metrics.ts";
import { openOutboundServices, type OutboundServices } from "../connections/outbound-services.ts";
import { createPinBook, type PinBook } from "../connections/pin-book.ts";
import { openPrivateHostService } from "../connections/private-host-service.ts";
import { openQuotaKeeper } from "../connections/quota-keeper.ts";
import { openSandboxBeside, type SandboxBeside, type SandboxQuota } from "./sandbox-beside.ts";
import type { Settings } from "./settings.ts";
import { storeHomeOf } from "./store-home.ts";
import { openStore, type Store } from "./store.ts";
import { Upkeep } from "../operations/upkeep.ts";
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
  const { store, feed, upkeep } = await openRows(settings, options, tools);
  const sandbox = await openSandbox(settings, options, tools);
  const { keys, warning } = await openKeys(settings, store, { asNew: options.withNewKey ?? false });
  const metrics = createMetrics();
  const privateAddresses = new PrivateHosts(settings.allowPrivateHosts);
  const terms = await openTerms(store, tools);
  const { catalog, ownApps, ruleBook, knowledge } = terms;
  const { outbound, pins, callLog, onRename } = await openWayOut(
    { settings, catalog, store, keys, metrics, sandbox, privateAddresses },
    tools,
  );
  const recipient: ReadRecipient = (call, needs) => outbound.caller.recipient(call, needs);
  const messageGate = new MessageGate({ store: store.messages, recipient, clock: tools.clock });
  const readySyncs = openReadySyncs({ catalog, store, outbound }, tools);
  const whole = openEngine({ settings, catalog, knowledge, store, outbound, messageGate, metrics, readySyncs: readySyncs.ready }, tools);
  const engine = { ...whole, flows: withoutSyncFlows(whole.flows) };
  const hookSubscriptions = openHookSubscriptions({ settings, catalog, store, outbound, engine }, tools);
  const { inboxes, receptions, deliveries } = await openInboxes(store, tools);
  const lintParts = { catalog, knowledge, store, outbound, engine, pins, inboxes };
  const lint = await openLint({ ...lintParts, onRename }, tools);
  const reading = lintReading(lintParts);
  const shared = openParts({ store, ruleBook, knowledge, engine, lint }, tools);
  const thread = new ReadingThread(tools.log);
  return {
    ...terms,
    ...shared,
    tags: openTagWork({ catalog, store, outbound, engine, ...shared }, tools),
    apps: openApps({ catalog, own: ownApps, outbound, engine, lint, hookSubscriptions: hookSubscriptions.all }, tools),
    appComparison: new AppComparison({
      registry: catalog,
      own: ownApps,
      flows: engine.flows,
      reader: (workspaceId, preview) => createLintReader(workspaceId, { ...reading, catalog: preview }),
    }),
    drafts: new AppDrafts({ reading: thread, readText: outbound.readText, own: ownApps }),
    flowImports: new FlowImports({
      reading: thread,
      catalog,
      titlesOf: knowledge,
      draft: (workspaceId, definition) => engine.flows.draft(workspaceId, definition),
    }),
    privateHosts: await openPrivateHosts({ settings, store, hosts: privateAddresses, lint }, tools),
    backtests: openBacktests(engine, store, tools),
    ...openConnections({ store, outbound, engine, inboxes, receptions, catalog, hookSubscriptions: hookSubscriptions.all }, tools),
    hookSubscriptions,
    webhookTargets: openWebhookTargets({ catalog, engine, outbound, lint }, tools),
    webhooks: openWebhooks({ settings, store, outbound }, tools),
    syncs: openSyncRoom({ catalog, store, outbound, engine: whole, readySyncs }, tools),
    lint,
    store,
    feed,
    upkeep,
    pins,
    sandbox,
    metrics,
    outbound,
    callLog,
    messageGate,
    engine,
    inboxes,
    receptions,
    deliveries,
    warnings: [warning, ...store.db.warnings, closeFolderToOthers(settings.dataDir), ...exposureWarnings(settings)].filter(
      (w) => typeof w === "string",
    ),
  };
}
export type Inside = Awaited<ReturnType<typeof openInside>>;

async function openRows(settings: Settings, { opened }: InsideOptions, { log, clock, closers }: Tools) {
  const { dataDir, retentionDays } = settings;
  const store = await openStore(storeHomeOf(settings), clock);
  closers.add(() => store.db.close());
  if (store.shared) await succeedInFolder(store.runs, dataFiles(dataDir).runOwner);
  opened?.();
  const { changes, processId, shared, changeLog } = store;
  const feed = await ChangeFeed.open({ store: changes, process: processId, shared, clock, log }); // before anything is read into memory
  changeLog.onCommit(feed.committed);
  closers.add(() => feed.close());
  const upkeep = await Upkeep.open({ ...store, dataDir, version: millraceVersion(), retentionDays, clock, log });
  store.db.checkpoint(); // before any file beside it says that there is a store
  return { store, feed, upkeep };
}

/**
 * The process that used this folder before is gone, because this one holds its lock: the runs that it owned in the database can be claimed at
 * once. SQLite needs no such file: there every other owner is gone.
 */
async function succeedInFolder(runs: RunStore, file: string): Promise<void> {
  const before = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (before !== "") await runs.endLeases({ owner: before });
  writePrivate(file, `${runs.owner}\n`);
}

async function openSandbox(settings: Settings, options: InsideOptions, { clock, closers }: Tools): Promise<SandboxBeside | null> {
  if (!options.sandbox) return null;
  const sandbox = await openSandboxBeside(settings, clock, options.sandboxQuota);
  closers.add(() => sandbox.systems.close());
  return sandbox;
}

/** What flows are made of: the apps of each workspace, and its rules. */
async function openTerms(store: Store, { log, clock }: Tools) {
  const catalog = createAppRegistry();
  const ownApps = await OwnApps.open({ registry: catalog, store: store.apps, clock, log });
  const ruleBook = await RuleBook.open({ store: store.parts, log });
  return { catalog, ownApps, ruleBook, knowledge: knowledgeOf(catalog, ruleBook.of) };
}

interface WayOutParts {
  settings: Settings;
  catalog: Catalog;
  store: Store;
  keys: readonly Uint8Array[];
  metrics: Metrics;
  sandbox: SandboxBeside | null;
  privateAddresses: PrivateHosts;
}

/** Logins, the HTTP client with its guards and budgets, and the pins of names. */
async function openWayOut(
  { settings, catalog, store, keys, metrics, sandbox, privateAddresses }: WayOutParts,
  { log, clock, closers }: Tools,
) {
  const pins = createPinBook({ store: store.pins, clock, log });
  closers.add(() => pins.close());
  const renames = new Listeners<[ConnectionRef]>();
  const governor = createGovernor();
  const workspaceIds = await store.workspaces.ids();
  const quota = await openQuotaKeeper({
    store: store.quota,
    governor,
    rulesOf: (app) => workspaceIds.map((workspaceId) => catalog.of(workspaceId).app(app)?.quota).find((rules) => rules !== undefined),
    clock,
    log,
  });
  closers.add(() => quota.close());
  const callLog = new CallLog({ store: store.calls, clock, log });
  closers.add(() => callLog.close());
  const outbound = openOutboundServices({
    catalog,
    store: store.vault,
    pins,
    renamed: renames.tell,
    keys,
    clock,
    log,
    governor,
    called: metrics.called,
    sent: callLog.note,
    allowPrivateHosts: privateAddresses,
    consentHost: settings.consentHost,
    ...(sandbox && { sandboxHost: new URL(sandbox.url).host }),
  });
  closers.add(() => outbound.close());
  await outbound.refused.load(workspaceIds);
  return { outbound, pins, callLog, onRename: renames.add };
}

interface EngineParts {
  settings: Settings;
  catalog: Catalog;
  knowledge: Knowledge;
  store: Store;
  outbound: OutboundServices;
  messageGate: MessageGate;
  metrics: Metrics;
  readySyncs: ReadySyncs;
}

function openEngine(
  { settings, catalog, knowledge, store, outbound, messageGate, metrics, readySyncs }: EngineParts,
  { clock, log, closers }: Tools,
): Engine {
  const { caller, vault, onConnection } = outbound;
  const engine = createEngine({
    runs: store.runs,
    flows: store.flows,
    triggers: store.triggers,
    queue: createInProcessQueue({ clock }),
    caller,
    messages: messageGate,
    knowledge,
    webhook: webhooksOf(catalog),
    clock,
    syncs: new SyncWorker({ store: store.syncs, ready: readySyncs.ready, clock }),
    marks: openExecutionMarks(dataFiles(settings.dataDir).executing),
    alone: !store.shared,
    scriptWorkers: settings.scriptWorkers,
    onCommit: metrics.committed,
    log: (message, err) => log.error({ err }, message),
    inboxes: {
      rules: (workspace, app) => catalog.of(workspace).app(app)?.inbox ?? null,
      events: (workspace, app) => catalog.of(workspace).app(app)?.triggers ?? noEvents,
      connections: (workspaceId) => vault.list(workspaceId),
      onConnections: onConnection,
    },
    polls: {
      operation: (workspace, app, id) => catalog.of(workspace).operation(app, id) ?? null,
      connection: (workspaceId, name) => vault.find(workspaceId, name),
      pages: (request) => caller.pages(request),
      prepared: (request) => caller.prepared(request),
    },
  });
  closers.add(() => engine.close(finishMs));
  return engine;
}

const noEvents: readonly WebhookTrigger[] = [];

interface SyncParts {
  catalog: AppRegistry;
  store: Store;
  outbound: OutboundServices;
}

/** Makes syncs ready for their runs, with the fields that accounts have. */
function openReadySyncs({ catalog, store, outbound: { caller } }: SyncParts, { clock }: Tools) {
  const types = new RecordTypeReader({ catalog, caller, clock });
  return { types, ready: new ReadySyncs({ store: store.syncs, catalog, types, clock }) };
}

/** Syncs as people deal with them. Their flows are changed past the guard that keeps people from it. */
function openSyncRoom(
  { catalog, store, outbound, engine, readySyncs }: SyncParts & { engine: Engine; readySyncs: ReturnType<typeof openReadySyncs> },
  { clock, log, closers }: Tools,
): Syncs {
  const { caller, vault, quota } = outbound;
  const connection = (workspaceId: string, name: string) => vault.find(workspaceId, name);
  const syncs = openSyncs({ ...readySyncs, catalog, store: store.syncs, caller, engine, connection, quota, clock, log });
  closers.add(() => syncs.work.jobs.close());
  return syncs;
}

interface HookSubscriptionParts {
  settings: Settings;
  catalog: Catalog;
  store: Store;
  outbound: OutboundServices;
  engine: Engine;
}

/** The addresses of flows that apps are told. They begin once the public address is known. */
function openHookSubscriptions({ settings, catalog, store, outbound, engine }: HookSubscriptionParts, { clock, log, closers }: Tools) {
  let address = settings.publicUrl ?? "";
  const { caller, sealer, vault, onConnection, onStatus } = outbound;
  const all = new HookSubscriptions({
    store: store.hookSubscriptions,
    flows: engine.flows,
    catalog,
    connection: (workspaceId, name) => vault.find(workspaceId, name),
    caller,
    sealer,
    workspaces: store.workspaces.ids,
    publicUrl: () => address,
    isReachable: () => settings.publicUrl !== undefined && !isLoopbackHost(new URL(settings.publicUrl).host),
    clock,
    log,
  });
  closers.add(() => all.close());
  const start = (url: string): void => {
    address = url;
    engine.onFlowChange(() => void all.reconcile());
    const changed = ({ workspaceId, id }: ConnectionRef): void =>
      void all
        .changed(workspaceId, ({ connectionId }) => connectionId === id)
        .catch((err: unknown) =>
          log.error({ err, connection: id }, "Webhook subscriptions of a changed connection could not be looked at"),
        );
    onConnection(changed);
    onStatus(({ workspaceId, id, status }) => status === "connected" && changed({ workspaceId, id }));
    all.start();
  };
  return { all, start };
}

/** What webhook endpoints are sent. It begins once the public address is known: messages have links. */
function openWebhooks(
  { settings, store, outbound }: Pick<HookSubscriptionParts, "settings" | "store" | "outbound">,
  { clock, log, closers }: Tools,
) {
  let address = settings.publicUrl ?? "";
  const { sealer, postWebhook: post, checkAddress } = outbound;
  const sender = new WebhookSender({ store: store.webhooks, sealer, post, publicUrl: () => address, clock, log });
  const endpoints = new WebhookEndpoints({ store: store.webhooks, sealer, sender, checkAddress, clock, log });
  closers.add(() => sender.close());
  const start = (url: string): void => {
    address = url;
    sender.start();
  };
  return { endpoints, start };
}

type Knowledge = (workspaceId: string) => FlowKnowledge;

/** The inboxes, and the counts of what comes in at them. */
async function openInboxes({ workspaces, inboxes: rows }: Store, { clock, log, closers }: Tools) {
  const workspaceIds = await workspaces.ids();
  const inboxes = await InboxRegistry.open({ store: rows, workspaceIds });
  const all = workspaceIds.flatMap((workspaceId) => inboxes.all(workspaceId));
  const receptions = await openReceptionCounter({ store: rows, inboxes: all, clock, log });
  closers.add(() => receptions.close());
  return { inboxes, receptions, deliveries: new DeliveryLog(clock) };
}

interface LintParts {
  catalog: Catalog;
  knowledge: Knowledge;
  store: Store;
  outbound: OutboundServices;
  engine: Engine;
  pins: PinBook;
  inboxes: InboxRegistry;
  onRename: (listener: (connection: ConnectionRef) => void) => void;
}

/** What the checks of flows ask. */
function lintReading({ catalog, knowledge, store, outbound, engine, pins, inboxes }: Omit<LintParts, "onRename">): LintReaderParts {
  const { vault, caller, closed } = outbound;
  return {
    catalog,
    knowledge,
    connection: (workspaceId, name) => vault.find(workspaceId, name),
    connections: (workspaceId) => vault.list(workspaceId),
    async removed(workspaceId, name) {
      const change = await store.changes.last(workspaceId, { kind: "connection", what: "removed", name });
      return isObject(change?.detail) && typeof change.detail["title"] === "string" ? change.detail["title"] : null;
    },
    pins,
    inboxes: (workspaceId, app) =>
      inboxes
        .all(workspaceId)
        .filter((inbox) => inbox.app === app)
        .map(({ name, flows }) => ({ name, all: flows === null })),
    caller,
    messagePolicy: store.messages.policy,
    testScript: (workspaceId, script) => engine.testScript(workspaceId, "lint", script),
    loginField: outbound.loginField,
    closed,
  };
}

/** The checks of flows. They are repeated when a connection, an inbox or a name that a flow uses has changed. */
async function openLint({ onRename, ...parts }: LintParts, { log, clock, closers }: Tools) {
  const { store, outbound, engine, inboxes } = parts;
  const { vault } = outbound;
  const reading = lintReading(parts);
  const lint = await openLintService({
    flows: engine.flows,
    references: store.references,
    store: store.lint,
    reader: (workspaceId) => createLintReader(workspaceId, reading),
    lastReads: (flow) => lastReads(engine, flow),
    workspaces: store.workspaces.ids,
    clock,
    log,
  });
  closers.add(() => lint.close());
  const outdate = ({ workspaceId, id }: ConnectionRef) =>
    void lint.outdate(
      workspaceId,
      usesConnection(id, (name) => vault.find(workspaceId, name)),
    );
  vault.onChange(outdate);
  onRename(outdate);
  outbound.onStatus(outdate);
  closers.add(checkAfterRuns({ engine, lint, clock, log }));
  inboxes.onChange(({ workspaceId, app }) => void lint.outdate(workspaceId, ({ trigger }) => trigger.app === app));
  return lint;
}

function openWebhookTargets(
  { catalog, engine, outbound, lint }: { catalog: Catalog; engine: Engine; outbound: OutboundServices; lint: LintService },
  { log, clock, closers }: Tools,
): WebhookTargets {
  const connection = (workspaceId: string, name: string) => outbound.vault.find(workspaceId, name);
  const targets = new WebhookTargets({ engine, catalog, connection, checkAddress: outbound.checkAddress, lint, clock, log });
  closers.add(targets.endThoseGone());
  return targets;
}

interface AppParts {
  catalog: AppRegistry;
  own: OwnApps;
  outbound: OutboundServices;
  engine: Engine;
  lint: LintService;
  hookSubscriptions: HookSubscriptions;
}

/** The workspaces' own apps. Whatever was made of an older definition is made anew: logins, look-ups, checks of flows. */
function openApps({ catalog, own, outbound, engine, lint, hookSubscriptions }: AppParts, { log }: Tools): AppService {
  const { vault, closed, appChanged } = outbound;
  const apps = new AppService({
    registry: catalog,
    own,
    connections: async (workspace, app) => (await vault.list(workspace)).filter((connection) => connection.app === app),
    flows: flowsThatUse(engine.flows),
    closed,
    log,
  });
  apps.onChange(async (workspace, app) => {
    await appChanged(workspace, app);
    void lint.outdate(workspace, (definition) => placesOf(definition).some((place) => place.app === app));
    await hookSubscriptions.changed(workspace, (one) => one.app === app);
  });
  return apps;
}

interface SharedParts {
  store: Store;
  ruleBook: RuleBook;
  knowledge: Knowledge;
  engine: Engine;
  lint: LintService;
}

/** What flows share: rules, which count in them as they are now, and mapping templates, of which steps get copies. */
function openParts({ store, ruleBook, knowledge, engine: { flows, tryScriptRule }, lint }: SharedParts, { clock }: Tools) {
  const common = { store: store.parts, flows, clock };
  const mappings = new MappingService({ ...common, knowledge });
  const rules = new RuleService({
    ...common,
    book: ruleBook,
    mappings: (workspaceId) => mappings.mappings.list(workspaceId),
    changed: (workspaceId, uses) => void lint.outdate(workspaceId, uses),
    script: tryScriptRule,
  });
  const partFiles = new PartFiles({
    rules: rules.rules,
    mappings: mappings.mappings,
    draft: async (workspaceId, flow) => (await flows.get(workspaceId, flow)).draft,
  });
  return { rules, mappings, partFiles };
}

type TagWorkParts = Pick<ReturnType<typeof openParts>, "rules" | "mappings"> & {
  catalog: Catalog;
  store: Store;
  outbound: OutboundServices;
  engine: Engine;
};

/** Tags of all connected sub-accounts. Flows, rules and mapping templates are read for what mentions them. */
function openTagWork({ catalog, store, outbound, engine, rules, mappings }: TagWorkParts, { log, clock, closers }: Tools): Tags {
  const parts = <D extends { title: string }>(kind: "rule" | "mapping", all: readonly Part<D>[]) =>
    all.map(({ name, definition }) => ({ kind, name, title: definition.title, definition }));
  const tags = openTags({
    catalog,
    vault: outbound.vault,
    caller: outbound.caller,
    store: store.tags,
    async readers(workspaceId) {
      const [flows, ofRules, ofMappings] = await Promise.all([
        flowTexts(engine.flows, workspaceId),
        rules.rules.list(workspaceId),
        mappings.mappings.list(workspaceId),
      ]);
      return { flows, parts: [...parts("rule", ofRules), ...parts("mapping", ofMappings)] };
    },
    shared: store.shared,
    isHeld: () => engine.isHeld(),
    clock,
    log,
  });
  closers.add(() => tags.close());
  return tags;
}

interface PrivateHostParts {
  settings: Settings;
  store: Store;
  hosts: PrivateHosts;
  lint: LintService;
}

/** The private hosts that may be called. Flows that send plain requests are checked anew when these change. */
const openPrivateHosts = ({ settings, store, hosts, lint }: PrivateHostParts, { clock, log }: Tools) =>
  openPrivateHostService({
    store: store.privateHosts,
    hosts,
    fromSettings: settings.allowPrivateHosts,
    clock,
    log,
    changed: () => void lint.outdateEverywhere((definition) => placesOf(definition).some(({ app }) => app === plainHttp.app)),
  });

function openBacktests(engine: Engine, { trials }: Store, { clock, log, closers }: Tools): Backtests {
  const backtests = new Backtests({ engine, trials, clock, log });
  closers.add(() => backtests.close());
  return backtests;
}

interface ConnectionParts {
  store: Store;
  outbound: OutboundServices;
  engine: Engine;
  inboxes: InboxRegistry;
  receptions: ReceptionCounter;
  catalog: Catalog;
  hookSubscriptions: HookSubscriptions;
}

/** Connections as people deal with them, and the replays that wait until one works again. */
function openConnections(
  { store, outbound, engine, inboxes, receptions, catalog, hookSubscriptions }: ConnectionParts,
  { log, clock }: Tools,
) {
  const { vault, probe, quota } = outbound;
  const connectionUse = createConnectionUse(engine.flows);
  const connections = createConnectionService({
    vault,
    probe,
    use: connectionUse,
    inboxesOf: inboxesOf(inboxes, receptions),
    leave: (connection) => hookSubscriptions.unsubscribeConnection(connection),
    quota,
    reconnectLinks: store.reconnectLinks,
    variables: ({ workspaceId, app, settings = {} }) => {
      const { variables } = catalog.of(workspaceId).app(app) ?? {};
      return variables && Object.fromEntries(variables.map(({ name }) => [name, settings[name] ?? ""]));
    },
    rotateDays: ({ workspaceId, app, auth }) => {
      const scheme = catalog
        .of(workspaceId)
        .app(app)
        ?.auth.find(({ kind }) => kind === auth);
      return (scheme && "rotateDays" in scheme ? scheme.rotateDays : undefined) ?? null;
    },
    clock,
    log,
  });
  const laterReplays = createLaterReplays({ engine, vault, store: store.waitingReplays, workspaces: store.workspaces.ids, clock, log });
  // Only after the connection's new state has been read here: a run replayed earlier would wait for it again.
  const resume = (connection: ConnectionRef): void => {
    outbound.refused.reread(connection).then(
      () => laterReplays.resume(connection),
      (err: unknown) => log.error({ err, connection: connection.id }, "A connection that was changed could not be read"),
    );
  };
  vault.onChange(resume);
  outbound.onStatus(resume);
  letRunsGoOn({ outbound, engine }, log);
  outbound.onDoubt((connection) => {
    connections
      .doubt(connection)
      .catch((err: unknown) => log.error({ err, connection: connection.name }, "A refused connection could not be tested"));
  });
  return { connections, connectionUse, laterReplays };
}

/** Runs that wait for a connection, and polls that it failed, go on once it can be used again, whatever it was that changed it. */
function letRunsGoOn({ outbound, engine }: Pick<ConnectionParts, "outbound" | "engine">, log: Tools["log"]): void {
  const goOn = ({ workspaceId, id }: ConnectionRef): void => {
    engine.endWaitFor(workspaceId, id).then(
      (runs) => runs > 0 && log.info({ connection: id, runs }, "The connection can be used again; the runs that waited for it go on"),
      (err: unknown) =>
        log.error({ err, connection: id }, "Runs that wait for a connection could not be called; they look again by themselves"),
    );
    engine
      .pollAgain(workspaceId, id)
      .catch((err: unknown) =>
        log.error({ err, connection: id }, "Triggers could not be polled at once; they are polled when they are due"),
      );
  };
  outbound.refused.onBack(goOn);
  // One whose secret cannot be opened was never among the refused: runs find that out without a call.
  const ifNotRefused = (connection: ConnectionRef): void => (outbound.refused.has(connection.id) ? undefined : goOn(connection));
  outbound.onConnection(ifNotRefused);
  outbound.onStatus((connection) => (connection.status === "connected" ? ifNotRefused(connection) : undefined));
}

/** The inboxes at which events of a connection's own sub-account or agency have come in. */
const inboxesOf =
  (inboxes: InboxRegistry, receptions: ReceptionCounter) =>
  async ({ workspaceId, app, locationId, companyId }: Connection): Promise<{ id: string; name: string }[]> => {
    const place = locationId ?? companyId;
    if (place === undefined) return [];
    const own = inboxes.all(workspaceId).filter((inbox) => inbox.app === app);
    const counts = await Promise.all(own.map((inbox) => receptions.read(inbox)));
    return own.filter((_, i) => counts[i]!.some((each) => each.place === place)).map(({ id, name }) => ({ id, name }));
  };
