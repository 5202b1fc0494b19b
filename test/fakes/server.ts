import { HookCaptures } from "#server/hooks/hook-captures.ts";
import { openTags } from "#server/tags/open-tags.ts";
import { createTagStore } from "#storage/tag-store.ts";
import { WebhookTargets } from "#server/targets/webhook-targets.ts";
import { MessageGate } from "#engine/messages/gate.ts";
import type { ReadRecipient } from "#engine/ports/messages.ts";
import { createHookCaptureStore } from "#storage/hook-capture-store.ts";
import type { FastifyInstance } from "fastify";
import pino from "pino";
import { builtIn } from "../support/built-in.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createAppRegistry } from "#apps/index.ts";
import { AppService } from "#server/apps/app-service.ts";
import { readExport } from "#flow-import/read-export.ts";
import { AppDrafts } from "#server/apps/app-drafts.ts";
import { FlowImports } from "#server/flows/flow-imports.ts";
import { readText as readDefinitions } from "#definitions/read-text.ts";
import { OwnApps } from "#server/apps/own-apps.ts";
import { createConnectionUse } from "#server/connections/connection-use.ts";
import { Backtests } from "#server/flows/backtests.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";

import { PrivateHosts } from "#outbound/private-hosts.ts";
import { AccountService } from "#server/auth/account-service.ts";
import { openAccounts } from "#server/auth/accounts.ts";
import { actorNames } from "#server/auth/actor-names.ts";
import { principalOf } from "#server/auth/principal-of.ts";
import { ApprovalService } from "#server/approvals/approval-service.ts";
import { ClientDocuments, type ReadText } from "#server/oauth/client-documents.ts";
import { AgentService } from "#server/oauth/agent-service.ts";
import { ConnectLinks } from "#server/embed/connect-links.ts";
import { InnerCalls } from "#server/http/inner-calls.ts";
import { createMcpServer as createOwnMcpServer } from "#mcp/server.ts";
import { createAgentStore } from "#storage/agent-store.ts";
import { createApprovalStore } from "#storage/approval-store.ts";
import { openApiKeys } from "#server/auth/api-keys.ts";
import { buildApp, type AppParts } from "#server/http/app.ts";
import { createAttemptLimit } from "#server/auth/attempts.ts";
import type { ConnectionService } from "#server/connections/connection-service.ts";
import { openReceptionCounter } from "#server/inboxes/reception-counts.ts";
import { InboxRegistry } from "#server/inboxes/inbox-registry.ts";
import { createInboxService } from "#server/inboxes/inbox-service.ts";
import { openLintService } from "#server/lint/lint-service.ts";
import { createLaterReplays } from "#server/runs/later-replays.ts";
import { createRunStream } from "#server/http/run-stream.ts";
import { MappingService } from "#server/parts/mapping-service.ts";
import { PartFiles } from "#server/parts/part-files.ts";
import { RuleBook } from "#server/parts/rule-book.ts";
import { RuleService } from "#server/parts/rule-service.ts";
import { openPrivateHostService } from "#server/connections/private-host-service.ts";
import { createMetrics } from "#server/operations/metrics.ts";
import { createPasskeys } from "#server/auth/passkeys.ts";
import { createSingleSignOn, type Provider } from "#server/auth/single-sign-on.ts";
import { createPasswords } from "#server/auth/passwords.ts";
import { createSecondFactor } from "#server/auth/second-factor.ts";
import { openSessions } from "#server/auth/sessions.ts";
import { createSignIn } from "#server/auth/sign-in.ts";
import type { Mail } from "#server/auth/mailer.ts";
import { createSignInLinks } from "#server/auth/sign-in-links.ts";
import { WorkspaceService } from "#server/auth/workspace-service.ts";
import { EmbedCharts } from "#server/embed/embed-charts.ts";
import { createSealer } from "#vault/seal.ts";
import { TemplateService } from "#server/templates/template-service.ts";
import { createSetupStore, createTemplateStore } from "#storage/template-store.ts";
import { createAccountStore } from "#storage/account-store.ts";
import { createAppStore } from "#storage/app-store.ts";
import { createApiKeyStore } from "#storage/api-keys.ts";
import { ok } from "#server/operations/findings.ts";
import { createCallStore } from "#storage/call-store.ts";
import { createChangeStore } from "#storage/changes.ts";
import { createConnectLinkStore } from "#storage/connect-link-store.ts";
import { createIdempotentCallStore } from "#storage/idempotent-call-store.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { createLintStore, createReferenceStore } from "#storage/reference-store.ts";
import { createPrivateHostStore } from "#storage/private-host-store.ts";
import { createWaitingReplayStore } from "#storage/waiting-replay-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { ensureWorkspace } from "#storage/workspaces.ts";
import { createSyncStore } from "#storage/sync-store.ts";
import { openSyncs } from "#server/sync/open-syncs.ts";
import { RecordTypeReader } from "#server/sync/record-type-reader.ts";
import { ReadySyncs } from "#server/sync/ready-syncs.ts";
import { createWebhookStore } from "#storage/webhook-store.ts";
import { WebhookEndpoints } from "#server/webhooks/webhook-endpoints.ts";
import { createTrialStore } from "#storage/trial-store.ts";
import { createSessionStore } from "#storage/sessions.ts";
import type { Connection } from "#vault/types.ts";
import type { FakeOperation } from "./caller.ts";
import { openEngine, workspace } from "./engine.ts";

