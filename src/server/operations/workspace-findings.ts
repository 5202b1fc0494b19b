/** Pure: what is wrong with the logins, flows and inboxes of a workspace. */
import type { ConnectionView, FlowView, InboxView, Overview, SyncView, WebhookEndpointView } from "#api/schemas.ts";
import { dayMs, hourMs, roughDuration } from "#kernel/durations.ts";
import { listed } from "#kernel/words.ts";
import { permissionWords } from "#surfaces/permission-words.ts";
import { isInUse } from "#surfaces/connection-words.ts";
import { outageSentence, waitSentence } from "#surfaces/waiting.ts";
import { advice, bad, ok, warn, type Finding } from "./findings.ts";

export interface WorkspaceFacts {
  overview: Overview;
  connections: readonly ConnectionView[];
  /** The scopes that flows need of a connection and that its login does not have, by its id. */
  missingScopes: ReadonlyMap<string, readonly MissingScope[]>;
  flows: readonly FlowView[];
  inboxes: readonly InboxView[];
  webhookEndpoints: readonly WebhookEndpointView[];
  syncs: readonly SyncStanding[];
  now: number;
}

/** How a sync stands, as far as it concerns its health. */
export interface SyncStanding extends Pick<SyncView, "id" | "name" | "status" | "counts" | "asking"> {
  /** Since when pairs need a person or could not be brought into step; null: none does. */
  troubledSince: number | null;
}

export interface MissingScope {
  scope: string;
  flows: readonly string[];
}

const onConnections = { to: "/connections", title: "Open connections" };
const onInboxes = { to: "/inboxes", title: "Open inboxes" };

/** One finding for what is well in all of a kind, and one for each thing that is not. */
export function workspaceFindings(facts: WorkspaceFacts): Finding[] {
  return [
    ...holdFindings(facts),
    ...attentionFindings(facts),
    ...facts.overview.outages
      .filter(({ connection }) => !facts.connections.some(({ id }) => id === connection?.id))
      .map((outage) => outageFinding(outage, facts.now)),
    ...connectionFindings(facts),
    ...orFine("flows", flowFindings(facts), fineFlows(facts)),
    ...orFine("inboxes", subscriptionFindings(facts), fineInboxes(facts)),
    ...syncFindings(facts),
    ...webhookFindings(facts),
  ];
}

/** What is wrong in all of a kind; where nothing is and there are some, that they are well. */
const orFine = (what: string, findings: Finding[], fine: string | null): Finding[] =>
  findings.length > 0 || fine === null ? findings : [ok(what, fine)];

function fineFlows({ flows }: WorkspaceFacts): string | null {
  const on = flows.filter(({ status }) => status === "on").length;
  return on === 0 ? null : `${on} on, and none would fail`;
}

function fineInboxes({ inboxes }: WorkspaceFacts): string | null {
  const receiving = inboxes.filter(({ events }) => events.some(({ count }) => count > 0)).length;
  return receiving === 0 ? null : `events arrive at ${receiving} of ${inboxes.length}`;
}

function holdFindings({ overview }: WorkspaceFacts): Finding[] {
  if (!overview.held) return [];
  const says = "started with --hold: events are accepted and nothing is executed";
  return [warn("hold", says, { fix: { command: "millrace resume", page: { to: "/", title: "Open home" } } })];
}

function attentionFindings({ overview: { attention } }: WorkspaceFacts): Finding[] {
  if (attention === 0) return [ok("runs", "none has stopped")];
  const says = attention === 1 ? "1 run stopped, and waits for a person" : `${attention} runs stopped, and wait for a person`;
  const fix = { command: "millrace run list --attention", page: { to: "/attention", title: "Open needs attention" } };
  return [warn("runs", says, { fix })];
}

/** Nothing is lost, and still somebody may want to know why nothing arrives. */
function outageFinding(outage: Overview["outages"][number], now: number): Finding {
  const what = outage.connection ? `connection '${outage.connection.title}'` : (outage.host ?? outage.app ?? "a system");
  return warn(what, outageSentence(outage, now), { since: outage.since });
}

/** What is wrong with a connection also says how many runs wait for it. */
function connectionFindings({ overview, connections, missingScopes, now }: WorkspaceFacts): Finding[] {
  return connections.flatMap((connection) => [
    withOutage(
      loginFinding(connection, now),
      overview.outages.find((outage) => outage.connection?.id === connection.id),
      now,
    ),
    ...(missingScopes.get(connection.id) ?? []).map((missing) => scopeFinding(connection, missing)),
  ]);
}

function withOutage(finding: Finding, outage: Overview["outages"][number] | undefined, now: number): Finding {
  if (outage === undefined) return finding;
  if (finding.state === "ok") return outageFinding(outage, now);
  return { ...finding, says: `${finding.says}. ${waitSentence(outage, now)}`, since: outage.since };
}

function loginFinding(connection: ConnectionView, now: number): Finding {
  const { id, name, title, status, reason, expiresAt } = connection;
  const what = `connection '${title}'`;
  const ends = expiresAt !== undefined && expiresAt > now ? `; its token ends in ${roughDuration(expiresAt - now)}` : "";
  if (status === "untested") return isInUse(connection) ? ok(what, "in use") : untested(connection, what);
  if (status === "connected") return ok(what, "connected");
  const page = onConnections;
  const says = `${(reason ?? status).replace(/\.$/, "")}${status === "expiring" ? ends : ""}`;
  if (status !== "broken") return (status === "failed" ? bad : warn)(what, says, { fix: { page } });
  const reconnect = { to: "/connections", search: { renew: id }, title: "Reconnect" };
  return bad(what, says, { fix: { command: `millrace connect replace-secret ${name}`, page: reconnect } });
}

