import { createHash } from "node:crypto";
import { newId } from "#kernel/ids.ts";
import type {
  ApprovalView,
  Capture,
  ConnectionView,
  FlowDetail,
  InboxView,
  InvitationReply,
  MemberList,
  NewApiKeyReply,
  RunList,
  TemplateDetail,
} from "#api/schemas.ts";
import { helpdeskDefinition } from "#test/support/add-an-app.ts";
import { own, post, until } from "#test/support/inbox.ts";
import type { Caller } from "./house.ts";
import type { WorkspaceRows } from "./rows.ts";

/** One thing of every kind, by what a request may call it: its id and, where requests take one, its name. */
export interface Things {
  flow: string[];
  connection: string[];
  /** For what takes a connection by nothing but its name. */
  connectionName: string[];
  /** A sub-account, as the app calls it. */
  location: string[];
  inbox: string[];
  webhookEndpoint: string[];
  webhookDelivery: string[];
  tagJob: string[];
  tagRule: string[];
  /** An origin to which browsers may be sent back. */
  embedOrigin: string[];
  connectLink: string[];
  run: string[];
  waitingReplay: string[];
  /** The state of a login that is being allowed at an app. */
  consent: string[];
  backtest: string[];
  privateHost: string[];
  person: string[];
  app: string[];
  /** An address that captures events. */
  capture: string[];
  /** An address of another tool that gets events. */
  target: string[];
  template: string[];
  rule: string[];
  mapping: string[];
  /** The account of somebody who is let in. */
  member: string[];
  invitation: string[];
  apiKey: string[];
  agent: string[];
  approval: string[];
  sync: string[];
  /** Two records that a sync holds for the same thing. */
  syncPair: string[];
}

/** What another workspace could name and nobody has. */
export const unknownThings: Things = {
  flow: ["flow_000000000000000000"],
  connection: ["con_000000000000000000", "nobody-crm"],
  connectionName: ["nobody-crm"],
  location: ["nobody-location"],
  inbox: ["inb_000000000000000000", "nobody-inbox"],
  webhookEndpoint: ["whe_000000000000000000"],
  webhookDelivery: ["msg_000000000000000000_whe_000000000000000000"],
  tagJob: ["tagjob_000000000000000000"],
  tagRule: ["tagrule_000000000000000000"],
  embedOrigin: ["https://nobody.example"],
  connectLink: ["nobody-connect"],
  run: ["run_000000000000000000"],
  waitingReplay: ["later_000000000000000000"],
  consent: ["nobody-state"],
  backtest: ["backtest_000000000000000000"],
  privateHost: ["nobody.lan"],
  person: ["ada@nobody.example"],
  app: ["nobody-desk"],
  capture: ["capture_000000000000000000"],
  target: ["flow_000000000000000001"],
  template: ["tpl_000000000000000000"],
  rule: ["nobody-rule"],
  mapping: ["nobody-mapping"],
  member: ["acc_000000000000000000"],
  invitation: ["invite_000000000000000000"],
  apiKey: ["key_000000000000000000"],
  agent: ["agt_000000000000000000"],
  approval: ["apv_000000000000000000"],
  sync: ["sync_000000000000000000"],
  syncPair: ["lnk_000000000000000000"],
};

/** An address on this machine where nothing listens: a call fails at once. */
export const nobodyThere = "http://127.0.0.1:9";

export interface Furnished {
  things: Things;
  /** Where its webhook's events are posted to. */
  hookUrl: string;
  inboxUrl: string;
  /** The flow that starts from the inbox. */
  listener: string;
}

