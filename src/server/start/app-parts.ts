import { join } from "node:path";
import type { Clock } from "#kernel/clock.ts";
import { createMcpServer } from "#mcp/server.ts";
import { packageRoot } from "#kernel/root.ts";
import type { OutageView } from "#api/schemas.ts";
import type { WorkspaceStore } from "#storage/workspaces.ts";
import type { OutboundServices } from "../connections/outbound-services.ts";
import { ConsentService } from "../connections/consent-service.ts";
import { ReconnectLinks } from "../connections/reconnect-links.ts";
import { ConnectLinks } from "../embed/connect-links.ts";
import { SubAccounts } from "../connections/sub-accounts.ts";
import { HookCaptures } from "../hooks/hook-captures.ts";
import { createArrivals } from "../hooks/arrivals.ts";
import { SenderGate } from "../hooks/sender-gate.ts";
import { InnerCalls } from "../http/inner-calls.ts";
import type { RunStream } from "../http/run-stream.ts";
import { TemplateService } from "../templates/template-service.ts";
import { createInboxService } from "../inboxes/inbox-service.ts";
import { FlowRepair } from "../lint/flow-repair.ts";
import type { QuotaReading } from "../operations/metrics.ts";
import type { Inside, Tools } from "./inside.ts";
import type { Settings } from "./settings.ts";
import { storeProbe, unnamedWorkspace } from "./store.ts";
import { millraceVersion } from "./version.ts";

/** The parts of the routes, of what is inside. */
export function appParts(
  inside: Inside,
  {
    log,
    clock,
    publicUrl,
    runStream,
    settings,
  }: Omit<Tools, "closers"> & { publicUrl: () => string; runStream: RunStream; settings: Settings },
) {
  const { catalog, store, upkeep, sandbox, metrics, outbound, engine, lint } = inside;
  const { vault, caller } = outbound;
  engine.onChange(runStream.changed);
  const senderGate = new SenderGate({ definition: engine.triggerDefinition, clock });
  const { refusedAt: refusedSenders } = senderGate;
  const workspaceName = (workspaceId: string) => chosenNameOf(store, workspaceId);
  const outages = (workspaceId?: string) => outagesOf(outbound, engine.waiting(workspaceId));
  const consents = new ConsentService({
    consents: outbound.consents(store.consents),
    vault,
    connections: inside.connections,
    flows: engine.flows,
    catalog,
    accountName: outbound.accountName,
    publicUrl,
    consentPage: settings.consentHost === undefined ? null : { host: settings.consentHost, name: settings.consentName ?? null },
    clock,
  });
  return {
    engine,
    lint,
    runStream,
    clock,
    log,
    publicUrl,
    caller,
    titlesOf: inside.knowledge,
    catalog,
    ...definedParts(inside),
    tags: inside.tags,
    connections: vault,
    version: millraceVersion(),
    startedAt: clock.now(),
    syncs: inside.syncs,
    webFolder: join(packageRoot(), "dist/web"),
    sandboxUrl: () => sandbox?.url ?? null,
    warnings: () => upkeep.warnings(),
    callLog: inside.callLog,
    connectionId: async (workspaceId: string, name: string) => (await vault.find(workspaceId, name))?.id ?? null,
    messageGate: inside.messageGate,
    messageStore: store.messages,
    changes: store.changes,
    idempotentCalls: store.idempotentCalls,
    trials: store.trials,
    backtests: inside.backtests,
    replaysOf: store.runs.replaysOf,
    doneBy: store.runs.doneBy,
    storeProblem: storeProbe(store.vault, clock),
    outages,
    metricsPage: () =>
      metrics.page({
        engine,
        quotas: () => quotaReadings(outbound, store.workspaces),
        lint: lint.totals,
        outages,
        waitedFor: () => waitedFor(inside),
      }),
    repair: repairOf(inside),
    connectionService: inside.connections,
    connectionUse: inside.connectionUse,
    subAccounts: new SubAccounts({ vault, connections: inside.connections, catalog, caller, clock }),
    consents,
    ...linkParts(inside, { consents, publicUrl, clock }),
    workspaceName,
    privateHosts: inside.privateHosts,
    laterReplays: inside.laterReplays,
    setups: store.setups,
    innerCalls: new InnerCalls(),
    oauthClients: store.agents,
    createMcpServer,
    ...hookParts(inside, publicUrl, clock),
    templates: templatesOf(inside, clock),
    senderGate,
    refusedSenders,
    inboxService: inboxesOf(inside, { publicUrl, refusedSenders, clock }),
    onAccepted: createArrivals({ engine, vault, clock, log }),
  };
}

