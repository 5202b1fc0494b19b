import type { FastifyBaseLogger } from "fastify";
import { keepMarkingLost } from "../approvals/lost-approvals.ts";
import { keepTesting } from "../connections/waited-for.ts";
import { connectSandboxInbox } from "../inboxes/sandbox-inbox.ts";
import { startLint } from "../lint/lint-service.ts";
import { startRetention } from "../operations/retention.ts";
import { watchDrift } from "../sync/drift-watch.ts";
import type { Inside, Tools } from "./inside.ts";
import type { Settings } from "./settings.ts";
import { firstWorkspaceId } from "./store.ts";

/** Lets the engine execute runs, after flows that a crash left half switched on are repaired. On hold it only accepts events. */
export async function startEngine(inside: Inside, log: FastifyBaseLogger, hold: boolean): Promise<void> {
  await mendFlows(inside, log);
  await inside.engine.start({ held: hold });
}

/** Arms the triggers of flows that a crash left half switched on. */
async function mendFlows({ engine, store }: Inside, log: FastifyBaseLogger): Promise<void> {
  for (const workspaceId of await store.workspaces.ids()) {
    const mended = await engine.flows.mend(workspaceId);
    if (mended.length > 0) log.warn({ workspaceId, flows: mended }, "Flows were switched on when Millrace stopped, and are now");
  }
}

/** Brings what the sandbox sends to an inbox of the first workspace. */
export async function connectSandbox(
  { sandbox, catalog, inboxes }: Inside,
  localUrl: string,
  { clock }: Pick<Tools, "clock">,
): Promise<void> {
  if (!sandbox) return;
  await connectSandboxInbox({
    catalog: catalog.of(firstWorkspaceId),
    registry: inboxes,
    systems: sandbox.systems,
    localUrl,
    workspaceId: firstWorkspaceId,
    clock,
  });
}

/** Starts what goes on beside the runs: checks of flows, retention, the upkeep of the store. */
export function startUpkeep(
  { engine, lint, store, upkeep, outbound, connections, hookSubscriptions, webhooks, syncs, tags }: Inside,
  { retentionDays: days, auditDays, callDays }: Settings,
  { clock, log, signal }: Pick<Tools, "clock" | "log"> & { signal: AbortSignal },
): void {
  const { marks, changes, calls, workspaces } = store;
  startLint({ service: lint, clock, log, signal });
  const observe = () => upkeep.observe();
  startRetention({
    engine,
    changes,
    calls,
    webhooks: store.webhooks,
    messages: store.messages,
    hookSubscriptions: store.hookSubscriptions,
    tags: store.tags,
    marks,
    observe,
    workspaces: workspaces.ids,
    days,
    auditDays,
    callDays,
    clock,
    log,
    signal,
  });
  void keepTesting({ engine, refused: outbound.refused, connections, workspaces: workspaces.ids, clock, log }, signal);
  outbound.keepRenewed(signal, { shared: store.shared });
  // After a key rotation only the newest key is needed from here on. A connection whose secret no key opens says so when it is used.
  void outbound.vault
    .reseal(signal)
    .catch((err: unknown) => log.error({ err }, "Could not re-encrypt all logins with the newest key; the next start continues"));
  void syncs.work.jobs
    .goOn()
    .catch((err: unknown) => log.error({ err }, "Could not go on with the jobs of syncs; the next start tries again"));
  void syncs.unlisted.watch(signal);
  void watchDrift({ store: store.syncs, clock, log }, signal);
  void hookSubscriptions.all
    .reseal()
    .catch((err: unknown) =>
      log.error({ err }, "Could not re-encrypt all secrets of webhooks with the newest key; the next start continues"),
    );
  void webhooks.endpoints
    .reseal()
    .catch((err: unknown) =>
      log.error({ err }, "Could not re-encrypt all secrets of webhook endpoints with the newest key; the next start continues"),
    );
  void keepMarkingLost({ approvals: store.approvals, shared: store.shared, clock, log }, signal);
  void tags.start().catch((err: unknown) => log.error({ err }, "Changes of tags could not be taken up; the next start tries again"));
  upkeep.start(signal);
}