/** Gives a workspace its own things of every kind, all with its word in their names and texts, and waits until they are at rest. */
export async function furnish(caller: Caller, rows: WorkspaceRows): Promise<Furnished> {
  const { word } = caller;
  await caller.ask("PUT", `/apps/${word}-desk`, { ...helpdeskDefinition(nobodyThere), title: `The desk of ${word}` });
  const cells = [{ from: `${word} in`, to: `${word} out` }];
  await caller.ask("PUT", `/rules/${word}-rule`, { title: `The rule of ${word}`, kind: "table", rows: cells, otherwise: "keep" });
  await caller.ask("PUT", `/mappings/${word}-mapping`, {
    title: `The mapping of ${word}`,
    app: "http",
    operation: "post",
    input: { body: { text: `{{ trigger.text | rule: '${word}-rule' }}` } },
  });
  const connection = await caller.ask<ConnectionView>("POST", "/connections?verify=false", {
    name: `${word}-crm`,
    title: `The CRM of ${word}`,
    app: "http",
    auth: "header",
    baseUrl: nobodyThere,
    locationId: `${word}-location`,
    settings: { header: `x-${word}` },
    secret: { token: `${word}-secret` },
  });
  const flow = await publish(caller, {
    name: `Flow of ${word}`,
    trigger: { app: "http", operation: "webhook" },
    steps: [
      { id: "note", title: `Note for ${word}`, format: { text: `{{ trigger.text }} for ${word}` } },
      { id: "send", if: "false", then: [{ id: "post", app: "http", operation: "post", connection: connection.name, input: { url: "/" } }] },
      { id: "end", stop: "failed", reason: `${word} stops here` },
    ],
  });
  const hookUrl = flow.trigger.hookUrl!;
  await post(hookUrl, JSON.stringify({ id: `${word}-event`, email: `ada@${word}.example`, text: `A text of ${word}` }));
  const run = await finishedRun(caller, flow.id);
  const inbox = await caller.ask<InboxView>("POST", "/inboxes", {
    name: `${word}-inbox`,
    title: `The inbox of ${word}`,
    app: "highlevel",
    publicKey: own.spki,
  });
  const listener = await publish(caller, {
    name: `Listener of ${word}`,
    trigger: { app: "highlevel", operation: "ContactCreate", inbox: inbox.name },
    steps: [{ id: "seen", format: { text: `Seen by ${word}` } }],
  });
  const capture = await caller.ask<Capture>("POST", "/app-drafts/captures");
  const target = await caller.ask<{ id: string }>("POST", "/webhook-targets", {
    app: "http",
    trigger: "webhook",
    url: nobodyThere,
    tool: "Tests",
  });
  const template = await caller.ask<TemplateDetail>("POST", "/templates", templateOf(caller));
  await caller.ask("POST", `/templates/${template.id}/install`, {});
  const asked = { kind: "switch_on", flow: listener.id, reason: `A reason of ${word}` };
  const approval = await caller.ask<ApprovalView>("POST", "/approvals", asked);
  const people = await letIn(caller);
  const trigger = triggerOf(rows, caller, flow.id);
  insertWaitingRun(rows, caller, run);
  insertRest(rows, caller, { flow: listener.id, trigger, run, connection: connection.id, inbox: inbox.id });
  return {
    things: {
      flow: [flow.id],
      connection: [connection.id, connection.name],
      connectionName: [connection.name],
      location: [`${word}-location`],
      inbox: [inbox.id, inbox.name],
      webhookEndpoint: [`whe_${word}`],
      tagJob: [`tagjob_${word}`],
      tagRule: [`tagrule_${word}`],
      webhookDelivery: [`msg_${word}`],
      embedOrigin: [`https://${word}.example`],
      connectLink: [`${word}-connect`],
      run: [run],
      waitingReplay: [`later_${word}`],
      consent: [`${word}-state`],
      backtest: [`backtest_${word}`],
      privateHost: [`${word}.lan`],
      person: [`ada@${word}.example`],
      app: [`${word}-desk`],
      capture: [capture.id],
      target: [target.id],
      template: [template.id],
      rule: [`${word}-rule`],
      mapping: [`${word}-mapping`],
      agent: [`agt_${word}`],
      approval: [approval.id],
      sync: [`sync_${word}`],
      syncPair: [`lnk_${word}`],
      ...people,
    },
    hookUrl,
    inboxUrl: inbox.url,
    listener: listener.id,
  };
}

const templateOf = ({ word }: Caller) => ({
  millraceTemplate: 1,
  title: `Template of ${word}`,
  about: `A template of ${word}.`,
  category: word,
  flow: { name: `Flow from the template of ${word}`, trigger: { app: "http", operation: "webhook" }, steps: [] },
});

async function publish(caller: Caller, definition: unknown): Promise<FlowDetail> {
  const { id } = await caller.ask<FlowDetail>("POST", "/flows", definition);
  const flow = await caller.ask<FlowDetail>("POST", `/flows/${id}/publish`, { force: true });
  await caller.ask("POST", `/flows/${id}/lint`);
  return flow;
}

