import { expect, test } from "vitest";
import type { ConnectionView, FlowView, InboxView, Overview } from "#api/schemas.ts";
import { workspaceFindings, type WorkspaceFacts } from "./workspace-findings.ts";

const hour = 3_600_000;
const now = 1_000 * hour;
const overview = { attention: 0, outages: [], held: false } as unknown as Overview;
const connection = (more: Partial<ConnectionView>): ConnectionView =>
  ({ id: "c", name: "acme", title: "Acme", app: "highlevel", status: "connected", ...more }) as ConnectionView;
const webhook = {
  kind: "webhook",
  hookUrl: "https://m.example/hooks/t",
  inboxes: null,
  lastAt: null,
  lastError: null,
  hookSubscription: null,
};
const flow = (more: object): FlowView =>
  ({ id: "f", name: "Welcome", status: "on", updatedAt: 0, lastRunAt: null, trigger: webhook, ...more }) as FlowView;
const inbox = (more: object): InboxView =>
  ({ name: "main", createdAt: 0, where: "Advanced settings > Webhooks", events: [], ...more }) as unknown as InboxView;

const look = (facts: Partial<WorkspaceFacts>) =>
  workspaceFindings({
    overview,
    connections: [],
    missingScopes: new Map(),
    flows: [],
    inboxes: [],
    webhookEndpoints: [],
    syncs: [],
    now,
    ...facts,
  });
const troubles = (facts: Partial<WorkspaceFacts>) => look(facts).filter(({ state }) => state !== "ok");

test("a workspace without trouble has findings that say so, and nothing to do", () => {
  const facts = { connections: [connection({})], flows: [flow({ trigger: { ...webhook, lastAt: 5 } })], inboxes: [inbox({})] };
  expect(troubles(facts)).toEqual([]);
  expect(look(facts).map(({ what, says }) => `${what}: ${says}`)).toEqual([
    "runs: none has stopped",
    "connection 'Acme': connected",
    "flows: 1 on, and none would fail",
  ]);
});

test("runs that need attention, a hold and an outage lead to where they are put right", () => {
  const outage = {
    host: "api.example.com",
    app: null,
    since: now - hour,
    reason: "no answer within 30 s",
    nextTryAt: null,
    waiting: 2,
    flows: [],
  };
  expect(troubles({ overview: { ...overview, attention: 3, held: true, outages: [outage] } })).toMatchObject([
    { what: "hold", fix: { command: "millrace resume" } },
    { what: "runs", says: "3 runs stopped, and wait for a person", fix: { page: { to: "/attention" } } },
    { what: "api.example.com", since: now - hour },
  ]);
});

test("a login that is refused, ends soon or lacks a permission is named with what to do", () => {
  const connections = [
    connection({ status: "broken", reason: "HighLevel refused the login." }),
    connection({
      id: "d",
      name: "beta",
      title: "Beta",
      status: "expiring",
      reason: "Its token ends soon.",
      expiresAt: now + 3 * 24 * hour,
    }),
    connection({ id: "e", name: "gamma", title: "Gamma" }),
    connection({ id: "f", name: "delta", status: "untested" }),
  ];
  const missingScopes = new Map([["e", [{ scope: "contacts.write", flows: ["Welcome"] }]]]);
  expect(troubles({ connections, missingScopes })).toMatchObject([
    {
      state: "bad",
      what: "connection 'Acme'",
      fix: { command: "millrace connect replace-secret acme", page: { to: "/connections", search: { renew: "c" } } },
    },
    { state: "warn", what: "connection 'Beta'", says: "Its token ends soon; its token ends in 3 days" },
    { state: "warn", what: "connection 'Gamma'", says: "its login may not change contacts (contacts.write), which is needed by 'Welcome'" },
    { state: "advice", says: "not tested yet, so nobody knows whether it works", fix: { page: { search: { show: "f" } } } },
  ]);
});

test("a flow whose runs would fail says why; one that waits for a login leaves that to the login", () => {
  const trouble = (more: object) => ({
    lint: { errors: 1, warnings: 0, troubles: [{ level: "error", problem: "There is no tag 'vip'.", ...more }] },
  });
  expect(troubles({ flows: [flow({ lastRunAt: 5, ...trouble({}) })] })).toMatchObject([
    { state: "bad", says: "its runs would fail: There is no tag 'vip'", fix: { page: { to: "/flows/f", search: { tab: "checks" } } } },
  ]);
  expect(troubles({ flows: [flow({ lastRunAt: 5, ...trouble({ cause: { kind: "login" } }) })] })).toEqual([]);
});

test("inboxes at which events arrive are said to be well", () => {
  const event = { type: "ContactCreate", flows: [], count: 3 };
  expect(look({ inboxes: [inbox({ events: [event] }), inbox({})] })).toContainEqual({
    state: "ok",
    what: "inboxes",
    says: "events arrive at 1 of 2",
  });
});

