import { z } from "zod";
import { helpdeskDefinition } from "#test/support/add-an-app.ts";
import { splitAddress } from "#api/addresses.ts";
import type { RouteFacts } from "#api/routes.ts";
import { nobodyThere, type Things } from "./things.ts";

/** What a request may call a thing of a kind: the n-th of its names. */
export type Pick = (kind: keyof Things) => string;

/** Which thing a parameter of a path names, by the path up to it; the longest that fits counts. */
const named: Record<string, keyof Things | { value: string }> = {
  "/flows/:": "flow",
  "/flows/:id/versions/:": { value: "1" },
  "/flows/:id/backtests/:": "backtest",
  "/runs/:": "run",
  "/runs/waiting-replays/:": "waitingReplay",
  "/connections/:": "connection",
  "/inboxes/:": "inbox",
  "/webhook-endpoints/:": "webhookEndpoint",
  "/tags/jobs/:": "tagJob",
  "/tags/rules/:": "tagRule",
  "/embed-origins/:": "embedOrigin",
  "/connect-links/:": "connectLink",
  "/webhook-endpoints/:id/deliveries/:": "webhookDelivery",
  "/syncs/:": "sync",
  "/syncs/:id/links/:": "syncPair",
  "/private-hosts/:": "privateHost",
  "/operations/:": { value: "http.post" },
  "/apps/:": "app",
  "/apps/:id/versions/:": { value: "1" },
  "/app-drafts/captures/:": "capture",
  "/templates/:": "template",
  "/rules/:": "rule",
  "/mappings/:": "mapping",
  "/members/:": "member",
  "/invitations/:": "invitation",
  "/api-keys/:": "apiKey",
  "/agents/:": "agent",
  "/approvals/:": "approval",
  "/webhook-targets/:": "target",
  "/account/sessions/:": { value: "0123456789ab" },
  "/account/passkeys/:": { value: "made-up" },
};

/** Which thing a query names; null where it names none. */
const queries: Record<string, { thing: keyof Things } | { value: string | null }> = {
  undo: { value: null },
  flow: { thing: "flow" },
  connection: { thing: "connection" },
  person: { thing: "person" },
  location: { thing: "location" },
  revision: { value: null },
  version: { value: null },
  folder: { value: null },
  verify: { value: "false" },
  force: { value: "true" },
  state: { value: null },
  attention: { value: null },
  recovered: { value: null },
  from: { value: null },
  to: { value: null },
  before: { value: null }, // a place in the list of one's own runs, whoever's run has that id
  limit: { value: null },
  after: { value: null },
  app: { thing: "app" },
  category: { value: null },
  q: { value: null },
  show: { value: null },
  batch: { value: null },
  find: { value: null },
  effect: { value: null },
  use: { value: null },
  key: { value: null },
  endpoints: { value: null },
  operation: { value: null },
  replaces: { value: null },
  rules: { thing: "rule" },
  mappings: { thing: "mapping" },
  text: { value: null },
  kind: { value: null },
  by: { value: null },
  record: { value: null },
  run: { thing: "run" },
  purpose: { value: null },
  failed: { value: null },
  format: { value: null },
  apps: { value: null },
  categories: { value: null },
  only: { value: null },
};

const definition = (pick: Pick, name: string, connection = pick("connection")) => ({
  name,
  trigger: { app: "highlevel", operation: "ContactCreate", connection, inbox: pick("inbox") },
  steps: [{ id: "post", app: "http", operation: "post", connection, input: { url: nobodyThere } }],
});
/** The flow of a template names no inbox: those are a workspace's own. */
const sync = (pick: Pick, name: string) => {
  const side = { app: pick("app"), type: "ticket", connection: pick("connectionName") };
  return {
    name,
    a: side,
    b: side,
    match: [],
    fields: [{ a: "subject", b: "subject", way: "both" }],
    create: { a: false, b: false },
    conflict: "newest",
    deletes: { a: "nothing", b: "nothing" },
  };
};
const template = (pick: Pick, name: string) => ({
  millraceTemplate: 1,
  title: name,
  about: "Made to be refused.",
  category: "Tests",
  connections: [{ name: pick("connectionName"), app: "http" }],
  flow: { ...definition(pick, name, pick("connectionName")), trigger: { app: "http", operation: "webhook" } },
});
const targetTrigger = (pick: Pick) => ({ app: "http", trigger: "webhook", connection: pick("connection") });
const runs = (pick: Pick) => ({ ids: [pick("run")], from: "start", version: "same" });