async function finishedRun(caller: Caller, flow: string): Promise<string> {
  const read = () => caller.ask<RunList>("GET", `/runs?flow=${flow}`);
  const { runs } = await until("the run ends", read, (list) => list.runs.some(({ finishedAt }) => finishedAt !== null));
  return runs[0]!.id;
}

/** An owner who is signed in, somebody who is invited, and a further key. */
async function letIn(caller: Caller): Promise<Pick<Things, "member" | "invitation" | "apiKey">> {
  const { word } = caller;
  const owner = { email: `owner@${word}.example`, password: "four plain words here" };
  await caller.ask("POST", "/account", { ...owner, name: `Owner of ${word}` });
  const page = { authorization: "", "x-millrace": "1", "sec-fetch-site": "same-origin" };
  const { status, text } = await caller.call("POST", "/session", owner, page);
  if (status !== 200) throw new Error(text);
  const { members } = await caller.ask<MemberList>("GET", "/members");
  const { invitation } = await caller.ask<InvitationReply>("POST", "/invitations", { email: `guest@${word}.example`, role: "viewer" });
  const { view } = await caller.ask<NewApiKeyReply>("POST", "/api-keys", { name: `A key of ${word}`, role: "viewer" });
  return { member: [members[0]!.id], invitation: [invitation.id], apiKey: [view.id] };
}

function triggerOf(rows: WorkspaceRows, { workspaceId }: Caller, flow: string): string {
  const row = rows
    .of(workspaceId)
    .get("triggers")!
    .find((each) => each["flow_id"] === flow)!;
  return String(row["id"]);
}

/** A run that waits for a host that fails, for so long that nothing happens to it during a test. */
function insertWaitingRun(rows: WorkspaceRows, { workspaceId, word }: Caller, like: string): void {
  const { seq: _, ...run } = rows
    .of(workspaceId)
    .get("runs")!
    .find(({ id }) => id === like)!;
  const now = Date.now();
  const host = `api.${word}.example`;
  const waiting = JSON.stringify({ kind: "retry", reason: `${host} answered 500`, attempts: 5, since: now, app: "HTTP", host });
  const state = { state: "waiting", due_at: now + 86_400_000, finished_at: null, attention: 0, error: null, summary: null };
  rows.insert("runs", { ...run, ...state, id: newId("run", now), waiting, outage: host });
}

interface Owners {
  flow: string;
  trigger: string;
  run: string;
  connection: string;
  inbox: string;
}

