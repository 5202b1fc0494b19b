import type { FastifyBaseLogger } from "fastify";
import type { Engine } from "#engine/api.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import type { Vault } from "#vault/vault.ts";
import { ApprovalService } from "../approvals/approval-service.ts";
import { buildApp } from "../http/app.ts";
import { ProxyWatch } from "../operations/proxy-watch.ts";
import { openHealthChecks } from "./health-checks.ts";
import { chartsOf } from "./charts.ts";
import { appParts } from "./app-parts.ts";
import { connectSandbox, startEngine, startUpkeep } from "./background.ts";
import { Closers } from "./closers.ts";
import type { ConnectionService } from "../connections/connection-service.ts";
import { takeDataFolder, writeServerNote } from "./data-folder.ts";
import { followChanges } from "./follow-changes.ts";
import { RunRelay } from "../http/run-relay.ts";
import { FrontDoor, starting } from "../http/front-door.ts";
import type { InboxRegistry } from "../inboxes/inbox-registry.ts";
import { createInboxReceiver } from "../inboxes/inbox-receiver.ts";
import { openInside, type Inside, type InsideOptions, type Tools } from "./inside.ts";
import { createRunStream } from "../http/run-stream.ts";
import { openSignIn } from "../auth/open-sign-in.ts";
import type { Rate } from "../http/rate-limit.ts";
import type { SandboxBeside } from "./sandbox-beside.ts";
import type { Settings } from "./settings.ts";
import { createSignatureCheck, rulesOfTrigger, type ProofSecret } from "../hooks/signature.ts";
import { checkStoreIsThere } from "../operations/store-note.ts";
import { storeHomeOf, untilReachable } from "./store-home.ts";
import { firstWorkspaceId } from "./store.ts";

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
  /** Whether people sign in with accounts. */
  hasAccounts: boolean;
  /** One-time links for a browser; null where an account is required. */
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
    const url = `http://${hostOf(settings)}:${port}`;
    const app = await openApp(settings, inside, { log, clock, closers, door, url });
    return await startWork(settings, inside, app, { log, clock, closers, door, url, hold: options.hold ?? false });
  } catch (thrown) {
    await closers.close();
    throw home.explain(thrown);
  }
}

interface DoorTools extends Tools {
  door: FrontDoor;
  /** The address on this machine. */
  url: string;
}

/** Puts the routes on the port that is open already. */
async function openApp(settings: Settings, inside: Inside, { log, clock, closers, door, url }: DoorTools): Promise<SignInParts> {
  const publicUrl = () => settings.publicUrl ?? url;
  const runStream = createRunStream({ clock });
  const { sealer, readText } = inside.outbound;
  const access = await openSignIn(settings, inside.store, { log, clock, sealer, publicUrl, onAccessChanged: runStream.review, readText });
  const { signIn, people, isOperator, reread } = access;
  followChanges({ ...inside, signIn: { reread }, runStream });
  if (inside.store.shared) {
    const relay = new RunRelay({ ...inside, changes: inside.store.changes, runStream, clock, log });
    closers.add(() => relay.close());
  }
  const parts = { ...appParts(inside, { log, clock, publicUrl, runStream, settings }), signIn };
  const stopping = new AbortController();
  closers.add(() => stopping.abort());
  void parts.captures.keepEmptying(stopping.signal, (err) =>
    log.error({ err }, "Captured events whose time is over could not be deleted; it is tried again in ten minutes"),
  );
  const proxies = new ProxyWatch(clock, settings.trustedProxies);
  const app = await buildApp({
    ...parts,
    ...(await openHealthChecks(settings, inside, { parts, proxies, clock })),
    ...eventChecks(settings, inside, { clock, publicUrl }),
    rates: {
      hooks: withBurst(settings.hookRate),
      strangers: withBurst(settings.strangerRate),
      api: withBurst(settings.apiRate),
    },
    maxBodyBytes: settings.maxBody,
    allowedCallers: settings.allowedCallers,
    clientAddress: proxies.addressOf,
    ...people,
    charts: chartsOf(inside, { people, publicUrl, clock }),
    approvalService: new ApprovalService({
      ...inside,
      vault: inside.outbound.vault,
      approvals: inside.store.approvals,
      actorNames: people.actorNames,
      workspaceKeyId: people.apiKeys.keyId,
      clock,
    }),
    isOperator,
    firstWorkspace: firstWorkspaceId,
    signInUrl: (token, opens) => signInUrlAt(opens === "page" ? url : publicUrl())(token),
    door,
  });
  closers.add(() => Promise.all([door.close(), app.close()]));
  await app.ready();
  return access;
}