/** Of a client that nobody registered: clients are of no workspace. */
const signInOfAgent = (pick: Pick) => ({
  client_id: pick("agent"),
  redirect_uri: "http://127.0.0.1:9/callback",
  response_type: "code",
  code_challenge: "x".repeat(43),
  code_challenge_method: "S256",
});

const password = "some plain words here";
const person = (name: string) => ({ email: `${name}@example.com`, name, password });

/** A body for each route that cannot do without one. It names things wherever it can. `name`: nobody has it yet. */
const bodies: Record<string, (pick: Pick, name: string) => unknown> = {
  "flows.create": definition,
  "flows.save": definition,
  "flows.change": (_, name) => ({ name, folder: "Ours" }),
  "flows.importFile": (pick, name) => ({ file: definition(pick, name), connections: { [pick("connection")]: pick("connection") } }),
  "flows.restore": () => ({ version: 1 }),
  "flows.publish": () => ({ force: true }),
  "flows.repair": (pick) => ({
    step: "post",
    field: "connection",
    from: pick("connection"),
    to: pick("connection"),
    replay: [pick("run")],
    force: true,
  }),
  "flows.dryRun": (pick, name) => ({ definition: definition(pick, name), payload: {} }),
  "flows.samplesFor": (pick, name) => ({ definition: definition(pick, name) }),
  "flows.noteEditor": () => ({ window: "window-one" }),
  "flows.testScript": () => ({ code: "return 1" }),
  "flows.testStep": (pick, name) => ({ step: "post", definition: definition(pick, name), payload: {} }),
  "flows.backtest": (pick, name) => ({ definition: definition(pick, name), events: 3 }),
  "flows.run": (pick) => ({ payload: { id: pick("run") } }),
  "runs.replay": (pick) => ({ ...runs(pick), when: "connected" }),
  "runs.replayCheck": runs,
  "runs.replayEdited": (pick) => ({ payload: { id: pick("run"), changed: true } }),
  "runs.cancelMany": (pick) => ({ filter: { flow: pick("flow"), person: pick("person") } }),
  "connections.add": (pick, name) => ({ name, app: "http", auth: "header", baseUrl: nobodyThere, secret: { token: pick("run") } }),
  "connections.testDraft": (pick) => ({ id: pick("connection"), patch: { title: "Tried" } }),
  "connections.change": (_, name) => ({ title: name }),
  "connections.replace": (_, name) => ({ title: name }),
  "connections.createReconnectLink": () => ({ days: 3 }),
  "connections.connectSubAccounts": () => ({ locationIds: ["somewhere"] }),
  "consents.begin": (pick) => ({ connection: pick("connection"), scopes: ["contacts.readonly"] }),
  "consents.finish": (pick) => ({ state: pick("consent"), code: "made-up" }),
  "reconnect.open": (pick) => ({ link: pick("connection") }),
  "reconnect.begin": (pick) => ({ link: pick("connection") }),
  "reconnect.finish": (pick) => ({ link: pick("connection"), state: pick("consent"), code: "made-up" }),
  "reconnect.save": (pick) => ({ link: pick("connection"), secret: { token: pick("run") } }),
  "privateHosts.add": () => ({ host: "allowed.lan" }),
  "connectLinks.create": (pick, name) => ({ app: "http", title: name, like: pick("connection") }),
  "embedTokens.create": (pick) => ({ chart: "runs", flow: pick("flow"), origin: pick("embedOrigin") }),
  "messages.setPolicy": () => ({ doNotDisturb: false, quietHours: null, cap: null }),
  "embedOrigins.add": () => ({ origin: "https://allowed.example" }),
  "webhookEndpoints.add": () => ({ url: nobodyThere, events: ["run.failed"] }),
  "webhookEndpoints.change": () => ({ events: ["flow.paused"] }),
  "syncs.create": (pick, name) => ({ definition: sync(pick, name) }),
  "syncs.put": (pick, name) => ({ definition: sync(pick, name), revision: 1 }),
  "syncs.suggest": (pick, name) => ({ a: sync(pick, name).a, b: sync(pick, name).b }),
  "syncs.start": () => ({ first: false }),
  "syncs.answer": () => ({ allow: true }),
  "syncs.decide": () => ({ ignored: true }),
  "syncs.undo": () => ({ dry: true }),
  "tags.describe": (pick) => ({ kind: "highlevel.contact", name: pick("flow"), colour: null, description: null }),
  "tags.preview": (pick) => ({ kind: "highlevel.contact", deed: "delete", names: ["a tag"], accounts: [pick("connection")] }),
  "tags.start": (pick) => ({ kind: "highlevel.contact", deed: "delete", names: ["a tag"], accounts: [pick("connection")] }),
  "tags.move": () => ({ state: "cancelled" }),
  "tags.addRule": (_, name) => ({ kind: "highlevel.contact", title: name, deed: "archive", unusedDays: 90, names: [], everyDays: 7 }),
  "tags.changeRule": () => ({ active: false }),
  "inboxes.add": (pick, name) => ({ name, app: "highlevel", flows: [pick("flow")] }),
  "inboxes.change": (pick, name) => ({ title: name, flows: [pick("flow")] }),
  "apps.put": () => helpdeskDefinition(nobodyThere),
  "apps.compare": () => ({ definition: helpdeskDefinition(nobodyThere) }),
  "apps.share": (pick) => ({ workspace: pick("flow") }),
  "appDrafts.document": () => ({ text: '{"openapi": "3.0.0", "paths": {}}' }),
  "appDrafts.request": () => ({ kind: "curl", text: `curl ${nobodyThere}/tickets` }),
  "appDrafts.answer": () => ({ text: '{"tickets": [{"id": 1}]}' }),
  "appDrafts.event": () => ({ text: '{"id": 1}' }),
  "flowImports.read": () => ({ text: '{"name": "A", "nodes": [{"name": "Start", "type": "n8n-nodes-base.start"}], "connections": {}}' }),
  "appDrafts.check": () => ({ definition: helpdeskDefinition(nobodyThere) }),
  "templates.create": (pick, name) => template(pick, name),
  "templates.save": (pick, name) => template(pick, name),
  "templates.install": (pick) => ({ connections: { crm: pick("connectionName") } }),
  "templates.moveSetup": () => ({ step: 2 }),
  "rules.put": (_, name) => ({ title: name, kind: "format", filters: "strip" }),
  "rules.try": (_, name) => ({ rule: { title: name, kind: "format", filters: "strip" }, values: ["a"] }),
  "mappings.put": (pick, name) => ({
    title: name,
    app: "http",
    operation: "post",
    input: { url: `{{ trigger.url | rule: '${pick("rule")}' }}` },
  }),
  "parts.import": (_, name) => ({ rules: { [name]: { title: name, kind: "format", filters: "strip" } } }),
  "operations.batch": (pick) => ({
    operation: "http.post",
    connection: pick("connection"),
    calls: [{ input: { url: nobodyThere } }],
    dryRun: true,
  }),
  "operations.call": (pick) => ({ connection: pick("connection"), input: { url: nobodyThere }, dryRun: true }),
  "approvals.create": (pick) => ({ kind: "replay", runs: [pick("run")], reason: "It should be done again" }),
  "approvals.decide": () => ({ decision: "refuse" }),
  "agents.openRequest": signInOfAgent,
  "agents.allow": (pick) => ({ ...signInOfAgent(pick), permissions: ["read"] }),
  "webhookTargets.add": (pick) => ({ ...targetTrigger(pick), url: nobodyThere, tool: "Tests" }),
  "webhookTargets.samples": targetTrigger,
  "session.start": (pick) => ({ link: pick("run") }),
  "session.move": (pick) => ({ workspace: pick("flow") }),
  "session.setUpOwner": (pick, name) => ({ link: pick("run"), ...person(name) }),
  "session.openInvitation": (pick) => ({ invitation: pick("invitation") }),
  "session.accept": (pick, name) => ({ invitation: pick("invitation"), name, password }),
  "session.forgotten": (pick) => ({ email: pick("person") }),
  "session.beginSingleSignOn": (pick) => ({ invitation: pick("invitation") }),
  "session.finishSingleSignOn": (pick) => ({ state: pick("run"), browser: pick("member"), query: "code=made-up" }),
  "session.withPasskey": () => ({ response: { id: "made-up" } }),
  "account.offerPasskey": () => ({ password }),
  "account.addPasskey": (_, name) => ({ name, response: { id: "made-up" } }),
  "session.reset": (pick) => ({ reset: pick("member"), password }),
  "account.create": (_, name) => person(name),
  "account.change": (_, name) => ({ name }),
  "account.password": () => ({ current: password, password }),
  "account.turnOnSecondFactor": () => ({ secret: "AAAA", code: "000000", password }),
  "account.turnOffSecondFactor": () => ({ password, code: "000000" }),
  "members.setRole": () => ({ role: "owner" }),
  "invitations.create": (_, name) => ({ email: `${name}@example.com`, role: "viewer" }),
  "apiKeys.create": (_, name) => ({ name, role: "viewer" }),
  "workspaces.create": (_, name) => ({ name }),
  "workspaces.rename": (_, name) => ({ name }),
  "workspaces.setAllowedAddresses": () => ({ addresses: ["10.0.0.0/8"] }), // from where the calls here come
};

