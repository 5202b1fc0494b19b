import { z } from "zod";
import type { ErrorCode } from "#kernel/errors.ts";
import type { Addresses } from "./addresses.ts";
import type { Scope } from "./principal.ts";
import * as shape from "./schemas.ts";

/** One route: the server registers it from this, the OpenAPI document and the clients are derived from it. */
export interface RouteFacts {
  /** The scope it needs; `anyone`: no sign-in. */
  allow: Scope | "anyone";
  /** A sentence that says what it does. */
  summary: string;
  query?: z.ZodType;
  /** Without one, a body is ignored. */
  body?: z.ZodType;
  /** Null: it answers with a stream of events, or with a file. */
  reply: z.ZodType | null;
  /** The status of a successful answer; 200 by default. */
  status?: 201 | 202;
  /** Errors of its own, beside those that any route can give. */
  errors?: readonly ErrorCode[];
  /** The longest text it takes in its path; 64 characters where it is left out. */
  longestParam?: number;
  /** The largest body in bytes, where that is not the usual. */
  bodyLimit?: number;
  /** An agent needs an approval for it, unless it may act. */
  needsPerson?: true;
}

type Table = { [N in keyof Addresses]: { [R in keyof Addresses[N]]: RouteFacts } };

const { done, flowDetail, runDetail, connectionView, inboxView, privateHostList, lintView } = shape;

/** Under which heading the document lists them. */
export const tags: Record<keyof Addresses, string> = {
  overview: "Overview",
  flows: "Flows",
  runs: "Runs",
  connections: "Connections",
  consents: "Connections",
  reconnect: "Connections",
  privateHosts: "Settings",
  inboxes: "Inboxes",
  connectLinks: "Embedding",
  embedOrigins: "Embedding",
  embedTokens: "Embedding",
  embedData: "Embedding",
  messages: "Messages to people",
  webhookEndpoints: "Webhook endpoints",
  syncs: "Syncs",
  tags: "Tags",
  apps: "Apps",
  appDrafts: "Apps",
  flowImports: "Flows",
  templates: "Templates",
  rules: "Rules and mappings",
  mappings: "Rules and mappings",
  parts: "Rules and mappings",
  catalog: "Catalog",
  webhookTargets: "Other tools",
  exports: "Other tools",
  operations: "Operations",
  approvals: "Approvals",
  health: "Overview",
  calls: "Changes",
  changes: "Changes",
  session: "Session",
  account: "Account",
  agents: "Agents",
  members: "People",
  invitations: "People",
  apiKeys: "People",
  workspaces: "People",
  client: "Clients",
  access: "Session",
};

const dismissQuery = z.object({
  /** Puts a run back that was dismissed and still rests. */
  undo: z.stringbool().default(false),
});
const verifyQuery = z.object({
  /** False: saved without a test. */
  verify: z.stringbool().default(true),
});
const forceQuery = z.object({
  /** True: also where flows use it. */
  force: z.stringbool().default(false),
});
const changeConnection = {
  allow: "connections:write",
  summary:
    "Change a connection; fields left out stay as they are. A new secret is tested before it replaces the old one, unless verify is false",
  query: verifyQuery,
  body: shape.connectionPatch,
  reply: connectionView,
  errors: ["CONNECTION_TEST_FAILED"],
} as const;

/** The errors of anything that calls an operation. */
const callErrors = [
  "OPERATION_UNKNOWN",
  "CONNECTION_UNKNOWN",
  "CONNECTION_WRONG_KIND",
  "CONNECTION_EXPIRED",
  "CONNECTION_REVOKED",
  "CONNECTION_PAUSED",
  "SCOPE_MISSING",
  "WRONG_LOCATION",
  "STEP_INPUT_INVALID",
  "OUTBOUND_REFUSED",
  "OUTBOUND_NOT_FOUND",
  "DUPLICATE_RECORD",
  "SLOT_TAKEN",
  "UNKNOWN_OUTCOME",
  "RATE_LIMITED",
  "QUOTA_WAIT",
  "HOST_DOWN",
  "HOST_NOT_ALLOWED",
  "OUTBOUND_UNREACHABLE",
  "OUTBOUND_TIMEOUT",
  "OUTBOUND_FAILED",
  "OUTBOUND_TOO_LARGE",
] as const;

/** A client may be described by a document at an address of its own. */
const clientDocumentErrors = ["HOST_NOT_ALLOWED", "HOST_DOWN", "OUTBOUND_UNREACHABLE", "OUTBOUND_TIMEOUT", "OUTBOUND_TOO_LARGE"] as const;

const reconnectErrors = ["RECONNECT_LINK_OVER", "RECONNECT_REFUSED", "TOO_MANY_WRONG_KEYS"] as const;