test("a login for which runs wait is named once, with the runs", () => {
  const reason = "HighLevel refused the login.";
  const outage = {
    host: null,
    app: null,
    since: now - hour,
    reason: "",
    nextTryAt: null,
    waiting: 3,
    flows: [],
    connection: { id: "c", name: "acme", title: "Acme", status: "broken" as const },
  };
  const facts = { overview: { ...overview, outages: [outage] }, connections: [connection({ status: "broken", reason })] };
  expect(troubles(facts)).toMatchObject([
    {
      state: "bad",
      what: "connection 'Acme'",
      says: expect.stringMatching(/^HighLevel refused the login\. 3 runs wait since .* once it works\. Nothing is lost$/) as string,
      since: now - hour,
    },
  ]);
});

test("a hook that was never called is named after a day, an event that never came after an hour", () => {
  const event = (more: object) => ({ type: "ContactCreate", flows: [{ id: "f", name: "Welcome" }], count: 0, ...more });
  const inboxes = [inbox({ events: [event({}), event({ type: "TaskCreate", count: 1 }), event({ type: "NoteCreate", flows: [] })] })];
  expect(troubles({ flows: [flow({})], inboxes })).toMatchObject([
    {
      what: "flow 'Welcome'",
      says: expect.stringMatching(/^no event has ever arrived at its address/) as string,
      fix: { page: { to: "/flows/f" } },
    },
    {
      what: "inbox 'main'",
      says: "ContactCreate has never arrived, but 'Welcome' waits for it. If it should have, enable it: Advanced settings > Webhooks",
    },
  ]);
  const young = { flows: [flow({ updatedAt: now - hour })], inboxes: [inbox({ createdAt: now, events: [event({})] })] };
  expect(troubles(young)).toEqual([]);
  expect(troubles({ flows: [flow({ status: "draft" }), flow({ lastRunAt: 5 })] })).toEqual([]);
});

test("a flow that Millrace paused, and a poll that fails, say why", () => {
  const flows = [
    flow({ status: "off", reason: "Its connection is gone." }),
    flow({ name: "Poll", trigger: { ...webhook, kind: "poll", hookUrl: null, lastError: { message: "HighLevel answered 500." } } }),
  ];
  expect(troubles({ flows }).map(({ what, says }) => `${what}: ${says}`)).toEqual([
    "flow 'Welcome': paused by Millrace: Its connection is gone",
    "flow 'Poll': its last poll failed: HighLevel answered 500.",
  ]);
});

test("a webhook endpoint that was switched off, and one that fails, are named with what helps; one that a person switched off is not", () => {
  const endpoint = {
    id: "whe_1",
    url: "https://example.com/events?key=hidden",
    events: ["run.failed"],
    active: true,
    offReason: null,
    failingSince: null,
    waiting: 3,
    previousSecretUntil: null,
    createdAt: now,
  };
  const said = (more: Partial<typeof endpoint> | { offReason: string; active: false } | { failingSince: number }) =>
    look({ webhookEndpoints: [{ ...endpoint, ...more }] })
      .filter(({ what }) => what.startsWith("webhook"))
      .map(({ state, what, says }) => ({ state, what, says }));
  const what = "webhook endpoint 'example.com'";
  expect(said({})).toEqual([]);
  expect(said({ active: false })).toEqual([]);
  expect(said({ failingSince: now - hour })).toEqual([{ state: "warn", what, says: "takes no messages; 3 messages wait" }]);
  const off = { active: false, offReason: "It answered 410." } as const;
  expect(said(off)).toEqual([{ state: "bad", what, says: "switched off by Millrace: It answered 410" }]);
});

test("a sync that waits for an answer, and one that is out of step, lead to their page; one in step is no news", () => {
  const counts = { linked: 9, conflicts: 0, problems: 0, waiting: 0, ignored: 0 };
  const sync = { id: "s", name: "People", status: "on" as const, counts, asking: null, troubledSince: null };
  expect(troubles({ syncs: [sync] })).toEqual([]);
  const asking = { side: "a" as const, deletions: 120, of: 900, examples: [] };
  const counted = { ...counts, conflicts: 1, problems: 2 };
  const syncs = [
    { ...sync, status: "asking" as const, asking },
    { ...sync, counts: counted, troubledSince: now - hour },
  ];
  const fix = { page: { to: "/syncs/s" } };
  expect(troubles({ syncs })).toMatchObject([
    { what: "sync 'People'", says: "waits for an answer: 120 of 900 records were deleted at once", fix },
    { says: "1 pair waits for a person's decision and 2 pairs could not be brought into step", since: now - hour, fix },
  ]);
});