type SignInParts = Awaited<ReturnType<typeof openSignIn>>;

const signInUrlAt = (url: string) => (token: string) => `${url}/#open=${token}`;

/** The checks before an event is accepted: at an inbox, and at the address of a flow. */
function eventChecks(
  settings: Settings,
  { engine, outbound, inboxes, receptions, deliveries, catalog, upkeep, hookSubscriptions, store }: Inside,
  { clock, publicUrl }: { clock: Clock; publicUrl: () => string },
) {
  const signedEvents = {
    retentionDays: settings.retentionDays,
    withoutAppId: settings.eventsWithoutAppId,
    withoutTime: settings.eventsWithoutTime,
    clock,
    inDoubt: () => upkeep.doubtsClock(),
  };
  const { vault, signingSecret, loginField } = outbound;
  const definition = engine.triggerDefinition;
  const proofSecret: ProofSecret = (trigger, { connection = "", app }, place) =>
    "login" in place
      ? loginField(trigger.workspaceId, connection, app, place.login)
      : hookSubscriptions.all.secretOf(trigger.workspaceId, trigger);
  return {
    inboxReceiver: createInboxReceiver({ registry: inboxes, engine, receptions, deliveries, vault, catalog, signedEvents }),
    checkSignature: createSignatureCheck({ definition, catalog, signedEvents, signingSecret, proofSecret, publicUrl }),
    isGone: (token: string) => store.hookSubscriptions.isGone(token),
    challenges: async (trigger: Trigger) => rulesOfTrigger(catalog, trigger, await definition(trigger)).challenges ?? [],
  };
}

/** Starts all background work, then accepts requests. */
async function startWork(
  settings: Settings,
  inside: Inside,
  access: SignInParts,
  { log, clock, closers, door, url, hold }: DoorTools & { hold: boolean },
): Promise<Millrace> {
  inside.feed.start();
  await startEngine(inside, log, hold);
  door.open();
  inside.laterReplays.resumeAll().catch((err: unknown) => log.error({ err }, "Replays that wait for a connection could not be looked at"));
  await connectSandbox(inside, url, { clock });
  writeServerNote(settings.dataDir, { url, pid: process.pid });
  const stopping = new AbortController();
  closers.add(
    () => writeServerNote(settings.dataDir, null),
    () => stopping.abort(),
  );
  startUpkeep(inside, settings, { clock, log, signal: stopping.signal });
  inside.hookSubscriptions.start(settings.publicUrl ?? url);
  inside.webhooks.start(settings.publicUrl ?? url);
  access
    .reseal()
    .catch((err: unknown) => log.error({ err }, "Could not re-encrypt all second factors with the newest key; the next start continues"));
  return millraceOf(settings, inside, access, { url, close: () => closers.close(), closing: () => stopping.signal.aborted });
}

function millraceOf(
  settings: Settings,
  { engine, outbound, connections, inboxes, sandbox, upkeep, warnings }: Inside,
  { links, signIn, people, apiKey }: SignInParts,
  { url, close, closing }: Pick<Millrace, "close" | "closing"> & { url: string },
): Millrace {
  const signInUrl = signInUrlAt(url);
  return {
    url: settings.publicUrl ?? url,
    localUrl: url,
    database: settings.databaseUrl === undefined ? null : storeHomeOf(settings).name,
    engine,
    vault: outbound.vault,
    connections,
    inboxes,
    sandbox,
    apiKey,
    links:
      signIn.linkPurpose(firstWorkspaceId) === "page"
        ? {
            make: () => signInUrl(links.make(firstWorkspaceId, true).token),
            isOpen: (link) => links.isOpen(new URL(link).hash.slice("#open=".length)),
          }
        : null,
    hasAccounts: people.accounts.hasMembers(firstWorkspaceId),
    warnings: () => [...warnings, ...(apiKey.isThere() ? [] : [keyMissing(apiKey.file)]), ...upkeep.warnings()],
    settle: () => upkeep.settle(),
    close,
    closing,
  };
}

/** So it is after a backup was restored elsewhere, and when the key was moved to a safer place. */
const keyMissing = (file: string) =>
  `The current API key is not in ${file}, so the millrace command on this machine needs it in MILLRACE_API_KEY. If nobody has the key, stop Millrace and run 'millrace key rotate --offline'.`;

/** Ten seconds' worth may come at once. */
const withBurst = (perSecond: number): Rate => ({ perSecond, burst: Math.max(1, perSecond * 10) });

/** Every address is an address to listen on; only a named one is an address to open. */
function hostOf({ host }: Settings): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
