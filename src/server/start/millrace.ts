import { join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import type { Engine } from "#engine/api.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { packageRoot } from "#kernel/root.ts";
import type { WorkspaceStore } from "#storage/workspaces.ts";
import type { Vault } from "#vault/vault.ts";
import { clientAddress } from "../http/access.ts";
import { buildApp } from "../http/app.ts";
import { createArrivals } from "../hooks/arrivals.ts";
import { Closers } from "./closers.ts";
import type { ConnectionService } from "../connections/connection-service.ts";
import type { OutageView } from "#api/schemas.ts";
import { takeDataFolder, writeServerNote } from "./data-folder.ts";
import { createFlowRepair } from "../lint/flow-repair.ts";
import { followChanges } from "./follow-changes.ts";
import { RunRelay } from "../http/run-relay.ts";
import { FrontDoor, starting } from "../http/front-door.ts";
import type { InboxRegistry } from "../inboxes/inbox-registry.ts";
import { createInboxService } from "../inboxes/inbox-service.ts";
import { createInboxReceiver } from "../inboxes/inbox-receiver.ts";
import { openInside, type Inside, type InsideOptions, type Tools } from "./inside.ts";
import { knowledgeOf } from "../catalog/knowledge.ts";
import { startLint } from "../lint/lint-service.ts";
import { createRunStream, type RunStream } from "../http/run-stream.ts";
import type { QuotaReading } from "../operations/metrics.ts";
import { openSignIn } from "../auth/open-sign-in.ts";
import type { OutboundServices } from "../connections/outbound-services.ts";
import type { Rate } from "../http/rate-limit.ts";
import { startRetention } from "../operations/retention.ts";
import type { SandboxBeside } from "./sandbox-beside.ts";
import { connectSandboxInbox } from "../inboxes/sandbox-inbox.ts";
import type { Settings } from "./settings.ts";
import { createSignatureCheck } from "../hooks/signature.ts";
import { checkStoreIsThere } from "../operations/store-note.ts";
import { storeHomeOf, untilReachable } from "./store-home.ts";
import { firstWorkspaceId, storeProbe } from "./store.ts";
import { millraceVersion } from "./version.ts";

export interface StartOptions extends InsideOptions {
  log: FastifyBaseLogger;
  /** Accepts events and shows everything, and executes nothing until it is released. */
  hold?: boolean;
  clock?: Clock;
  /** Begin with an empty store although this folder had one before. */
  asNew?: boolean;
}

/** A running Millrace. */
export interface Millrace {
  /** The address that others use. */
  url: string;
  /** The address on this machine. */
  localUrl: string;
  engine: Engine;
  vault: Vault;
  connections: ConnectionService;
  inboxes: InboxRegistry;
  sandbox: SandboxBeside | null;
  /** Where the API key is, and whether this start made it. */
  apiKey: { file: string; isNew: boolean; isThere(): boolean };
  /** One-time links for a browser; null where local sign-in is off. */
  links: { make(): string; isOpen(url: string): boolean } | null;
  /** The database that keeps the rows; null where that is a file in the data folder. */
  database: string | null;
  /** What the operator should know, a sentence each, as things are now. */
  warnings(): string[];
  /** Moves what was committed into the store's file. */
  settle(): Promise<void>;
  /** Accepts nothing more, lets running steps finish, and unlocks the data folder. */
  close(): Promise<void>;
  /** Whether it was asked to. */
  closing(): boolean;
}

/**
 * Wires everything and starts it. The port is opened first, so that one in use ends the start before anything has begun.
 * Throws an error of the table for what an operator can correct.
 */
export async function startMillrace(settings: Settings, options: StartOptions): Promise<Millrace> {
  const { log, clock = systemClock } = options;
  const closers = new Closers(log);
  const home = storeHomeOf(settings);
  try {
    const lock = takeDataFolder(settings.dataDir);
    closers.add(() => lock.release());
    const door = new FrontDoor(starting());
    const port = await door.listen(settings);
    closers.add(() => door.close());
    await untilReachable(home, { log, clock });
    await checkStoreIsThere(settings.dataDir, home, { asNew: options.asNew ?? false });
    const inside = await openInside(settings, options, { log, clock, closers });
    return await openDoors(settings, inside, { log, clock, closers, door, port, hold: options.hold ?? false });
  } catch (thrown) {
    await closers.close();
    throw home.explain(thrown);
  }
}

/** Puts the server on the port that is open already. */
async function openDoors(
  settings: Settings,
  inside: Inside,
  { log, clock, closers, door, port, hold }: Tools & { door: FrontDoor; port: number; hold: boolean },
): Promise<Millrace> {
  const { engine, outbound, sandbox, inboxes, receptions, upkeep, warnings } = inside;
  const url = `http://${hostOf(settings)}:${port}`;
  const publicUrl = () => settings.publicUrl ?? url;
  const runStream = createRunStream({ clock });
  const { signIn, isOperator, links, apiKey, reread } = await openSignIn(settings, inside.store, {
    log,
    clock,
    publicUrl,
    onEnded: runStream.review,
  });
  followChanges({ ...inside, signIn: { reread }, runStream });
  if (inside.store.shared) {
    const relay = new RunRelay({ ...inside, changes: inside.store.changes, runStream, clock, log });
    closers.add(() => relay.close());
  }
  const signInUrl = (token: string) => `${url}/#open=${token}`;
  const signedEvents = {
    retentionDays: settings.retentionDays,
    withoutAppId: settings.eventsWithoutAppId,
    withoutTime: settings.eventsWithoutTime,
    clock,
    inDoubt: () => upkeep.doubtsClock(),
  };
  const inboxReceiver = createInboxReceiver({
    registry: inboxes,
    engine,
    receptions,
    vault: outbound.vault,
    catalog: inside.catalog,
    signedEvents,
  });
  const checkSignature = createSignatureCheck({
    definition: engine.triggerDefinition,
    catalog: inside.catalog,
    signedEvents,
    signingSecret: outbound.signingSecret,
  });
  const app = await buildApp({
    ...appParts(inside, { log, clock, publicUrl, runStream }),
    inboxReceiver,
    checkSignature,
    rates: {
      hooks: withBurst(settings.hookRate),
      strangers: withBurst(settings.strangerRate),
      api: withBurst(settings.apiRate),
    },
    maxBodyBytes: settings.maxBodyBytes,
    clientAddress: (req) => clientAddress(req, settings.trustedProxies),
    signIn,
    isOperator,
    signInUrl,
    door,
  });
  closers.add(() => Promise.all([door.close(), app.close()]));
  await app.ready();
  inside.feed.start();

  await mendFlows(inside, log);
  await engine.start({ held: hold });
  door.open();
  inside.laterReplays.resumeAll().catch((err: unknown) => log.error({ err }, "Replays that wait for a connection could not be looked at"));
  if (sandbox)
    await connectSandboxInbox({
      catalog: inside.catalog.of(firstWorkspaceId),
      registry: inboxes,
      systems: sandbox.systems,
      localUrl: url,
      workspaceId: firstWorkspaceId,
      clock,
    });
  writeServerNote(settings.dataDir, { url, pid: process.pid });
  const stopping = new AbortController();
  closers.add(
    () => writeServerNote(settings.dataDir, null),
    () => stopping.abort(),
  );
  startLint({ service: inside.lint, clock, log, signal: stopping.signal });
  const { marks, changes, workspaces } = inside.store;
  const observe = () => upkeep.observe();
  startRetention({
    engine,
    changes,
    marks,
    observe,
    workspaces: workspaces.ids,
    days: settings.retentionDays,
    clock,
    log,
    signal: stopping.signal,
  });
  upkeep.start(stopping.signal);
  return {
    url: publicUrl(),
    localUrl: url,
    database: settings.databaseUrl === undefined ? null : storeHomeOf(settings).name,
    engine,
    vault: outbound.vault,
    connections: inside.connections,
    inboxes,
    sandbox,
    apiKey,
    links: links && {
      make: () => signInUrl(links.make(firstWorkspaceId).token),
      isOpen: (link) => links.isOpen(new URL(link).hash.slice("#open=".length)),
    },
    warnings: () => [...warnings, ...(apiKey.isThere() ? [] : [keyMissing(apiKey.file)]), ...upkeep.warnings()],
    settle: () => upkeep.settle(),
    close: () => closers.close(),
    closing: () => stopping.signal.aborted,
  };
}

/** Arms the triggers of flows that a crash left half switched on. */
async function mendFlows({ engine, store }: Inside, log: FastifyBaseLogger): Promise<void> {
  for (const workspaceId of await store.workspaces.ids()) {
    const mended = await engine.flows.mend(workspaceId);
    if (mended.length > 0) log.warn({ workspaceId, flows: mended }, "Flows were switched on when Millrace stopped, and are now");
  }
}

/** So it is after a backup was restored elsewhere, and when the key was moved to a safer place. */
const keyMissing = (file: string) =>
  `The current API key is not in ${file}, so the millrace command on this machine needs it in MILLRACE_API_KEY. If nobody has the key, stop Millrace and run 'millrace key rotate --offline'.`;

/** Ten seconds' worth may come at once. */
const withBurst = (perSecond: number): Rate => ({ perSecond, burst: Math.max(1, perSecond * 10) });

/** The parts that the routes need. */
function appParts(
  {
    catalog,
    apps,
    store,
    upkeep,
    pins,
    sandbox,
    metrics,
    outbound,
    engine,
    inboxes,
    receptions,
    lint,
    connections,
    privateHosts,
    laterReplays,
  }: Inside,
  { log, clock, publicUrl, runStream }: Omit<Tools, "closers"> & { publicUrl: () => string; runStream: RunStream },
) {
  const { vault, caller } = outbound;
  engine.onChange(runStream.changed);
  const outages = (workspaceId?: string) => outagesOf(outbound, engine.waiting(workspaceId));
  return {
    engine,
    lint,
    runStream,
    clock,
    log,
    publicUrl,
    caller,
    titlesOf: knowledgeOf(catalog),
    catalog,
    apps,
    connections: vault,
    version: millraceVersion(),
    startedAt: clock.now(),
    webFolder: join(packageRoot(), "dist/web"),
    sandboxUrl: () => sandbox?.url ?? null,
    warnings: () => upkeep.warnings(),
    changes: store.changes,
    replaysOf: store.runs.replaysOf,
    storeProblem: storeProbe(store.vault, clock),
    outages,
    metricsPage: () => metrics.page({ engine, quotas: () => quotaReadings(outbound, store.workspaces), lint: lint.totals, outages }),
    repair: createFlowRepair({
      engine,
      lint,
      references: store.references,
      pins,
      connection: vault.find,
      catalog,
    }),
    connectionService: connections,
    privateHosts,
    laterReplays,
    inboxService: createInboxService({
      registry: inboxes,
      receptions,
      engine,
      connections: vault.list,
      catalog,
      publicUrl,
      clock,
    }),
    onAccepted: createArrivals({ engine, vault, clock, log }),
  };
}

/** Every address is an address to listen on; only a named one is an address to open. */
function hostOf({ host }: Settings): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** Hosts that do not answer, with the number of runs that wait for each. */
function outagesOf({ troubledHosts }: OutboundServices, waiting: ReadonlyMap<string, number>): OutageView[] {
  return troubledHosts().map((outage) => ({ ...outage, app: outage.app || null, waiting: waiting.get(outage.host) ?? 0 }));
}

/** How full the budgets of all connections are, of all workspaces. */
async function quotaReadings({ quota, vault }: OutboundServices, workspaces: WorkspaceStore): Promise<QuotaReading[]> {
  const connections = await Promise.all((await workspaces.ids()).map((workspaceId) => vault.list(workspaceId)));
  return connections.flat().flatMap((connection) => {
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