export interface ServerWish {
  operations?: Record<string, FakeOperation>;
  connectionService?: Partial<ConnectionService>;
  /** What replays look at. */
  connections?: Connection[];
  publicUrl?: string;
  localSignIn?: boolean;
  /** Where people may sign in elsewhere. */
  provider?: Provider;
  /** Whether mail can be sent. */
  mail?: boolean;
  trusted?: string[];
  metricsKey?: string;
  webFolder?: string;
  storeProblem?: () => Promise<string | null>;
  rates?: AppParts["rates"];
  /** The tools of agents instead of Millrace's. */
  createMcpServer?: AppParts["createMcpServer"];
  /** To whom messages of operations go. */
  recipient?: ReadRecipient;
  /** What is at public addresses. */
  readText?: ReadText;
}

const noConnectionService: ConnectionService = {
  list: async () => [],
  get: () => Promise.reject(new Error("no connection service")),
  add: () => Promise.reject(new Error("no connection service")),
  change: () => Promise.reject(new Error("no connection service")),
  test: () => Promise.reject(new Error("no connection service")),
  testDraft: () => Promise.reject(new Error("no connection service")),
  remove: () => Promise.reject(new Error("no connection service")),
  doubt: () => Promise.reject(new Error("no connection service")),
};

const noConsents = () => Promise.reject(new Error("no consents"));

