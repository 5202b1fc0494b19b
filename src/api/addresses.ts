/**
 * Method and path of every route under /api/v1, by what it is about. Plain data without schemas, so that a browser can carry it:
 * the rest of a route is in `routes.ts`.
 */
export const addresses = {
  overview: {
    get: "GET /overview",
    resume: "POST /resume",
    stream: "GET /events/stream",
  },
  flows: {
    list: "GET /flows",
    create: "POST /flows",
    get: "GET /flows/:id",
    save: "PUT /flows/:id",
    change: "PATCH /flows/:id",
    remove: "DELETE /flows/:id",
    duplicate: "POST /flows/:id/duplicate",
    exportFile: "GET /flows/:id/export",
    importFile: "POST /flows/import",
    versions: "GET /flows/:id/versions",
    version: "GET /flows/:id/versions/:version",
    compare: "GET /flows/:id/compare",
    restore: "POST /flows/:id/restore",
    publish: "POST /flows/:id/publish",
    pause: "POST /flows/:id/pause",
    resume: "POST /flows/:id/resume",
    repair: "POST /flows/:id/repair",
    rotateHook: "POST /flows/:id/rotate-hook",
    subscribe: "POST /flows/:id/subscribe",
    dryRun: "POST /flows/:id/dry-run",
    noteEditor: "POST /flows/:id/editors",
    testStep: "POST /flows/:id/test-step",
    testScript: "POST /flows/:id/test-script",
    stepTests: "GET /flows/:id/step-tests",
    backtest: "POST /flows/:id/backtests",
    backtests: "GET /flows/:id/backtests",
    backtestResult: "GET /flows/:id/backtests/:backtest",
    cancelBacktest: "DELETE /flows/:id/backtests/:backtest",
    run: "POST /flows/:id/run",
    samples: "GET /flows/:id/samples",
    samplesFor: "POST /flows/:id/samples",
    ledger: "GET /flows/:id/ledger",
    lint: "GET /flows/:id/lint",
    lintNow: "POST /flows/:id/lint",
  },
  runs: {
    list: "GET /runs",
    get: "GET /runs/:id",
    steps: "GET /runs/:id/steps",
    replay: "POST /runs/replay",
    replayCheck: "POST /runs/replay/check",
    replayEdited: "POST /runs/:id/replay",
    waitingReplays: "GET /runs/waiting-replays",
    cancelWaitingReplay: "DELETE /runs/waiting-replays/:id",
    cancelMany: "POST /runs/cancel",
    cancel: "POST /runs/:id/cancel",
    dismiss: "POST /runs/:id/dismiss",
  },
  connections: {
    list: "GET /connections",
    add: "POST /connections",
    testDraft: "POST /connections/test",
    change: "PATCH /connections/:id",
    replace: "PUT /connections/:id",
    test: "POST /connections/:id/test",
    remove: "DELETE /connections/:id",
    subAccounts: "GET /connections/:id/sub-accounts",
    connectSubAccounts: "POST /connections/:id/sub-accounts",
    createReconnectLink: "POST /connections/:id/reconnect-link",
    withdrawReconnectLink: "DELETE /connections/:id/reconnect-link",
  },
  consents: {
    needs: "GET /consents/needs",
    begin: "POST /consents",
    finish: "POST /consents/finish",
  },
  reconnect: {
    open: "POST /reconnect",
    begin: "POST /reconnect/consent",
    finish: "POST /reconnect/consent/finish",
    save: "POST /reconnect/secret",
  },
  privateHosts: {
    list: "GET /private-hosts",
    add: "POST /private-hosts",
    remove: "DELETE /private-hosts/:host",
  },
  inboxes: {
    list: "GET /inboxes",
    add: "POST /inboxes",
    change: "PUT /inboxes/:id",
    rotate: "POST /inboxes/:id/rotate",
    remove: "DELETE /inboxes/:id",
  },
  connectLinks: {
    create: "POST /connect-links",
    list: "GET /connect-links",
    get: "GET /connect-links/:id",
    withdraw: "DELETE /connect-links/:id",
  },
  embedTokens: {
    create: "POST /embed-tokens",
  },
  embedData: {
    get: "GET /embed/data",
  },
  embedOrigins: {
    list: "GET /embed-origins",
    add: "POST /embed-origins",
    remove: "DELETE /embed-origins/:origin",
  },
  messages: {
    policy: "GET /message-policy",
    setPolicy: "PUT /message-policy",
  },
  webhookEndpoints: {
    list: "GET /webhook-endpoints",
    add: "POST /webhook-endpoints",
    change: "PATCH /webhook-endpoints/:id",
    remove: "DELETE /webhook-endpoints/:id",
    rotateSecret: "POST /webhook-endpoints/:id/rotate-secret",
    test: "POST /webhook-endpoints/:id/test",
    deliveries: "GET /webhook-endpoints/:id/deliveries",
    resend: "POST /webhook-endpoints/:id/deliveries/:delivery/resend",
  },
  syncs: {
    types: "GET /record-types",
    list: "GET /syncs",
    create: "POST /syncs",
    get: "GET /syncs/:id",
    put: "PUT /syncs/:id",
    remove: "DELETE /syncs/:id",
    ready: "GET /syncs/ready",
    suggest: "POST /syncs/suggest",
    check: "GET /syncs/:id/problems",
    startPreview: "POST /syncs/:id/preview",
    preview: "GET /syncs/:id/preview",
    start: "POST /syncs/:id/start",
    pause: "POST /syncs/:id/pause",
    resume: "POST /syncs/:id/resume",
    cancelJob: "POST /syncs/:id/cancel-job",
    answer: "POST /syncs/:id/answer",
    links: "GET /syncs/:id/links",
    link: "GET /syncs/:id/links/:link",
    decide: "POST /syncs/:id/links/:link/decide",
    writes: "GET /syncs/:id/writes",
    undo: "POST /syncs/:id/undo",
  },
  tags: {
    list: "GET /tags",
    read: "POST /tags/read",
    describe: "PUT /tags/description",
    preview: "POST /tags/preview",
    jobs: "GET /tags/jobs",
    start: "POST /tags/jobs",
    move: "PATCH /tags/jobs/:id",
    undo: "POST /tags/jobs/:id/undo",
    rules: "GET /tags/rules",
    addRule: "POST /tags/rules",
    changeRule: "PATCH /tags/rules/:id",
    removeRule: "DELETE /tags/rules/:id",
    runRule: "POST /tags/rules/:id/run",
  },
  apps: {
    list: "GET /apps",
    get: "GET /apps/:id",
    put: "PUT /apps/:id",
    remove: "DELETE /apps/:id",
    compare: "POST /apps/:id/compare",
    versions: "GET /apps/:id/versions",
    version: "GET /apps/:id/versions/:revision",
    share: "POST /apps/:id/share",
  },
  appDrafts: {
    document: "POST /app-drafts/document",
    startCapture: "POST /app-drafts/captures",
    capture: "GET /app-drafts/captures/:id",
    endCapture: "DELETE /app-drafts/captures/:id",
    request: "POST /app-drafts/request",
    answer: "POST /app-drafts/answer",
    event: "POST /app-drafts/event",
    check: "POST /app-drafts/check",
  },
  flowImports: {
    read: "POST /flow-imports",
  },
  templates: {
    list: "GET /templates",
    create: "POST /templates",
    get: "GET /templates/:id",
    save: "PUT /templates/:id",
    remove: "DELETE /templates/:id",
    install: "POST /templates/:id/install",
    offer: "GET /flows/:id/template",
    setup: "GET /flows/:id/setup",
    moveSetup: "PUT /flows/:id/setup",
    endSetup: "DELETE /flows/:id/setup",
  },
  rules: {
    list: "GET /rules",
    get: "GET /rules/:name",
    put: "PUT /rules/:name",
    remove: "DELETE /rules/:name",
    versions: "GET /rules/:name/versions",
    try: "POST /rules/try",
  },
  mappings: {
    list: "GET /mappings",
    get: "GET /mappings/:name",
    put: "PUT /mappings/:name",
    remove: "DELETE /mappings/:name",
    versions: "GET /mappings/:name/versions",
  },
  parts: {
    export: "GET /parts/export",
    import: "POST /parts/import",
  },
  catalog: {
    search: "GET /catalog",
  },
  operations: {
    call: "POST /operations/:operation",
    batch: "POST /operations",
    document: "GET /operations/openapi.json",
  },
  webhookTargets: {
    add: "POST /webhook-targets",
    samples: "POST /webhook-targets/samples",
    remove: "DELETE /webhook-targets/:id",
  },
  exports: {
    zapier: "GET /exports/zapier",
    client: "GET /exports/client",
    n8n: "GET /exports/n8n",
  },
  approvals: {
    list: "GET /approvals",
    create: "POST /approvals",
    get: "GET /approvals/:id",
    decide: "POST /approvals/:id/decide",
  },
  health: {
    get: "GET /health",
  },
  calls: {
    list: "GET /calls",
    export: "GET /calls/export",
  },
  changes: {
    list: "GET /changes",
    people: "GET /changes/people",
    export: "GET /changes/export",
  },
  session: {
    get: "GET /session",
    ways: "GET /session/ways",
    start: "POST /session",
    end: "DELETE /session",
    move: "POST /session/workspace",
    setUpOwner: "POST /session/owner",
    openInvitation: "POST /session/invitation",
    accept: "POST /session/accept",
    forgotten: "POST /session/forgotten",
    reset: "POST /session/reset",
    beginSingleSignOn: "POST /session/single-sign-on",
    finishSingleSignOn: "POST /session/single-sign-on/finish",
    offerPasskey: "POST /session/passkey/offer",
    withPasskey: "POST /session/passkey",
  },
  account: {
    create: "POST /account",
    change: "PATCH /account",
    password: "POST /account/password",
    offerSecondFactor: "POST /account/second-factor/offer",
    turnOnSecondFactor: "POST /account/second-factor",
    turnOffSecondFactor: "POST /account/second-factor/off",
    sessions: "GET /account/sessions",
    endSession: "DELETE /account/sessions/:id",
    passkeys: "GET /account/passkeys",
    offerPasskey: "POST /account/passkeys/offer",
    addPasskey: "POST /account/passkeys",
    removePasskey: "DELETE /account/passkeys/:id",
    endOtherSessions: "POST /account/end-other-sessions",
  },
  agents: {
    list: "GET /agents",
    openRequest: "POST /agents/request",
    allow: "POST /agents",
    remove: "DELETE /agents/:id",
  },
  members: {
    list: "GET /members",
    setRole: "PUT /members/:id",
    remove: "DELETE /members/:id",
    resetLink: "POST /members/:id/reset-link",
  },
  invitations: {
    list: "GET /invitations",
    create: "POST /invitations",
    withdraw: "DELETE /invitations/:id",
  },
  apiKeys: {
    list: "GET /api-keys",
    create: "POST /api-keys",
    remove: "DELETE /api-keys/:id",
  },
  workspaces: {
    create: "POST /workspaces",
    rename: "PATCH /workspace",
    allowedAddresses: "GET /workspace/allowed-addresses",
    setAllowedAddresses: "PUT /workspace/allowed-addresses",
  },
  client: {
    get: "GET /client",
  },
  access: {
    createLink: "POST /sign-in-links",
    rotateKey: "POST /api-key",
  },
} as const satisfies Record<string, Record<string, `${Method} /${string}`>>;

/** Where all of them are. */
export const apiPrefix = "/api/v1";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Addresses = typeof addresses;
export type Noun = keyof Addresses;

/** The names in an address: of `GET /runs/:id/steps`, "id". */
export type ParamName<Address> = Address extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | ParamName<More>
    : Rest
  : never;

/** An address in its two parts. */
export function splitAddress(address: string): { method: Method; path: string } {
  const [method, path] = address.split(" ") as [Method, string];
  return { method, path };
}

/** Sent by a program that calls the API for an agent: the caller is then an agent in all rules of approvals. It only ever takes away. */
export const agentHeader = "x-millrace-agent";
