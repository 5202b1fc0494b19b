import { describe, expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { compileFlow } from "#engine/flow/flow.ts";
import { advance } from "#engine/run/runner.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import { createPace } from "#kernel/pace.ts";
import { createCaller } from "#outbound/caller.ts";
import type { OutboundCall } from "#outbound/types.ts";
import { fakeCaller } from "#test/fakes/caller.ts";
import { noScripts } from "#test/fakes/scripts.ts";

const rows = Array.from({ length: 450 }, (_, i) => ({ id: `b${i}`, name: `Business ${i}` }));

/** A caller whose way out gives businesses by the page. `refuse` may throw instead of the answer to the nth request. */
function callerOf(refuse: (asked: number, clock: TestClock) => MillraceError | null) {
  const clock = new TestClock();
  const asked: string[] = [];
  const send = async ({ request }: OutboundCall) => {
    asked.push(request.url);
    const error = refuse(asked.length, clock);
    if (error) throw error;
    const { searchParams } = new URL(request.url);
    const [from, size] = [Number(searchParams.get("skip") ?? 0), Number(searchParams.get("limit") ?? 20)];
    const body = { businesses: rows.slice(from, from + size) };
    const exchange = { at: 0, method: "GET", url: request.url, status: 200, received: JSON.stringify(body), durationMs: 1 };
    return { status: 200, headers: {}, body, exchange };
  };
  const caller = createCaller({
    catalog: builtIn,
    remembered: (_, call) => call,
    outbound: { send, close: async () => {} },
    clock,
    connection: async (workspaceId, name) => ({
      id: "c",
      workspaceId,
      name,
      app: "highlevel",
      locationId: "loc",
      access: "location",
      auth: "token",
    }),
  });
  const request = {
    workspaceId: "w",
    app: "highlevel",
    operation: "businesses.list",
    connection: "acme",
    input: {},
    lane: "live" as const,
    dry: false,
    idempotencyKey: "run/step",
  };
  return { caller, clock, asked, request };
}
const quotaWait = (retryAt: number) => new MillraceError("QUOTA_WAIT", { details: { retryAt, outcome: "not_sent" } });

describe("a list of many pages", () => {
  test("waits for the budget where it is used up on the way, and does not begin anew (F26)", async () => {
    const { caller, clock, asked, request } = callerOf((n, at) => (n === 3 ? quotaWait(at.now() + 9_000) : null));
    const reply = caller.call(request);
    for (let i = 0; asked.length < 3 && i < 1_000; i++) await new Promise(setImmediate);
    await clock.advance(9_000);
    const { output, list } = await reply;
    expect([output, list]).toEqual([rows, { rows: 450, complete: true, total: 450, requests: 5 }]);
    expect(asked).toHaveLength(6);
  });

  test("leaves the wait to the run where not one page was read, or the budget of the day is used up", async () => {
    for (const [at, waitMs] of [
      [1, 9_000],
      [3, 3_600_000],
    ] as const) {
      const { caller, request } = callerOf((n, time) => (n === at ? quotaWait(time.now() + waitMs) : null));
      await expect(caller.call(request)).rejects.toMatchObject({ code: "QUOTA_WAIT" });
    }
  });

  test("keeps the requests of all pages, and the answers of the first and the last of them", async () => {
    const { caller, request } = callerOf(() => null);
    const { exchanges } = await caller.call({ ...request, input: { limit: "50" }, rows: 450 });
    expect(exchanges.map(({ received }) => received !== undefined)).toEqual([true, true, true, true, true, false, false, false, true]);
  });
});

test("how far a list was read is known after a restart as well (F26)", async () => {
  const definition: FlowDefinition = {
    name: "F",
    trigger: { app: "http", operation: "webhook" },
    steps: [
      { id: "people", app: "highlevel", operation: "contacts.search", rows: 2 },
      {
        id: "said",
        format: { rows: "{{ people.size }}", total: "{{ people._total }}", whole: "{{ people._complete }}", all: "{{ people }}" },
      },
    ],
  };
  const list = { rows: 2, complete: false, total: 9, requests: 1, cut: "rows" as const };
  const people: StepRecord = {
    runId: "r",
    path: "people",
    seq: 0,
    state: "succeeded",
    app: "highlevel",
    operation: "contacts.search",
    effect: "read",
    input: undefined,
    output: [{ id: "a" }, { id: "b" }],
    attempts: [{ at: 0, durationMs: 1, list }],
    error: null,
    startedAt: 0,
    finishedAt: 1,
  };
  const put: StepRecord[] = [];
  const clock = new TestClock();
  const run = { id: "r", workspaceId: "w", flowId: "f", lane: "live", origin: null } as never;
  const ending = await advance(
    { run, event: { payload: {} } as never, steps: [people] },
    compileFlow(definition, () => 0),
    {
      caller: fakeCaller({}).caller,
      scripts: noScripts,
      clock,
      random: () => 0,
      pace: createPace(),
      recorder: { put: (step) => void put.push(step), begin: async () => {}, written: async () => {} },
    },
  );
  expect([ending, put.at(-1)?.output]).toEqual([
    { kind: "succeeded" },
    { rows: 2, total: 9, whole: false, all: [{ id: "a" }, { id: "b" }] },
  ]);
});