/** Where a test showed nothing, another one would not either. */
function untested({ id, name, reason }: ConnectionView, what: string): Finding {
  if (reason !== undefined) return ok(what, `not tested yet. ${reason}`);
  const page = { to: "/connections", search: { show: id }, title: "Open it to test it" };
  return advice(what, "not tested yet, so nobody knows whether it works", { fix: { command: `millrace connect test ${name}`, page } });
}

function scopeFinding({ id, title }: ConnectionView, { scope, flows }: MissingScope): Finding {
  const by = flows.length === 0 ? "to be tested" : `by ${listed(flows.map((flow) => `'${flow}'`))}`;
  const says = `its login may not ${permissionWords([scope])} (${scope}), which is needed ${by}`;
  const page = { to: "/connections", search: { renew: id }, title: "Allow more scopes" };
  return warn(`connection '${title}'`, says, { fix: { page } });
}

/** What the last check of a flow found that would make its runs fail. A login that does not work is a finding of its own, and runs wait for it. */
function failingFinding({ id, name, lint }: FlowView): Finding | null {
  const trouble = lint?.troubles.find(({ level, cause }) => level === "error" && cause?.kind !== "login");
  if (!trouble) return null;
  const page = { to: `/flows/${id}`, search: { tab: "checks" }, title: "See what to change" };
  return bad(`flow '${name}'`, `its runs would fail: ${trouble.problem.replace(/\.$/, "")}`, {
    fix: { command: `millrace flow lint ${id}`, page },
  });
}

/** Flows that would fail, flows that Millrace paused, polls that fail, and hooks that were never called. */
function flowFindings({ flows, now }: WorkspaceFacts): Finding[] {
  return flows.flatMap((flow) => {
    const { id, name, status, reason, trigger } = flow;
    const what = `flow '${name}'`;
    const fix = { page: { to: `/flows/${id}`, title: "Open flow" } };
    const subscription = trigger.hookSubscription;
    if (subscription?.problem)
      return [warn(what, subscription.problem.replace(/\.$/, ""), { fix: { command: `millrace flow subscribe ${id}`, ...fix } })];
    if (status === "off" && reason !== undefined) return [warn(what, `paused by Millrace: ${reason.replace(/\.$/, "")}`, { fix })];
    if (status !== "on") return [];
    const failing = failingFinding(flow);
    if (failing !== null) return [failing];
    if (trigger.lastError !== null) return [warn(what, `its last poll failed: ${trigger.lastError.message}`, { fix })];
    const isOwn = trigger.kind === "webhook" && trigger.inboxes === null && trigger.hookUrl !== null && subscription === null;
    if (!isOwn || flow.lastRunAt !== null || trigger.lastAt !== null || now - flow.updatedAt < dayMs) return [];
    const says =
      "no event has ever arrived at its address. Enter the address in the system that sends the events, or send a test from there";
    return [warn(what, says, { since: flow.updatedAt, fix })];
  });
}

/** Events that flows wait for and that never came, though the inbox has been there for a while: they may not be ticked in the app's portal. */
function subscriptionFindings({ inboxes, now }: WorkspaceFacts): Finding[] {
  return inboxes.flatMap(({ name, createdAt, events, where }) => {
    if (now - createdAt < hourMs) return [];
    const silent = events.filter(({ flows, count }) => flows.length > 0 && count === 0);
    return silent.map(({ type, flows }) => {
      const who = listed(flows.slice(0, 3).map((flow) => `'${flow.name}'`));
      const says = `${type} has never arrived, but ${who} ${flows.length === 1 ? "waits" : "wait"} for it. If it should have, enable it: ${where}`;
      return warn(`inbox '${name}'`, says, { since: createdAt, fix: { page: onInboxes } });
    });
  });
}

/** Webhook endpoints that take nothing. */
function webhookFindings({ webhookEndpoints }: WorkspaceFacts): Finding[] {
  return webhookEndpoints.flatMap(({ url, active, offReason, failingSince, waiting }) => {
    const what = `webhook endpoint '${new URL(url).host}'`;
    const fix = { command: "millrace webhook list", page: { to: "/elsewhere/webhooks", title: "Open webhooks" } };
    if (offReason !== null) return [bad(what, `switched off by Millrace: ${offReason.replace(/\.$/, "")}`, { fix })];
    if (!active || failingSince === null) return [];
    const wait = waiting === 1 ? "1 message waits" : `${waiting} messages wait`;
    return [warn(what, `takes no messages; ${wait}`, { since: failingSince, fix })];
  });
}

/** Syncs that wait for an answer, and those that are out of step. */
function syncFindings({ syncs }: WorkspaceFacts): Finding[] {
  return syncs.flatMap(({ id, name, status, counts: { conflicts, problems }, asking, troubledSince }) => {
    const what = `sync '${name}'`;
    const fix = { page: { to: `/syncs/${id}`, title: "Open the sync" } };
    if (status === "asking" && asking)
      return [warn(what, `waits for an answer: ${asking.deletions} of ${asking.of} records were deleted at once`, { fix })];
    if (troubledSince === null || conflicts + problems === 0) return [];
    const decide = conflicts === 0 ? [] : [`${conflicts} ${conflicts === 1 ? "pair waits" : "pairs wait"} for a person's decision`];
    const failed = problems === 0 ? [] : [`${problems} ${problems === 1 ? "pair" : "pairs"} could not be brought into step`];
    return [warn(what, listed([...decide, ...failed]), { since: troubledSince, fix })];
  });
}