/** What only another system, a poll, a crash or the operator would bring about, as its rows. */
function insertRest(rows: WorkspaceRows, { workspaceId: workspace_id, word }: Caller, owners: Owners): void {
  const { flow: flow_id, trigger: trigger_id, run: run_id, connection: connection_id, inbox: inbox_id } = owners;
  const now = Date.now();
  const record = `${word}-record`;
  const replay = { connection_id, run_ids: JSON.stringify([run_id]), from: "failed", version: "same", created_at: now };
  rows.insert("waiting_replays", { id: `later_${word}`, workspace_id, ...replay });
  const consent = {
    asked_by: word,
    login: "{}",
    redirect_uri: `https://${word}.example/oauth/callback`,
    jwe: word,
    expires_at: now + 3_600_000,
  };
  rows.insert("consents", { id: createHash("sha256").update(`${word}-state`).digest("hex"), workspace_id, connection_id, ...consent });
  const keyed = { fingerprint: word, owner: word, answer: "{}", started_at: now, expires_at: now + 86_400_000 };
  rows.insert("idempotent_calls", { workspace_id, holder: `key:${word}`, key: word, ...keyed });
  const link = { created_by: word, created_at: now, expires_at: now + 3_600_000, used_at: null };
  rows.insert("reconnect_links", { connection_id, id: `${word}-link`, workspace_id, ...link });
  const removed = { names: JSON.stringify([word]), title: word, app: "highlevel", location_id: word, company_id: null, removed_at: now };
  rows.insert("removed_connections", { id: `con_${word}_removed`, workspace_id, ...removed });
  const agent = { account_id: null, key_id: null, client_id: word, name: word, permissions: "[]", used_at: null, ended_at: null };
  rows.insert("agents", { id: `agt_${word}`, workspace_id, ...agent, created_at: now });
  const token = { kind: "refresh", expires_at: now + 3_600_000, used_at: null, challenge: null, redirect_uri: null };
  rows.insert("agent_tokens", { hash: `${word}-agent-token`, agent_id: `agt_${word}`, ...token });
  const call = {
    app: "highlevel",
    operation: "contacts.get",
    method: "GET",
    address: `https://${word}.example/contacts/${word}`,
    status: 200,
  };
  const made = { at: now, duration_ms: 7, purpose: "run", principal: null, step: word, error: null };
  const told = { app: "http", operation: "webhook", connection_id, address: `https://${word}.example/hooks/${word}`, fingerprint: word };
  const over = {
    state: "ending",
    remote_id: word,
    jwe: null,
    sent_at: now,
    attempts: 0,
    next_at: null,
    claimed_until: null,
    problem: null,
  };
  const times = { subscribed_at: now, checked_at: now, created_at: now };
  rows.insert("hook_subscriptions", { id: `hook_${word}`, workspace_id, trigger_id, flow_id, ...told, ...over, ...times });
  const endpoint = {
    url: `https://${word}.example/events`,
    events: JSON.stringify(["run.failed"]),
    jwe: word,
    active: 0,
    off_reason: word,
  };
  const endpointTimes = { previous_until: null, failing_since: now, created_at: now };
  rows.insert("webhook_endpoints", { id: `whe_${word}`, workspace_id, ...endpoint, ...endpointTimes });
  const outcome = { state: "failed", attempts: 1, next_at: null, claimed_until: 0, retry_until: now, status: 500, answer: word };
  const delivery = { type: "run.failed", subject: JSON.stringify({ run: { id: run_id } }), sent_at: now, created_at: now };
  rows.insert("webhook_deliveries", { id: `msg_${word}`, endpoint_id: `whe_${word}`, workspace_id, ...delivery, ...outcome });
  const tag = { kind: "highlevel.contact", name: `${word} tag` };
  const carried = { carriers: 3, counted_at: now, unused_since: null };
  rows.insert("tags", { workspace_id, connection_id, ...tag, tag_id: `${word}-tag`, ...carried, read_at: now });
  rows.insert("tag_notes", { workspace_id, ...tag, colour: null, description: word });
  const change = { kind: tag.kind, deed: "delete", names: JSON.stringify([tag.name]), target: null, accounts: "[]", state: "paused" };
  const far = { stage: "apply", problem: word, undo_of: null, undone_by: null, rule_id: `tagrule_${word}`, created_by: word };
  rows.insert("tag_jobs", { id: `tagjob_${word}`, workspace_id, ...change, ...far, created_at: now, ended_at: null, claimed_until: 0 });
  const carrier = { carrier: record, adds: "[]", removes: JSON.stringify([tag.name]), state: "waiting", error: null };
  rows.insert("tag_job_items", { job_id: `tagjob_${word}`, connection_id, ...carrier });
  const cleaning = { kind: tag.kind, title: word, deed: "archive", unused_days: 90, names: "[]", every_days: 7, active: 1 };
  const ran = { next_at: now + 86_400_000, reports: "[]", created_at: now };
  rows.insert("tag_rules", { id: `tagrule_${word}`, workspace_id, ...cleaning, ...ran });
  rows.insert("message_policies", { workspace_id, policy: JSON.stringify({ doNotDisturb: true, quietHours: null, cap: null }) });
  rows.insert("messages", { workspace_id, key: `${word}-message`, person: word, channel: "sms", at: now, outcome: "sent" });
  rows.insert("embed_origins", { workspace_id, origin: `https://${word}.example`, added_at: now });
  const connectLink = { app: "http", auth: "header", title: word, like_id: connection_id, return_to: `https://${word}.example/back` };
  rows.insert("connect_links", { id: `${word}-connect`, workspace_id, ...connectLink, ...link });
  rows.insert("gone_hooks", { digest: `${word}-gone`, gone_at: now, workspace_id });
  rows.insert("calls", { workspace_id, connection_id, connection: `${word}-crm`, flow_id, run_id, ...call, ...made });
  rows.insert("private_hosts", { workspace_id, host: `${word}.lan`, added_at: now });
  const pin = { kind: "tags", parent: "", name: `${word} tag`, id: `${word}-tag`, label: word, seen_at: now };
  rows.insert("reference_pins", { workspace_id, place: `highlevel ${word}`, ...pin });
  const meaning = { text: word, value: word, label: word, checked_at: now };
  rows.insert("flow_references", { flow_id, at: "steps[0]", connection: `${word}-crm`, ...meaning });
  rows.insert("reception_counts", { inbox_id, type: "ContactCreate", place: `${word}-place`, count: 3, last_at: now });
  rows.insert("run_crashes", { run_id, crashes: 1, process: word });
  rows.insert("step_tests", { workspace_id, flow_id, step: "seen", test: JSON.stringify({ output: word }), at: now });
  const tried = { state: "done", done: 0, total: 0, report: JSON.stringify({ rows: [], stopped: word }), principal: null };
  rows.insert("backtests", { id: `backtest_${word}`, workspace_id, flow_id, ...tried, started_at: now, updated_at: now });
  rows.insert("seen", { trigger_id, item_key: record, hash: word, seen_at: now });
  rows.insert("ledger_entries", { trigger_id, item: record, by: "webhook", at: now, found_at: null, up_to: null, event_id: null });
  rows.insert("record_states", { trigger_id, record, state: JSON.stringify({ word }), at: now });
  rows.insert("watched_records", { trigger_id, record, epoch: word, state: "{}", at: now, by: "poll" });
  insertSync(rows, workspace_id, word, now);
  const newest = { last_at: now, last_record: record, last_note: word };
  rows.insert("observation_counts", { trigger_id, outcome: "changed", by: "poll", count: 1, ...newest });
}

