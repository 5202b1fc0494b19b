import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import type { Exchange, OutboundCall } from "#outbound/types.ts";
import type { CallStore, LoggedCall } from "#storage/call-store.ts";
import { CallLog } from "./call-log.ts";

function world() {
  const clock = new TestClock();
  const commits: (readonly LoggedCall[])[] = [];
  const state = { refuses: false };
  const store: CallStore = {
    async add(calls) {
      if (state.refuses) throw new Error("the disk is full");
      commits.push(calls);
    },
    list: async () => ({ calls: [], next: null }),
    beyond: async () => null,
    prune: async () => 0,
  };
  return { clock, commits, state, calls: new CallLog({ store, clock, log: silentLog }) };
}

const call = (more: Partial<OutboundCall> = {}): OutboundCall => ({
  connection: { id: "con_1", workspaceId: "ws", name: "acme", app: "crm" },
  app: { id: "crm", title: "CRM", refusals: [] },
  operation: { id: "contacts.get", effect: "read", path: "/contacts/{contactId}" },
  request: { method: "GET", url: "https://crm.example/", headers: {} },
  lane: "live",
  cause: { purpose: "run", flowId: "flow_1", runId: "run_1", step: "find" },
  ...more,
});
const exchange = (more: Partial<Exchange> = {}): Exchange => ({
  at: 5,
  durationMs: 1.6,
  method: "GET",
  url: "https://crm.example/contacts/c_1?email=ada%40example.com&key=masked#x",
  sent: "a body",
  received: "an answer",
  status: 200,
  ...more,
});

test("calls are written together, a second after the first, with who made them and neither query nor bodies", async () => {
  const { clock, commits, calls } = world();
  calls.note(call(), exchange(), null);
  calls.note(call({ cause: { purpose: "direct", by: "key:k" } }), exchange({ status: 404 }), "NOT_FOUND");
  expect(commits).toEqual([]);
  await clock.advance(1_000);
  expect(commits).toHaveLength(1);
  expect(commits[0]).toEqual([
    {
      workspaceId: "ws",
      connectionId: "con_1",
      connection: "acme",
      at: 5,
      durationMs: 2,
      app: "crm",
      operation: "contacts.get",
      method: "GET",
      address: "https://crm.example/contacts/{contactId}",
      status: 200,
      error: null,
      purpose: "run",
      by: null,
      flowId: "flow_1",
      runId: "run_1",
      step: "find",
    },
    expect.objectContaining({ status: 404, error: "NOT_FOUND", purpose: "direct", by: "key:k", flowId: null, runId: null }),
  ]);
});

test("a call that needs no login is not in it", async () => {
  const { commits, calls } = world();
  calls.note(call({ open: true }), exchange(), null);
  await calls.close();
  expect(commits).toEqual([]);
});

test("what the store refuses is written later, once, and whoever reads sees what was noted up to then", async () => {
  const { clock, commits, state, calls } = world();
  state.refuses = true;
  calls.note(call(), exchange(), null);
  await clock.advance(1_000);
  state.refuses = false;
  calls.note(call(), exchange({ at: 6 }), null);
  await calls.list("ws", {}, { limit: 9 });
  await clock.advance(5_000);
  expect(commits.map((lines) => lines.map(({ at }) => at))).toEqual([[5, 6]]);
});