/** The server's doors on a real engine and a store in memory. `key` is the first API key; nothing listens until asked to. */
export async function openServer({
  operations = {},
  connectionService,
  connections = [],
  publicUrl = "http://127.0.0.1:4400",
  localSignIn = true,
  mail = false,
  provider,
  trusted = [],
  metricsKey,
  webFolder = "/nowhere",
  storeProblem,
  rates,
  createMcpServer = createOwnMcpServer,
  recipient = async () => null,
  readText = () => Promise.reject(new Error("no way out")),
}: ServerWish = {}) {
  const clock = new TestClock();
  const house = await openEngine(operations, { clock });
  const { engine, db } = house;
  await ensureWorkspace(db, { id: workspace, name: "First", now: clock.now() });
  const keys = await openApiKeys({ store: createApiKeyStore(db), clock });
  const accountStore = createAccountStore(db);
  const accounts = await openAccounts(accountStore);
  const key = (await keys.ensure(workspace))!;
  const storeProblems: unknown[] = [];
  const sessions = await openSessions({
    store: createSessionStore(db),
    keyId: keys.keyId,
    hasAccess: (workspaceId, accountId) =>
      accountId === null ? !accounts.hasMembers(workspaceId) : accounts.member(workspaceId, accountId) !== undefined,
    clock,
    onStoreProblem: (problem) => void storeProblems.push(problem),
  });
  const runStream = createRunStream({ clock });
  const limited: string[] = [];
  const signInEvents: string[] = [];
  const links = createSignInLinks(clock);
  const isOperator = (workspaceId: string) => workspaceId === workspace;
  const signIn = createSignIn({
    keys,
    sessions,
    links,
    localSignIn,
    accounts,
    sealer: createSealer([Buffer.alloc(32, 7)]),
    clock,
    attempts: createAttemptLimit({ clock, onLimit: (address) => limited.push(address) }),
    publicUrl: () => publicUrl,
    trusted: ipRanges(trusted),
    keepKey: () => {},
    isOperator,
    onAccessChanged: runStream.review,
    onEvent: (what, address) => void signInEvents.push(`${what} from ${address}`),
    ...(metricsKey !== undefined && { metricsKey }),
  });
  const mails: Mail[] = [];
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  const agents = createAgentStore(db);
  const accountService = new AccountService({
    accounts,
    sessions,
    agents,
    clock,
    store: accountStore,
    log: silentLog,
    onAccessChanged: runStream.review,
    mailer: mail ? mailer : null,
    passwords: createPasswords({
      memoryCost: 64,
      timeCost: 1,
    }),
    secondFactor: createSecondFactor({
      store: accountStore,
      sealer: createSealer([Buffer.alloc(32, 7)]),
      clock,
    }),
    publicUrl: () => publicUrl,
  });
  const workspaceService = new WorkspaceService({ store: accountStore, accounts, clock });
  engine.onChange(runStream.changed);
  const metrics = createMetrics();
  const logged: string[] = [];
  const runs = createRunStore(db);
  const log = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  const inboxes = createInboxStore(db);
  const registry = await InboxRegistry.open({ store: inboxes, workspaceIds: [workspace] });
  const receptions = await openReceptionCounter({ store: inboxes, inboxes: [], clock, log });
  const inboxService = createInboxService({
    refusedSenders: () => [],
    registry,
    receptions,
    deliveries: { read: () => ({ arrivals: [], refusals: [] }) },
    engine,
    connections: async () => [],
    catalog: builtIn,
    publicUrl: () => publicUrl,
    clock,
  });
  const lint = await openLintService({
    flows: engine.flows,
    references: createReferenceStore(db),
    store: createLintStore(db),
    reader: () => ({
      app: () => null,
      operation: () => null,
      gone: () => null,
      webhook: () => null,
      choosing: () => null,
      pins: async () => null,
      connections: async () => [],
      titles: { app: () => null, operation: () => null, trigger: () => null },
      connection: async () => null,
      rows: async () => ({ rows: [] }),
      inboxes: async () => [],
    }),
    workspaces: async () => [workspace],
    clock,
    log,
  });
  const privateHosts = await openPrivateHostService({
    store: createPrivateHostStore(db),
    hosts: new PrivateHosts([]),
    fromSettings: ["10.0.0.9"],
    clock,
    log,
    changed: () => undefined,
  });
  const catalog = createAppRegistry();
  const own = await OwnApps.open({ registry: catalog, store: createAppStore(db), clock, log });
  const apps = new AppService({
    registry: catalog,
    own,
    connections: async () => [],
    flows: async () => [],
    closed: async () => null,
    log,
  });
  const setups = createSetupStore(db);
  const trials = createTrialStore(db);
  const backtests = new Backtests({ engine, trials, clock, log });
  const ruleBook = await RuleBook.open({ store: house.parts, log });
  house.useRules(ruleBook.of);
  const shared = { store: house.parts, flows: engine.flows, clock };
  const mappings = new MappingService({ ...shared, knowledge: house.knowledgeOf });
  const rules = new RuleService({
    ...shared,
    book: ruleBook,
    mappings: (workspaceId) => mappings.mappings.list(workspaceId),
    changed() {},
    script: engine.tryScriptRule,
  });
  const partFiles = new PartFiles({
    rules: rules.rules,
    mappings: mappings.mappings,
    draft: async (workspaceId, flow) => (await engine.flows.get(workspaceId, flow)).draft,
  });
  const innerCalls = new InnerCalls();
  const agentService = new AgentService({
    agents,
    clientDocuments: new ClientDocuments({ readText, clock }),
    accounts,
    keys,
    principalOf: (visitor) => principalOf(visitor, { isOperator, accounts }),
    publicUrl: () => publicUrl,
    clock,
    onStoreProblem: (problem) => void storeProblems.push(problem),
  });
  const names = actorNames(accounts, keys, agents);
  const approvalService = new ApprovalService({
    engine,
    catalog,
    vault: { find: async (_, name) => connections.find((each) => each.name === name) ?? null },
    approvals: createApprovalStore(db, "proc_1"),
    actorNames: names,
    workspaceKeyId: keys.keyId,
    clock,
  });
  const webhookEndpoints = new WebhookEndpoints({
    store: createWebhookStore(db),
    sealer: createSealer([Buffer.alloc(32, 7)]),
    sender: { sendNow: async () => {} },
    checkAddress: async () => {},
    clock,
    log,
  });
  const syncStore = createSyncStore(db);
  const noPages = (): never => {
    throw new Error("There is nothing to read here.");
  };
  const types = new RecordTypeReader({ catalog, caller: { pages: noPages }, clock });
  const readySyncs = new ReadySyncs({ store: syncStore, catalog, types, clock });
  const app = await buildApp({
    innerCalls,
    agentService,
    approvalService,
    oauthClients: agents,
    createMcpServer,
    trials,
    backtests,
    rules,
    mappings,
    partFiles,
    privateHosts,
    callLog: createCallStore(db),
    connectionId: async (_, name) => connections.find((c) => c.name === name)?.id ?? null,
    changes: createChangeStore(db),
    refusedSenders: () => [],
    captures: new HookCaptures({ store: createHookCaptureStore(db), publicUrl: () => publicUrl, clock }),
    webhookEndpoints,
    syncs: openSyncs({
      store: syncStore,
      ready: readySyncs,
      types,
      catalog,
      caller: { ...house.caller, pages: noPages },
      engine,
      connection: async () => null,
      quota: () => null,
      clock,
      log,
    }),
    tags: openTags({
      catalog,
      vault: { list: async () => connections },
      caller: {
        call: noConsents,
        pages: () => {
          throw new Error("no way out");
        },
      },
      store: createTagStore(db),
      readers: async () => ({ flows: [], parts: [] }),
      shared: false,
      isHeld: () => false,
      clock,
      log,
    }),
    hookSubscriptions: { views: async () => new Map(), retry: async () => {} },
    webhookTargets: new WebhookTargets({ engine, catalog, connection: async () => null, checkAddress: async () => {}, lint, clock, log }),
    actorNames: names,
    healthChecks: {
      report: async (_, { whole }) => ({
        now: clock.now(),
        version: "0.0.0",
        machine: whole ? [ok("disk", "9.0 GiB free")] : [],
        workspace: [],
      }),
    },
    proofOf: (nonce) => `proof of ${nonce}`,
    laterReplays: createLaterReplays({
      engine,
      vault: {
        list: async () => connections,
        find: async (_, id) => connections.find((c) => c.id === id) ?? null,
      },
      store: createWaitingReplayStore(db),
      workspaces: async () => [workspace],
      clock,
      log,
    }),
    inboxService,
    lint,
    engine,
    signIn,
    runStream,
    clock,
    webFolder,
    isOperator,
    version: "0.0.0",
    startedAt: clock.now(),
    publicUrl: () => publicUrl,
    replaysOf: (workspaceId, id) => runs.replaysOf(workspaceId, id),
    doneBy: (workspaceId, ids) => runs.doneBy(workspaceId, ids),
    titlesOf: () => house.knowledge,
    catalog,
    apps,
    appComparison: {
      compare: () => Promise.reject(new Error("no comparison")),
    },
    drafts: new AppDrafts({
      own,
      reading: { read: async (_, task) => readDefinitions(task) },
      readText: () => Promise.reject(new Error("no way out")),
    }),
    flowImports: new FlowImports({
      reading: { readExport: async (_, { text, pack }) => readExport(text, pack) },
      catalog,
      titlesOf: () => house.knowledge,
      draft: (workspaceId, definition) => engine.flows.draft(workspaceId, definition),
    }),
    setups,
    templates: new TemplateService({
      templates: createTemplateStore(db),
      setups,
      flows: engine.flows,
      connections: async () => [],
      partFiles,
      catalog,
      isBuiltIn: (id) => catalog.isBuiltIn(id),
      titlesOf: () => house.knowledge,
      clock,
    }),
    caller: house.caller,
    messageStore: house.messages,
    messageGate: new MessageGate({ store: house.messages, recipient, clock }),
    idempotentCalls: createIdempotentCallStore(db, "proc_test"),
    connections: { list: async () => [], removed: async () => [] },
    connectionUse: createConnectionUse(engine.flows),
    workspaceName: async () => null,
    sandboxUrl: () => null,
    warnings: () => [],
    outages: () => [],
    repair: { repair: () => Promise.reject(new Error("no repair")) },
    connectionService: {
      ...noConnectionService,
      ...connectionService,
    },
    subAccounts: {
      list: noConsents,
      connect: noConsents,
    },
    consents: {
      needs: noConsents,
      begin: noConsents,
      finish: noConsents,
    },
    passkeys: createPasskeys({
      store: accountStore,
      publicUrl: () => publicUrl,
      clock,
    }),
    singleSignOn: provider
      ? createSingleSignOn({
          provider,
          store: accountStore,
          publicUrl: () => publicUrl,
          clock,
          log: silentLog,
        })
      : null,
    accounts,
    accountService,
    workspaceService,
    apiKeys: keys,
    sessions,
    onAccessChanged: runStream.review,
    firstWorkspace: workspace,
    charts: new EmbedCharts({
      sources: { runs: { check: noConsents, read: noConsents } },
      origins: { origins: async () => [] },
      keys,
      sessions,
      sealer: createSealer([Buffer.alloc(32, 7)]),
      clock,
      publicUrl: () => publicUrl,
    }),
    connectLinks: new ConnectLinks({
      links: createConnectLinkStore(db),
      vault: { get: noConsents, find: noConsents, changedDraft: noConsents },
      consents: { begin: noConsents, finish: noConsents },
      connections: { add: noConsents },
      catalog,
      clock,
      workspaceName: async () => null,
      publicUrl: () => publicUrl,
    }),
    reconnectLinks: {
      make: noConsents,
      withdraw: noConsents,
      open: noConsents,
      begin: noConsents,
      finish: noConsents,
      save: noConsents,
    },
    signInUrl: (token) => `${publicUrl}/#open=${token}`,
    metricsPage: () =>
      metrics.page({
        engine,
        quotas: async () => [],
        lint: lint.totals,
        outages: () => [],
        waitedFor: async () => [],
      }),
    storeProblem: storeProblem ?? (async () => null),
    log,
    ...(rates && { rates }),
  });
  const close = async () => {
    await app.close();
    await backtests.close();
    await engine.close(0);
    await db.close();
  };
  return {
    ...house,
    app,
    key,
    agentService,
    innerCalls,
    keys,
    accounts,
    accountStore,
    mails,
    sessions,
    links,
    runStream,
    clock,
    logged,
    limited,
    signInEvents,
    close,
    workspaceId: workspace,
  };
}

/** Headers of a program with the key, and of Millrace's own page. */
export const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
export const fromPage = (cookie: string) => ({ host: "127.0.0.1:4400", cookie, "x-millrace": "1", "sec-fetch-site": "same-origin" });

/** Every route of an app as [method, path], parameters filled in. What Fastify prints is a tree of path parts. */
export function routesOf(app: FastifyInstance): [method: "GET" | "POST" | "PUT" | "DELETE", path: string][] {
  const parents: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", part = "", methods = ""] = /^(.*?)[└├]── (\S+) \(([^)]+)\)$/.exec(line) ?? [];
      if (part === "") return [];
      parents.splice(indent.length / 4, Infinity, part);
      const path = parents.join("").replace(/:\w+/g, "some-id");
      return methods
        .split(", ")
        .filter((method) => method !== "HEAD")
        .map((method) => [method as "GET", path] as ["GET", string]);
    });
}