export const routes = {
  overview: {
    get: { allow: "overview:read", summary: "Overview: runs, flows, connections, outages and warnings", reply: shape.overview },
    resume: { allow: "engine:write", summary: "Resume executing after a start with --hold", reply: done },
    stream: {
      allow: "runs:read",
      summary:
        "What changed, as server-sent events: `runs` with {changed: [{id, flowId, state}]}, and `records` with {changed: [{kind, id}]} for flows, connections and inboxes",
      reply: null,
    },
  },
  flows: {
    list: {
      allow: "flows:read",
      summary: "All flows, or those with some words or of a folder",
      query: shape.flowQuery,
      reply: shape.flowList,
    },
    create: {
      allow: "flows:write",
      summary: "Create a flow as a draft; it may be incomplete, and the answer says what it lacks",
      body: shape.flowBody,
      reply: flowDetail,
      status: 201,
      errors: ["FLOW_INVALID"],
    },
    get: { allow: "flows:read", summary: "A flow with its definition", reply: flowDetail },
    save: {
      allow: "flows:write",
      summary: "Change the draft; it may be incomplete, and the answer says what it lacks",
      query: shape.saveQuery,
      body: shape.flowBody,
      reply: flowDetail,
      errors: ["FLOW_INVALID", "FLOW_CHANGED"],
    },
    change: {
      allow: "flows:write",
      summary: "Rename a flow, or put it into a folder; fields left out stay as they are",
      body: shape.flowPatch,
      reply: flowDetail,
    },
    remove: { allow: "flows:write", needsPerson: true, summary: "Delete a flow; its runs are kept", reply: done },
    duplicate: {
      allow: "flows:write",
      summary: "Copy a flow's draft into a new flow, with other connections where they are named",
      body: shape.duplicateBody,
      reply: flowDetail,
      status: 201,
    },
    exportFile: {
      allow: "flows:read",
      summary: "The flow as a file for another Millrace: connections by name, no secrets",
      query: shape.exportQuery,
      reply: shape.flowFile,
    },
    importFile: {
      allow: "flows:write",
      summary: "Create a flow from an exported file, or from a definition; says which connections are missing",
      body: shape.importBody,
      reply: shape.importReply,
      status: 201,
      errors: ["FLOW_INVALID"],
    },
    versions: {
      allow: "flows:read",
      summary: "The flow's published versions, newest first, each with its date, author and note",
      reply: shape.versionList,
    },
    version: { allow: "flows:read", summary: "A published version with its definition", reply: shape.versionDetail },
    compare: {
      allow: "flows:read",
      summary: "What differs between two versions, or between a version and the draft, in words",
      query: shape.compareQuery,
      reply: shape.compareReply,
      errors: ["FLOW_NOT_PUBLISHED"],
    },
    restore: {
      allow: "flows:write",
      summary: "Replace the draft with a published version",
      body: shape.restoreBody,
      reply: flowDetail,
      errors: ["FLOW_INVALID", "FLOW_CHANGED"],
    },
    publish: {
      allow: "flows:write",
      needsPerson: true,
      summary: "Publish the draft and turn the flow on; stops at what would make its runs fail",
      body: shape.publishBody,
      reply: flowDetail,
      errors: ["FLOW_NOT_READY", "FLOW_WOULD_FAIL", "FLOW_CHANGED"],
    },
    pause: { allow: "flows:switch", summary: "Turn the flow off", reply: flowDetail },
    resume: {
      allow: "flows:switch",
      needsPerson: true,
      summary: "Turn the flow on again",
      body: shape.startBody,
      reply: flowDetail,
      errors: ["FLOW_NOT_PUBLISHED"],
    },
    repair: {
      allow: "flows:write",
      needsPerson: true,
      summary: "Replace a name that no longer exists: dry run, draft, publish, replay",
      body: shape.repairBody,
      reply: shape.repairReply,
    },
    rotateHook: {
      allow: "flows:write",
      needsPerson: true,
      summary: "Give the hook a new address; the old one stops working",
      reply: flowDetail,
    },
    subscribe: {
      allow: "flows:write",
      summary: "Tell the app of the trigger the flow's address again, where that did not work or may have been lost",
      reply: flowDetail,
    },
    dryRun: {
      allow: "flows:try",
      summary: "Dry run: everything but the writes, with what each step would do; the definition may be incomplete",
      body: shape.dryRunBody,
      reply: shape.dryRunReply,
      errors: ["FLOW_INVALID", "DRY_RUN_TOO_LONG"],
    },
    noteEditor: {
      allow: "flows:read",
      summary: "Report every 20 seconds that a window has the flow's editor open; the answer says how many others do",
      body: shape.editorBody,
      reply: shape.editorReply,
    },
    testStep: {
      allow: "operations:call",
      summary: "Try one step by itself: a read is made, a write only if `write` is true. It is not a run",
      body: shape.testStepBody,
      reply: shape.testStepReply,
      errors: ["FLOW_INVALID", "FLOW_NOT_READY", "STEP_NOT_TESTED"],
    },
    testScript: {
      allow: "flows:try",
      summary: "Execute a script on its tests; nothing is kept",
      body: shape.scriptToTest,
      reply: shape.scriptTestReply,
      errors: ["SCRIPTS_BUSY"],
    },
    stepTests: { allow: "flows:read", summary: "The last test of each step", reply: shape.stepTestList },
    backtest: {
      allow: "flows:write",
      summary: "Try the draft on the newest kept events, without a write; it runs in the background, and its result is read later",
      body: shape.backtestBody,
      reply: shape.backtestView,
      status: 202,
      errors: ["FLOW_INVALID"],
    },
    backtests: { allow: "flows:read", summary: "The newest backtests of the flow, without their rows", reply: shape.backtestList },
    backtestResult: { allow: "flows:read", summary: "How far a backtest is, and what it has found", reply: shape.backtestView },
    cancelBacktest: { allow: "flows:write", summary: "Cancel a backtest that is running", reply: done },
    run: {
      allow: "runs:write",
      needsPerson: true,
      summary: "Start the flow by hand",
      body: shape.runNowBody,
      reply: shape.runNowReply,
      status: 202,
      errors: ["FLOW_NOT_PUBLISHED", "FLOW_NOT_READY"],
    },
    samples: {
      allow: "flows:read",
      summary: "Events to try the flow with: received by it or by others, read from the list of a connected app now, or made up",
      reply: shape.sampleList,
    },
    samplesFor: {
      allow: "flows:try",
      summary: "The same for a definition that is not saved, or for what a step gives",
      body: shape.samplesBody,
      reply: shape.sampleList,
      errors: ["FLOW_INVALID"],
    },
    ledger: {
      allow: "flows:read",
      summary: "Which events the flow's webhook delivered, and which only the poll beside it found",
      reply: shape.ledgerView,
    },
    lint: { allow: "flows:read", summary: "What the last check of the flow found", reply: lintView },
    lintNow: { allow: "flows:try", summary: "Check the flow now: names, ids, logins, scopes", reply: lintView },
  },
  runs: {
    list: { allow: "runs:read", summary: "Runs, newest first", query: shape.runQuery, reply: shape.runList },
    get: { allow: "runs:read", summary: "A run with its event and steps", reply: runDetail },
    steps: { allow: "runs:read", summary: "Further steps of a long run", query: shape.stepQuery, reply: shape.stepList },
    replay: {
      allow: "runs:write",
      needsPerson: true,
      summary: "Replay runs, from the start or from the step that failed",
      body: shape.replayBody,
      reply: shape.replayReply,
      errors: ["RUN_NOT_REPLAYABLE"],
    },
    replayEdited: {
      allow: "runs:write",
      needsPerson: true,
      summary: "Replay a run from the start with changed data, as a new run",
      body: shape.editedReplayBody,
      reply: runDetail,
      status: 201,
      errors: ["RUN_NOT_REPLAYABLE", "FLOW_NOT_PUBLISHED"],
    },
    replayCheck: {
      allow: "runs:read",
      summary: "Which connections are in the way of the runs: they would wait, or fail again",
      body: shape.replayBody,
      reply: shape.replayCheckReply,
    },
    waitingReplays: {
      allow: "runs:read",
      summary: "Replays that wait until a connection works again",
      reply: shape.waitingReplayList,
    },
    cancelWaitingReplay: { allow: "runs:write", summary: "Cancel a waiting replay; the runs stay", reply: done },
    cancelMany: { allow: "runs:write", summary: "Cancel runs that have not ended", body: shape.cancelBody, reply: shape.cancelReply },
    cancel: { allow: "runs:write", summary: "Cancel a run that has not ended", reply: runDetail },
    dismiss: {
      allow: "runs:write",
      summary: "Take a run off Needs attention, or put it back with undo",
      query: dismissQuery,
      reply: runDetail,
    },
  },
  connections: {
    list: { allow: "connections:read", summary: "All connections, without their secrets", reply: shape.connectionList },
    add: {
      allow: "connections:write",
      summary: "Add a connection; it is tested first, unless verify is false",
      query: verifyQuery,
      body: shape.connectionBody,
      reply: connectionView,
      status: 201,
      errors: ["CONNECTION_TEST_FAILED"],
    },
    testDraft: {
      allow: "connections:write",
      summary: "Test a connection that is not saved, or a change of one that is; nothing is kept",
      body: shape.connectionTestBody,
      reply: shape.connectionTestReply,
    },
    change: changeConnection,
    replace: changeConnection,
    test: {
      allow: "connections:write",
      summary: "Test the login with a harmless read, and keep the result",
      reply: shape.connectionTestReply,
    },
    remove: {
      allow: "connections:write",
      summary: "Remove a connection and forget its secret; refused while flows use it, unless force is true",
      query: forceQuery,
      reply: done,
    },
    subAccounts: {
      allow: "connections:read",
      summary: "The sub-accounts that an agency's login can make connections for, with those that have one",
      reply: shape.subAccountList,
      errors: callErrors,
    },
    connectSubAccounts: {
      allow: "connections:write",
      summary: "Make a connection for each of an agency's sub-accounts, or give the one that is there a new login",
      body: shape.subAccountBody,
      reply: shape.subAccountReply,
      errors: callErrors,
    },
    createReconnectLink: {
      allow: "connections:write",
      summary:
        "Create a link by which somebody without an account here gives the connection a new login, once; it replaces the earlier link",
      body: shape.reconnectLinkBody,
      reply: shape.reconnectLinkReply,
      status: 201,
    },
    withdrawReconnectLink: { allow: "connections:write", summary: "Withdraw the reconnect link of a connection", reply: done },
  },
  consents: {
    needs: {
      allow: "connections:read",
      summary: "What a sign-in at the app's page asks for: the address to register there, and each scope with the flows that need it",
      query: shape.consentQuery,
      reply: shape.consentNeeds,
    },
    begin: {
      allow: "connections:write",
      summary: "Begin a sign-in at the app's page (OAuth 2.0), for a new connection or a new login of one",
      body: shape.consentBody,
      reply: shape.consentPage,
      errors: ["CONNECTION_UNKNOWN"],
    },
    finish: {
      allow: "connections:write",
      summary: "Finish the sign-in with what the app sent back; works once, and only for whoever began it",
      body: shape.consentReplyBody,
      reply: connectionView,
      errors: [
        "CONSENT_OVER",
        "CONSENT_REFUSED",
        "CONNECTION_UNKNOWN",
        "HOST_NOT_ALLOWED",
        "OUTBOUND_FAILED",
        "OUTBOUND_UNREACHABLE",
        "OUTBOUND_TIMEOUT",
        "OUTBOUND_TOO_LARGE",
      ],
    },
  },
  reconnect: {
    open: {
      allow: "anyone",
      summary: "Read a reconnect link without using it",
      body: shape.reconnectBody,
      reply: shape.reconnectView,
      errors: reconnectErrors,
    },
    begin: {
      allow: "anyone",
      summary: "Begin the sign-in of a reconnect link at the app's page",
      body: shape.reconnectBody,
      reply: shape.consentPage,
      errors: reconnectErrors,
    },
    finish: {
      allow: "anyone",
      summary: "Finish the sign-in of a reconnect link with what the app sent back; the link is used up once there is a login",
      body: shape.reconnectFinishBody,
      reply: shape.reconnectReply,
      errors: reconnectErrors,
    },
    save: {
      allow: "anyone",
      summary: "Give the connection of a reconnect link a new secret, if a test shows that it works; the link is used up then",
      body: shape.reconnectSecretBody,
      reply: shape.reconnectReply,
      errors: reconnectErrors,
    },
  },
  privateHosts: {
    list: { allow: "settings:read", summary: "Addresses on your own network that flows may call", reply: privateHostList },
    add: {
      allow: "settings:write",
      summary: "Let flows call an address on your own network",
      body: shape.privateHostBody,
      reply: privateHostList,
    },
    remove: { allow: "settings:write", summary: "Remove an address from the list", reply: privateHostList, longestParam: 300 },
  },
  inboxes: {
    list: { allow: "inboxes:read", summary: "All inboxes, with the events flows wait for and those that came", reply: shape.inboxList },
    add: {
      allow: "inboxes:write",
      summary: "Create an inbox for a marketplace app",
      body: shape.inboxBody,
      reply: inboxView,
      status: 201,
    },
    change: {
      allow: "inboxes:write",
      summary: "Change an inbox; fields left out stay as they are",
      body: shape.inboxPatch,
      reply: inboxView,
    },
    rotate: { allow: "inboxes:write", summary: "Give an inbox a new address; the old one stops working", reply: inboxView },
    remove: { allow: "inboxes:write", summary: "Remove an inbox; its address stops working", reply: done },
  },
  connectLinks: {
    create: {
      allow: "connections:write",
      summary: "Make a link by which somebody without an account here connects their own account as a new connection, once",
      body: shape.connectLinkBody,
      reply: shape.connectLinkReply,
      status: 201,
      errors: ["CONNECTION_UNKNOWN", "CONFLICT"],
    },
    list: {
      allow: "connections:read",
      summary: "Connect links that can still be used, the newest 500; without the links themselves",
      reply: shape.connectLinkList,
    },
    get: {
      allow: "connections:read",
      summary: "What came of a connect link: whether it was used, and which connection it made. Known for 90 days after it is over",
      reply: shape.connectLinkView,
    },
    withdraw: { allow: "connections:write", summary: "Withdraw a connect link: it can no longer be used", reply: done },
  },
  embedTokens: {
    create: {
      allow: "connections:write",
      summary: "Make a token with which a page of another origin shows one chart, for some time. Needs runs:read as well",
      body: shape.embedTokenBody,
      reply: shape.embedTokenReply,
      status: 201,
      errors: ["CONNECTION_UNKNOWN"],
    },
  },
  embedData: {
    get: {
      allow: "anyone",
      summary: "The numbers of a chart, for whoever has its token (`Authorization: Bearer`)",
      reply: shape.chartView,
      errors: ["EMBED_TOKEN_OVER", "TOO_MANY_WRONG_KEYS"],
    },
  },
  embedOrigins: {
    list: { allow: "connections:read", summary: "Origins to which a browser may be sent back", reply: shape.embedOriginList },
    add: {
      allow: "connections:write",
      summary: "Let connect links send browsers back to an origin",
      body: shape.embedOriginBody,
      reply: shape.embedOriginList,
    },
    remove: { allow: "connections:write", summary: "Remove an origin from the list", reply: shape.embedOriginList, longestParam: 300 },
  },
  messages: {
    policy: {
      allow: "flows:read",
      summary: "What messages to people have to keep, and how many were sent and skipped of late",
      reply: shape.messagePolicyReply,
    },
    setPolicy: {
      allow: "flows:write",
      needsPerson: true,
      summary: "Set what messages to people have to keep, for all flows of the workspace and for direct calls",
      body: shape.messagePolicy,
      reply: shape.messagePolicyReply,
    },
  },
  webhookEndpoints: {
    list: {
      allow: "webhooks:read",
      summary: "Addresses that are sent what happens here, with how many deliveries of each wait",
      reply: shape.webhookEndpointList,
    },
    add: {
      allow: "webhooks:write",
      summary: "Send events to an address from now on. The answer has the secret that signs them, which is never shown again",
      body: shape.webhookEndpointBody,
      reply: shape.webhookEndpointWithSecret,
      status: 201,
      errors: ["HOST_NOT_ALLOWED", "CONFLICT"],
    },
    change: {
      allow: "webhooks:write",
      summary: "Change a webhook endpoint; fields left out stay as they are. Switched on again, it is sent what waits",
      body: shape.webhookEndpointPatch,
      reply: shape.webhookEndpointView,
      errors: ["HOST_NOT_ALLOWED"],
    },
    remove: { allow: "webhooks:write", summary: "Remove a webhook endpoint, with its deliveries", reply: done },
    rotateSecret: {
      allow: "webhooks:write",
      summary: "Give a webhook endpoint a new secret; the one before signs beside it for a day",
      reply: shape.webhookEndpointWithSecret,
    },
    test: {
      allow: "webhooks:write",
      summary: "Send a test event now, and see the answer",
      reply: shape.webhookDeliveryView,
      errors: ["CONFLICT"],
    },
    deliveries: {
      allow: "webhooks:read",
      summary: "What was sent to a webhook endpoint, and what it answered; the newest first",
      query: shape.webhookDeliveryQuery,
      reply: shape.webhookDeliveryList,
    },
    resend: {
      allow: "webhooks:write",
      summary: "Send a delivery again now, with the same id",
      reply: shape.webhookDeliveryView,
      errors: ["CONFLICT"],
    },
  },
  syncs: {
    types: {
      allow: "catalog:read",
      summary: "Kinds of records of an app that can be kept in step, with the fields of a connection's account",
      query: shape.recordTypeQuery,
      reply: shape.recordTypeList,
    },
    list: { allow: "flows:read", summary: "All syncs, and how each stands", reply: shape.syncList },
    create: {
      allow: "flows:write",
      summary: "Add a sync. It does nothing before it is started",
      body: shape.syncBody,
      reply: shape.syncView,
      status: 201,
    },
    get: { allow: "flows:read", summary: "A sync, and how it stands", reply: shape.syncView },
    put: {
      allow: "flows:write",
      summary: "Change a sync; refused when somebody changed it since that revision",
      body: shape.syncPut,
      reply: shape.syncView,
      errors: ["CONFLICT"],
    },
    remove: { allow: "flows:write", summary: "Delete a sync and what it knows of pairs; the records stay on both sides", reply: done },
    ready: {
      allow: "catalog:read",
      summary: "Syncs that are worked out already for kinds of records that this workspace has",
      reply: shape.readySyncList,
    },
    suggest: {
      allow: "flows:try",
      summary: "Sensible fields and rules for a pair of record types; nothing is saved",
      body: shape.syncSuggestBody,
      reply: shape.syncSuggestion,
    },
    check: { allow: "flows:read", summary: "What stands in the way of a start, and what is worth a look", reply: shape.syncProblemList },
    startPreview: {
      allow: "flows:try",
      summary: "Read both sides and work out what a first sync would do; nothing is written",
      reply: shape.syncPreview,
    },
    preview: { allow: "flows:read", summary: "What a first sync would do, as far as it is worked out", reply: shape.syncPreview },
    start: {
      allow: "flows:switch",
      summary: "Start a sync: with a first sync of what is there, or from now on only",
      body: shape.syncStart,
      reply: shape.syncView,
      errors: ["CONFLICT"],
    },
    pause: { allow: "flows:switch", summary: "Pause a sync, and its job; what happens meanwhile is caught up with", reply: shape.syncView },
    resume: { allow: "flows:switch", summary: "Go on with a paused sync, and its job", reply: shape.syncView },
    cancelJob: { allow: "flows:switch", summary: "End the job of a sync; what it wrote stays, and can be undone", reply: shape.syncView },
    answer: {
      allow: "runs:write",
      summary: "Allow or refuse the deletions that a sync stopped at",
      body: shape.syncAnswer,
      reply: shape.syncView,
      errors: ["CONFLICT"],
    },
    links: {
      allow: "runs:read",
      summary: "Pairs of a sync: all, or those a person has to look at",
      query: shape.syncLinkQuery,
      reply: shape.syncLinkList,
    },
    link: { allow: "runs:read", summary: "A pair with both records, and everything that was written to them", reply: shape.syncLinkDetail },
    decide: {
      allow: "runs:write",
      summary: "Decide of a pair: whose values count, that it takes no part, or that it is brought into step anew",
      body: shape.syncDecision,
      reply: shape.syncLinkDetail,
      errors: ["CONFLICT"],
    },
    writes: { allow: "runs:read", summary: "What a sync wrote, the newest first", query: shape.syncWriteQuery, reply: shape.syncWriteList },
    undo: {
      allow: "runs:write",
      summary: "Put back what was there before: of one batch, or of chosen writes. With `dry` nothing is written",
      body: shape.syncUndoBody,
      reply: shape.syncUndoReply,
    },
  },
  tags: {
    list: {
      allow: "connections:read",
      summary:
        "Tags of all connected sub-accounts as they were last read, with what carries them, names that look alike, and archived ones",
      reply: shape.tagList,
    },
    read: {
      allow: "flows:write",
      summary: "Read all tags anew and count what carries them, behind everything else; the list says how far it is",
      reply: done,
      status: 202,
    },
    describe: {
      allow: "flows:write",
      summary: "Keep a colour and a description with a tag; without both, nothing is kept",
      body: shape.tagNoteBody,
      reply: done,
    },
    preview: {
      allow: "flows:write",
      summary: "What a change of tags would touch, how many calls and how long it would take, and what mentions the tags. Changes nothing",
      body: shape.tagDeedBody,
      reply: shape.tagPreview,
    },
    jobs: { allow: "connections:read", summary: "Changes of tags, the newest first, with how far each is", reply: shape.tagJobList },
    start: {
      allow: "flows:write",
      summary: "Merge, rename, archive or delete tags: a job that goes on behind live traffic, and can be paused, cancelled and undone",
      body: shape.tagDeedBody,
      reply: shape.tagJobView,
      status: 201,
      errors: ["CONFLICT"],
      needsPerson: true,
    },
    move: {
      allow: "flows:write",
      summary: "Pause, resume or cancel a change of tags; what it did before stays and can be undone",
      body: shape.tagJobPatch,
      reply: shape.tagJobView,
      errors: ["CONFLICT"],
      needsPerson: true,
    },
    undo: {
      allow: "flows:write",
      summary: "Give everything that a change of tags touched the tags it had before",
      reply: shape.tagJobView,
      status: 201,
      errors: ["CONFLICT"],
      needsPerson: true,
    },
    rules: {
      allow: "connections:read",
      summary: "The rules that clean tags, with what each finds now and what its last runs did",
      reply: shape.tagRuleList,
    },
    addRule: {
      allow: "flows:write",
      summary: "Clean tags every few days: those that nothing carries, those of a list, or both",
      body: shape.tagRuleBody,
      reply: shape.tagRuleView,
      status: 201,
      errors: ["CONFLICT"],
      needsPerson: true,
    },
    changeRule: {
      allow: "flows:write",
      summary: "Change a cleaning rule, or switch it on or off; fields left out stay as they are",
      body: shape.tagRulePatch,
      reply: shape.tagRuleView,
      needsPerson: true,
    },
    removeRule: { allow: "flows:write", summary: "Remove a cleaning rule; what it archived stays archived", reply: done },
    runRule: {
      allow: "flows:write",
      summary: "Read all tags anew and clean by a rule now; its report says what was done",
      reply: done,
      status: 202,
      needsPerson: true,
    },
  },
  apps: {
    list: { allow: "catalog:read", summary: "All apps: how one logs in to each, and how it is shown", reply: shape.appList },
    get: { allow: "catalog:read", summary: "An app; of the workspace's own also its definition", reply: shape.appDetail },
    put: {
      allow: "catalog:write",
      summary: "Define an app of the workspace, or replace its definition",
      body: shape.appDefinition,
      reply: shape.appDetail,
      errors: ["HOST_NOT_ALLOWED", "BODY_TOO_LARGE"],
    },
    remove: {
      allow: "catalog:write",
      summary: "Delete an app of the workspace; refused while a flow or a connection uses it",
      reply: done,
    },
    compare: {
      allow: "catalog:read",
      summary: "What another definition would change, and which flows would not run with it",
      body: shape.comparedDefinition,
      reply: shape.definitionComparison,
    },
    versions: { allow: "catalog:read", summary: "The saved definitions of an app, newest first", reply: shape.appVersionList },
    version: { allow: "catalog:read", summary: "One saved definition of an app", reply: shape.appVersionDetail },
    share: {
      allow: "catalog:write",
      summary: "Put the definition of an app into another workspace; no logins go with it",
      body: shape.shareBody,
      reply: done,
    },
  },
  appDrafts: {
    document: {
      allow: "catalog:write",
      summary: "Read operations out of an OpenAPI or Swagger document; nothing is saved",
      body: shape.documentSource,
      reply: shape.appDraft,
      errors: ["HOST_NOT_ALLOWED", "HOST_DOWN", "OUTBOUND_UNREACHABLE", "OUTBOUND_TIMEOUT", "OUTBOUND_TOO_LARGE"],
      bodyLimit: 24 * 1024 * 1024, // 10 MB of text, whose quotes and line ends are escaped
    },
    startCapture: {
      allow: "catalog:write",
      summary: "Make an address that keeps what is posted to it for half an hour, to make a trigger of it",
      reply: shape.capture,
    },
    capture: { allow: "catalog:read", summary: "What was posted to such an address, the newest ten", reply: shape.capture },
    endCapture: { allow: "catalog:write", summary: "Delete such an address and what was posted to it", reply: done },
    request: {
      allow: "catalog:write",
      summary: "Read operations out of a curl command or a recording of a browser (HAR); nothing is saved",
      body: shape.requestSource,
      reply: shape.appDraft,
      bodyLimit: 24 * 1024 * 1024, // 10 MB of text, whose quotes and line ends are escaped
    },
    answer: {
      allow: "catalog:write",
      summary: "Read out of an example answer where the records are in it",
      body: shape.answerSource,
      reply: shape.answerDraft,
    },
    event: {
      allow: "catalog:write",
      summary: "Make a webhook trigger of a received payload",
      body: shape.exampleSource,
      reply: shape.eventDraft,
    },
    check: {
      allow: "catalog:write",
      summary: "All that is wrong with a definition, and what is missing for a careful write",
      body: shape.definitionToCheck,
      reply: shape.definitionCheck,
    },
  },
  flowImports: {
    read: {
      allow: "flows:write",
      summary: "Read an export of n8n, Make or Zapier as flows, with what is left to do; nothing is saved",
      body: shape.flowImportBody,
      reply: shape.flowImport,
      bodyLimit: 24 * 1024 * 1024, // 10 MB of text, whose quotes and line ends are escaped
    },
  },
  templates: {
    list: {
      allow: "flows:read",
      summary: "All flow templates: the workspace's own, then those that come with Millrace",
      reply: shape.templateList,
    },
    create: {
      allow: "flows:write",
      summary: "Save a flow template of the workspace: one made of a flow, or a file of another Millrace",
      body: shape.templateBody,
      reply: shape.templateDetail,
      status: 201,
      errors: ["FLOW_INVALID"],
    },
    get: { allow: "flows:read", summary: "A flow template with its definition", reply: shape.templateDetail },
    save: {
      allow: "flows:write",
      summary: "Replace a flow template of the workspace",
      body: shape.templateBody,
      reply: shape.templateDetail,
      errors: ["FLOW_INVALID"],
    },
    remove: {
      allow: "flows:write",
      needsPerson: true,
      summary: "Delete a flow template of the workspace; flows made from it stay",
      reply: done,
    },
    install: {
      allow: "flows:write",
      summary: "Make a flow from a template, as a draft that is being set up",
      body: shape.installBody,
      reply: flowDetail,
      status: 201,
      errors: ["FLOW_INVALID"],
    },
    offer: {
      allow: "flows:read",
      summary: "A template made of the flow's draft, with all that could be asked at its set-up",
      reply: shape.templateOffer,
    },
    setup: { allow: "flows:read", summary: "The guided set-up of a flow: what is asked, and the step it is at", reply: shape.setupReply },
    moveSetup: { allow: "flows:write", summary: "Keep the step that a set-up is at", body: shape.setupBody, reply: shape.setupReply },
    endSetup: { allow: "flows:write", summary: "End the set-up of a flow; the draft stays", reply: done },
  },
  rules: {
    list: { allow: "flows:read", summary: "All transformation rules, with how many flows use each", reply: shape.ruleList },
    get: { allow: "flows:read", summary: "A rule, and what uses it", reply: shape.ruleDetail },
    put: {
      allow: "flows:write",
      summary: "Save a rule as a new version. It counts at once in every flow that uses the rule",
      query: shape.partQuery,
      body: shape.ruleDefinition,
      reply: shape.ruleDetail,
    },
    remove: { allow: "flows:write", summary: "Remove a rule; refused while a flow or a mapping template uses it", reply: done },
    versions: { allow: "flows:read", summary: "The versions of a rule, newest first", reply: shape.ruleVersions },
    try: {
      allow: "flows:read",
      summary: "Try a rule on some values; it need not be saved",
      body: shape.tryRuleBody,
      reply: shape.tryRuleReply,
    },
  },
  mappings: {
    list: {
      allow: "flows:read",
      summary: "Mapping templates, of one operation where it is named",
      query: shape.mappingQuery,
      reply: shape.mappingList,
    },
    get: { allow: "flows:read", summary: "A mapping template, and the flows with a step filled as it says", reply: shape.mappingDetail },
    put: {
      allow: "flows:write",
      summary: "Save a mapping template as a new version. Steps that were filled from it keep what they have",
      query: shape.partQuery,
      body: shape.mappingTemplate,
      reply: shape.mappingDetail,
    },
    remove: { allow: "flows:write", summary: "Remove a mapping template; steps that were filled from it keep what they have", reply: done },
    versions: {
      allow: "flows:read",
      summary: "The versions of a mapping template, newest first",
      reply: shape.mappingVersions,
    },
  },
  parts: {
    export: {
      allow: "flows:read",
      summary: "Rules and mapping templates as a file: those of a flow, some by name, or all",
      query: shape.partExportQuery,
      reply: shape.partFile,
    },
    import: {
      allow: "flows:write",
      summary: "Import rules and mapping templates from a file; `existing` says what happens if there is a different one of the same name",
      body: shape.partImportBody,
      reply: shape.partImportReply,
    },
  },
  catalog: {
    search: { allow: "catalog:read", summary: "Operations and triggers", query: shape.catalogQuery, reply: shape.catalogList },
  },
  operations: {
    call: {
      allow: "operations:call",
      summary: "Call one operation now, by its full name: `<app>.<operation>`",
      body: shape.operationCallBody,
      reply: shape.callReply,
      errors: [...callErrors, "IDEMPOTENCY_KEY_REUSED", "CALL_UNDER_WAY"],
      longestParam: 260,
    },
    batch: {
      allow: "operations:call",
      summary: "Make up to 100 calls one after another; each has its own result or error",
      body: shape.operationBatchBody,
      reply: shape.operationBatchReply,
    },
    document: {
      allow: "catalog:read",
      summary: "The operations as an OpenAPI 3.1 document, each with its own input and output: of an app, of a category, or all of them",
      query: shape.exportChoice,
      reply: null,
    },
  },
  webhookTargets: {
    add: {
      allow: "targets:write",
      summary: "Send each event of a trigger to an address of another tool (REST hooks), by a flow that is made for it and turned on",
      body: shape.webhookTarget,
      reply: shape.webhookTargetReply,
      status: 201,
      errors: ["FLOW_INVALID", "FLOW_NOT_READY", "CONNECTION_UNKNOWN", "HOST_NOT_ALLOWED"],
    },
    samples: {
      allow: "targets:write",
      summary: "Up to three events of a trigger: received, read from its list now, or the example",
      body: shape.targetTrigger,
      reply: shape.targetSamples,
      errors: ["CONNECTION_UNKNOWN"],
    },
    remove: {
      allow: "targets:write",
      summary: "Stop sending events to an address; its flow is deleted, or kept turned off where its own address is entered in an app",
      reply: done,
    },
  },
  exports: {
    zapier: {
      allow: "catalog:read",
      summary: "The catalog as a project for Zapier's command line, in a zip file; it contains no secrets",
      query: shape.exportChoice,
      reply: null,
    },
    client: {
      allow: "catalog:read",
      summary: "A typed TypeScript client of the operations as a package, in a zip file; it contains no secrets",
      query: shape.exportChoice,
      reply: null,
    },
    n8n: {
      allow: "catalog:read",
      summary: "The operations and triggers as a package of nodes for n8n, in a zip file; it contains no secrets",
      query: shape.exportChoice,
      reply: null,
    },
  },
  approvals: {
    list: {
      allow: "runs:read",
      summary: "What programs and agents ask a person for, newest first",
      query: shape.approvalQuery,
      reply: shape.approvalList,
    },
    create: {
      allow: "flows:try",
      summary: "Ask a person to publish a flow, turn it on, replay runs or call an operation; nothing is done until somebody approves",
      body: shape.approvalBody,
      reply: shape.approvalView,
      status: 201,
      errors: ["FLOW_NOT_PUBLISHED", "FLOW_CHANGED", "OPERATION_UNKNOWN"],
    },
    get: { allow: "runs:read", summary: "What was asked for, who decided, and what came of it", reply: shape.approvalView },
    decide: {
      allow: "flows:try",
      summary: "Approve or refuse, once. Needs the scope of what is asked for, and nobody decides with an agent's token",
      body: shape.approvalDecision,
      reply: shape.approvalView,
    },
  },
  health: {
    get: {
      allow: "overview:read",
      summary:
        "How this Millrace is: logins, flows and inboxes, and for whoever runs it keys, disk, store, clock, backups and its public address",
      reply: shape.healthReport,
    },
  },
  calls: {
    list: {
      allow: "changes:read",
      summary: "Which login was used for which call: by which flow and run, or by whom, with the answer. Newest first",
      query: shape.callQuery,
      reply: shape.callList,
    },
    export: {
      allow: "changes:read",
      summary: "The calls as a file, newest first: CSV for spreadsheets, or one JSON object a line",
      query: shape.callExportQuery,
      reply: null,
    },
  },
  changes: {
    list: {
      allow: "changes:read",
      summary:
        "Who changed what: flows, rules, mapping templates, connections, inboxes, keys, sessions and private addresses. Newest first, or with `after` oldest first",
      query: shape.changeQuery,
      reply: shape.changeList,
    },
    people: { allow: "changes:read", summary: "List who made changes, most recent first", reply: shape.changePeople },
    export: {
      allow: "changes:read",
      summary: "The changes as a file, oldest first: CSV for spreadsheets, or one JSON object a line",
      query: shape.changeExportQuery,
      reply: null,
    },
  },
  session: {
    get: { allow: "self:read", summary: "Who is signed in, in which workspace, and what they may do", reply: shape.sessionView },
    ways: { allow: "anyone", summary: "What the page for signing in offers", reply: shape.signInWays },
    start: {
      allow: "anyone",
      summary: "Sign in with an account, the API key or the token of a one-time link",
      body: shape.sessionBody,
      reply: done,
      errors: [
        "LINK_INVALID",
        "LINK_NEEDS_ACCOUNT",
        "KEY_FOR_PROGRAMS",
        "KEY_EXPIRED",
        "PASSWORD_WRONG",
        "CODE_NEEDED",
        "CODE_WRONG",
        "NO_WORKSPACE",
        "TOO_MANY_WRONG_KEYS",
      ],
    },
    end: { allow: "anyone", summary: "Sign out: the session and its event streams end", reply: done },
    move: { allow: "self:write", summary: "Switch to another workspace", body: shape.moveBody, reply: done },
    setUpOwner: {
      allow: "anyone",
      summary: "Create the owner's account with a one-time link, or set a new password for an owner",
      body: shape.setUpOwnerBody,
      reply: done,
      errors: ["LINK_INVALID", "TOO_MANY_WRONG_KEYS"],
    },
    openInvitation: {
      allow: "anyone",
      summary: "Read an invitation",
      body: shape.openInvitationBody,
      reply: shape.openInvitationReply,
      errors: ["INVITATION_INVALID", "TOO_MANY_WRONG_KEYS"],
    },
    accept: {
      allow: "anyone",
      summary: "Accept an invitation: with a new account, or with the password of the one that the address has",
      body: shape.acceptBody,
      reply: done,
      errors: ["INVITATION_INVALID", "PASSWORD_WRONG", "CODE_NEEDED", "CODE_WRONG", "TOO_MANY_WRONG_KEYS"],
    },
    forgotten: {
      allow: "anyone",
      summary: "Mail a password reset link. The reply does not reveal whether the account exists",
      body: shape.forgottenBody,
      reply: done,
    },
    reset: {
      allow: "anyone",
      summary: "Choose a new password with the link of a mail; every other session of the account ends",
      body: shape.resetBody,
      reply: done,
      errors: ["RESET_INVALID", "CODE_NEEDED", "CODE_WRONG", "TOO_MANY_WRONG_KEYS"],
    },
    beginSingleSignOn: {
      allow: "anyone",
      summary: "Start single sign-on",
      body: shape.singleSignOnBody,
      reply: shape.singleSignOnReply,
      errors: ["SINGLE_SIGN_ON_FAILED"],
    },
    finishSingleSignOn: {
      allow: "anyone",
      summary: "Sign in with what the provider sent back; works once, in the browser that began",
      body: shape.finishSingleSignOnBody,
      reply: done,
      errors: ["SINGLE_SIGN_ON_FAILED", "INVITATION_INVALID", "NO_WORKSPACE"],
    },
    offerPasskey: { allow: "anyone", summary: "Get the options for signing in with a passkey", reply: shape.passkeyOptions },
    withPasskey: {
      allow: "anyone",
      summary: "Sign in with a passkey, in place of password and code",
      body: shape.passkeySignInBody,
      reply: done,
      errors: ["PASSKEY_REFUSED", "NO_WORKSPACE", "TOO_MANY_WRONG_KEYS"],
    },
  },
  account: {
    create: {
      allow: "access:write",
      summary: "Create the owner's account. From then on, an account is required",
      body: shape.ownerBody,
      reply: done,
    },
    change: { allow: "self:write", summary: "Change your name", body: shape.accountPatch, reply: done, errors: ["NO_ACCOUNT"] },
    password: {
      allow: "self:write",
      summary: "Change your password; every other session of the account ends",
      body: shape.passwordBody,
      reply: done,
      errors: ["NO_ACCOUNT"],
    },
    offerSecondFactor: {
      allow: "self:write",
      summary: "A new secret for an authenticator app; nothing changes until a code of it is sent",
      reply: shape.secondFactorOffer,
      errors: ["NO_ACCOUNT"],
    },
    turnOnSecondFactor: {
      allow: "self:write",
      summary: "Turn the second factor on, and get the recovery codes; where one is on already, a code of it is needed too",
      body: shape.secondFactorBody,
      reply: shape.recoveryCodesReply,
      errors: ["NO_ACCOUNT", "CODE_NEEDED", "CODE_WRONG"],
    },
    turnOffSecondFactor: {
      allow: "self:write",
      summary: "Turn the second factor off, with a code of it or a recovery code",
      body: shape.secondFactorOffBody,
      reply: done,
      errors: ["NO_ACCOUNT", "CODE_NEEDED", "CODE_WRONG"],
    },
    sessions: { allow: "self:read", summary: "List your sessions", reply: shape.accountSessions, errors: ["NO_ACCOUNT"] },
    endSession: { allow: "self:write", summary: "End one of your sessions", reply: done, errors: ["NO_ACCOUNT"] },
    passkeys: { allow: "self:read", summary: "List your passkeys", reply: shape.passkeyList, errors: ["NO_ACCOUNT"] },
    offerPasskey: {
      allow: "self:write",
      summary: "Get the options for creating a passkey; needs the password and a code of the second factor, as far as the account has them",
      body: shape.passkeyOfferBody,
      reply: shape.passkeyOptions,
      errors: ["NO_ACCOUNT", "CODE_NEEDED", "CODE_WRONG"],
    },
    addPasskey: {
      allow: "self:write",
      summary: "Add a passkey that the browser created",
      body: shape.passkeyBody,
      reply: done,
      errors: ["NO_ACCOUNT", "PASSKEY_REFUSED"],
    },
    removePasskey: {
      allow: "self:write",
      summary: "Remove one of your passkeys",
      reply: done,
      errors: ["NO_ACCOUNT"],
      longestParam: 1400,
    },
    endOtherSessions: { allow: "self:write", summary: "Sign out everywhere else", reply: done, errors: ["NO_ACCOUNT"] },
  },
  agents: {
    list: {
      allow: "flows:read",
      summary: "The agents that signed in for you, and for owners those of all members; with the address that agents are given",
      reply: shape.agentList,
    },
    openRequest: {
      allow: "flows:read",
      summary: "Read a request of an agent to sign in: who asks, where the answer goes, and what can be allowed",
      body: shape.agentRequestBody,
      reply: shape.agentRequestView,
      errors: clientDocumentErrors,
    },
    allow: {
      allow: "flows:read",
      summary: "Allow an agent to sign in for you; the answer is where to go with its code",
      body: shape.agentAllowBody,
      reply: shape.agentAllowReply,
      errors: clientDocumentErrors,
    },
    remove: { allow: "flows:read", summary: "Sign an agent out: its tokens end at once", reply: done },
  },
  members: {
    list: { allow: "access:read", summary: "The members of the workspace, with their roles", reply: shape.memberList },
    setRole: {
      allow: "access:write",
      summary: "Change the role of a member, from their next request on",
      body: shape.roleBody,
      reply: done,
    },
    remove: { allow: "access:write", summary: "Remove a member from the workspace; their sessions in it end", reply: done },
    resetLink: {
      allow: "access:write",
      summary: "Create a password reset link for a member, to pass on",
      reply: shape.resetLinkReply,
    },
  },
  invitations: {
    list: { allow: "access:read", summary: "Invitations that were not accepted yet", reply: shape.invitationList },
    create: {
      allow: "access:write",
      summary: "Invite a person; replaces an earlier invitation of the same address",
      body: shape.invitationBody,
      reply: shape.invitationReply,
      status: 201,
      errors: ["OWNER_FIRST"],
    },
    withdraw: { allow: "access:write", summary: "Withdraw an invitation; its link stops working", reply: done },
  },
  apiKeys: {
    list: { allow: "access:read", summary: "List the API keys, without the secrets", reply: shape.apiKeyList },
    create: {
      allow: "access:write",
      summary: "Create an API key with a role. It can never manage people or API keys. The key is only in this reply",
      body: shape.apiKeyBody,
      reply: shape.newApiKeyReply,
      status: 201,
    },
    remove: { allow: "access:write", summary: "Delete an API key. It stops working at once", reply: done },
  },
  workspaces: {
    create: {
      allow: "workspaces:write",
      summary: "Create a workspace, and own it",
      body: shape.workspaceBody,
      reply: shape.workspaceView,
      status: 201,
    },
    rename: { allow: "access:write", summary: "Rename the workspace", body: shape.workspaceBody, reply: shape.workspaceView },
    allowedAddresses: {
      allow: "access:read",
      summary: "The addresses from which the workspace may be used, and the one that asks",
      reply: shape.allowedAddressesReply,
    },
    setAllowedAddresses: {
      allow: "access:write",
      summary:
        "Say from where the workspace may be used, by people and by API keys. The address that asks must be inside; an empty list: anywhere",
      body: shape.allowedAddressesBody,
      reply: done,
    },
  },
  client: {
    get: {
      allow: "client:read",
      summary: "What a client sees of one sub-account: its connections, its flows and their latest runs",
      reply: shape.clientView,
    },
  },
  access: {
    createLink: {
      allow: "access:write",
      summary:
        "Create a one-time link that works for some minutes: it signs in or, where an account is required, creates or resets the owner's account",
      reply: shape.signInLinkReply,
    },
    rotateKey: {
      allow: "access:write",
      summary: "Replace the workspace key. Sessions without an account end, and event streams with the old key",
      reply: shape.apiKeyReply,
    },
  },
} as const satisfies Table;

export type Routes = typeof routes;