/** A sync that was never started, with everything that one can know. */
function insertSync(rows: WorkspaceRows, workspace_id: string, word: string, now: number): void {
  const sync_id = `sync_${word}`;
  const side = { app: `${word}-desk`, type: "ticket", connection: `${word}-crm` };
  const definition = {
    name: `The sync of ${word}`,
    a: side,
    b: side,
    match: [],
    fields: [{ a: "subject", b: "subject", way: "both" }],
    create: { a: false, b: false },
    conflict: "newest",
    deletes: { a: "nothing", b: "nothing", most: 0.05 },
  };
  const known = {
    flow_a: null,
    flow_b: null,
    flow_events: null,
    resting: "{}",
    asking: null,
    trouble: null,
    created_at: now,
    updated_at: now,
  };
  const state = { revision: 1, status: "draft", reason: word };
  rows.insert("syncs", { id: sync_id, workspace_id, definition: JSON.stringify(definition), ...state, ...known });
  const pair = { a: `${word}-a`, b: `${word}-b`, was: JSON.stringify({ a: [], b: [] }), agreed: "{}", gone_side: null, gone_at: null };
  const troubled = { conflicts: "[]", conflict_count: 0, problem: word, ignored: 0, revision: 1, hops: 0, updated_at: now };
  rows.insert("sync_links", { id: `lnk_${word}`, sync_id, ...pair, ...troubled });
  rows.insert("sync_link_ids", { sync_id, side: "a", record_id: `${word}-a`, link_id: `lnk_${word}` });
  const row = { sync_id, side: "a", record_id: `${word}-a` };
  rows.insert("sync_rows", { ...row, name: word, search: word, keys: "{}", digest: word, seen_at: now });
  rows.insert("sync_keys", { ...row, rule: 0, match_key: word });
  rows.insert("sync_locks", { sync_id, name: `a:${word}`, run_id: `run_${word}`, until: now });
  const written = { side: "a", kind: "update", record_id: `${word}-a`, before: "{}", after: JSON.stringify({ subject: word }) };
  rows.insert("sync_writes", {
    id: `w_${word}`,
    sync_id,
    link_id: `lnk_${word}`,
    ...written,
    run_id: word,
    batch: null,
    at: now,
    undone_by: null,
  });
  const job = {
    kind: "first",
    state: "done",
    cursor: "{}",
    done: 1,
    failed: 0,
    total: 1,
    problem: word,
    started_at: now,
    finished_at: now,
  };
  rows.insert("sync_jobs", { id: `job_${word}`, sync_id, workspace_id, ...job });
}