/** What people define for a workspace: its apps, and the parts that flows share. */
const definedParts = ({ apps, appComparison, drafts, flowImports, rules, mappings, partFiles }: Inside) => ({
  apps,
  appComparison,
  drafts,
  flowImports,
  rules,
  mappings,
  partFiles,
});

/** Links for people who have no account here: to give a connection a new login, and to make one. */
function linkParts(
  { store, outbound: { vault }, connections, catalog }: Inside,
  { consents, publicUrl, clock }: { consents: ConsentService; publicUrl: () => string; clock: Clock },
) {
  const workspaceName = (workspaceId: string) => chosenNameOf(store, workspaceId);
  const common = { vault, consents, connections, catalog, clock, workspaceName, publicUrl };
  return {
    connectLinks: new ConnectLinks({ ...common, links: store.connectLinks }),
    reconnectLinks: new ReconnectLinks({ ...common, links: store.reconnectLinks }),
  };
}

/** Where apps registered flows' addresses, the addresses that catch events, those of other tools, and those that hear what happened here. */
const hookParts = ({ hookSubscriptions, store, webhookTargets, webhooks }: Inside, publicUrl: () => string, clock: Clock) => ({
  hookSubscriptions: hookSubscriptions.all,
  webhookTargets,
  webhookEndpoints: webhooks.endpoints,
  captures: new HookCaptures({ store: store.hookCaptures, publicUrl, clock }),
});

/** The name that somebody gave a workspace, else null. */
async function chosenNameOf({ accounts }: Inside["store"], workspaceId: string): Promise<string | null> {
  const name = (await accounts.workspaces()).find(({ id }) => id === workspaceId)?.name;
  return name === undefined || name === unnamedWorkspace ? null : name;
}

const repairOf = ({ engine, lint, store, pins, outbound: { vault }, catalog }: Inside) =>
  new FlowRepair({
    engine,
    lint,
    references: store.references,
    pins,
    connection: (workspaceId, name) => vault.find(workspaceId, name),
    catalog,
  });

const templatesOf = ({ store, engine, outbound: { vault }, partFiles, catalog, knowledge }: Inside, clock: Clock) =>
  new TemplateService({
    templates: store.templates,
    setups: store.setups,
    flows: engine.flows,
    connections: (workspaceId) => vault.list(workspaceId),
    partFiles,
    catalog,
    isBuiltIn: (id) => catalog.isBuiltIn(id),
    titlesOf: knowledge,
    clock,
  });

const inboxesOf = (
  { inboxes, receptions, deliveries, engine, outbound: { vault }, catalog }: Inside,
  { publicUrl, refusedSenders, clock }: { publicUrl: () => string; refusedSenders: SenderGate["refusedAt"]; clock: Clock },
) =>
  createInboxService({
    registry: inboxes,
    receptions,
    deliveries,
    engine,
    connections: (workspaceId) => vault.list(workspaceId),
    catalog,
    publicUrl,
    refusedSenders,
    clock,
  });

/** Hosts that do not answer, with the number of runs that wait for each. */
function outagesOf({ troubledHosts }: OutboundServices, waiting: ReadonlyMap<string, number>): OutageView[] {
  return troubledHosts().map((outage) => ({ ...outage, app: outage.app || null, waiting: waiting.get(outage.host) ?? 0, flows: [] }));
}

/** The connections of all workspaces for which runs wait. */
async function waitedFor({ engine, store, outbound: { vault } }: Inside) {
  const ofWorkspace = async (workspaceId: string) => {
    const outages = (await engine.outages(workspaceId)).filter(({ connection }) => connection !== undefined);
    const connections = outages.length === 0 ? [] : await vault.list(workspaceId);
    return outages.flatMap(({ connection, waiting }) =>
      connections.filter(({ id }) => id === connection).map(({ app, name }) => ({ app, connection: name, runs: waiting })),
    );
  };
  return (await Promise.all((await store.workspaces.ids()).map(ofWorkspace))).flat();
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