export interface Sent {
  method: string;
  path: string;
  body?: unknown;
}

/** Routes that answer with a file: a stream that ends, so that it can be read like any answer. */
const files = new Set(["calls.export", "changes.export", "operations.document", "exports.client", "exports.n8n", "exports.zapier"]);

/** A request of a route, naming the things that are picked. Throws what has to be added here where it cannot be told. */
export function requestOf(route: string, address: string, { query, body, reply }: RouteFacts, pick: Pick, name: string): Sent {
  if (reply === null && !files.has(route))
    throw new Error(`${route} answers with a stream. Listen to it in test/workspaces/events.it.test.ts, and name it in walk.ts`);
  const { method, path } = splitAddress(address);
  const filled = path.replace(/:(\w+)/g, (_, param: string, at: number) => encodeURIComponent(nameAt(path, at, param, pick)));
  const search = query === undefined ? "" : `?${new URLSearchParams(queryOf(route, query, pick)).toString()}`;
  const make = bodies[route];
  if (body !== undefined && make === undefined && !body.safeParse(undefined).success)
    throw new Error(
      `The route ${route} takes a body. Add one to \`bodies\` in test/workspaces/requests.ts, with the ids of things where it takes any`,
    );
  const sent = make?.(pick, name);
  if (body !== undefined && sent !== undefined && !body.safeParse(sent).success)
    throw new Error(`The body for ${route} in test/workspaces/requests.ts does not fit its schema: ${body.safeParse(sent).error?.message}`);
  return { method, path: `${filled}${search}`, ...(sent !== undefined && { body: sent }) };
}

function nameAt(path: string, at: number, param: string, pick: Pick): string {
  const before = path.slice(0, at + 1);
  const thing = named[before];
  if (thing === undefined)
    throw new Error(`Nobody has said what :${param} in ${path} names. Add '${before}' to \`named\` in test/workspaces/requests.ts`);
  return typeof thing === "string" ? pick(thing) : thing.value;
}

function queryOf(route: string, query: z.ZodType, pick: Pick): Record<string, string> {
  if (!(query instanceof z.ZodObject)) throw new Error(`The query of ${route} is no object, so test/workspaces/requests.ts cannot read it`);
  const values = Object.keys(query.shape).flatMap((name): [string, string][] => {
    const known = queries[name];
    if (known === undefined)
      throw new Error(
        `Nobody has said whether '${name}' in the query of ${route} names a thing. Add it to \`queries\` in test/workspaces/requests.ts`,
      );
    if ("thing" in known) return [[name, pick(known.thing)]];
    return known.value === null ? [] : [[name, known.value]];
  });
  return Object.fromEntries(values);
}
