import { expect, test } from "vitest";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { Run } from "#engine/types/runs.ts";
import { TestClock } from "#kernel/clock.ts";
import type { Connection, RemovedConnection } from "#vault/types.ts";
import { createConnectionUse } from "../connections/connection-use.ts";
import { clientView, type ClientViewParts } from "./client-view.ts";

const at = (connection: string): FlowDefinition => ({
  name: "Welcome",
  trigger: { app: "http", operation: "webhook" },
  steps: [{ id: "a", app: "highlevel", operation: "contacts.get", connection, input: {} }],
});

const none = { queued: 0, running: 0, waiting: 0, succeeded: 0, filtered: 0, failed: 0, held: 0, cancelled: 0 };

/** A flow with these versions, published at 100, 200 …; `reads`: the versions that were read, `since`: from when its runs were asked for. */
function clientOf(versions: FlowDefinition[], removed: RemovedConnection[] = [], runs: Run[] = []) {
  const reads: number[] = [];
  const since: unknown[] = [];
  const last = versions.length;
  const flow = { id: "f", workspaceId: "ws", name: "Welcome", status: "on", version: last, revision: 1, draft: versions.at(-1)! } as Flow;
  const newestFirst = versions.map((_, i) => last - i);
  const flows = {
    list: async () => [flow],
    version: async (_: string, __: string, version: number) => (reads.push(version), versions[version - 1]!),
    versions: async () => newestFirst.map((version) => ({ version, publishedAt: version * 100, note: null, by: null })),
  };
  const parts: ClientViewParts = {
    engine: {
      flows: { ...flows, published: async () => new Map([["f", flow.draft]]) },
      runs: async (_, filter) => (since.push(filter.from), runs),
      counts: async () => ({ ...none, succeeded: 1, failed: 2 }),
      putRight: async () => new Map([["f", { failed: 1, held: 0 }]]),
    },
    titlesOf: () => ({ app: (title) => ({ title, needsConnection: true }), operation: () => null, trigger: () => null }),
    connectionUse: createConnectionUse(flows),
    connections: {
      list: async () => [{ name: "acme", title: "Acme", app: "highlevel", status: "connected", locationId: "loc" } as Connection],
      removed: async () => removed,
    },
    workspaceName: async () => "Riverside Agency",
    clock: new TestClock(1_000),
  };
  return { parts, reads, since };
}

const removedAs = (name: string, locationId: string): RemovedConnection => ({
  id: `con_${name}`,
  name,
  title: "Acme Dental (sandbox)",
  app: "highlevel",
  locationId,
  removedAt: 250,
});

test("a client sees who works for them", async () => {
  expect((await clientView(clientOf([at("acme")]).parts, "ws", "loc")).agency).toBe("Riverside Agency");
});

test("however often a client looks, each version of a flow is read once", async () => {
  const { parts, reads, since } = clientOf([at("other"), at("acme"), at("acme")]);
  for (let look = 0; look < 3; look++) expect((await clientView(parts, "ws", "loc")).flows).toMatchObject([{ name: "Welcome" }]);
  expect(reads.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  expect(since).toEqual([200, 200, 200]); // the runs of the first version are another client's
});

test("the runs of a removed connection of the same sub-account stay on the client's page", async () => {
  const { parts, since } = clientOf([at("by-token"), at("acme")], [removedAs("by-token", "loc")]);
  expect((await clientView(parts, "ws", "loc")).connections).toEqual([
    { title: "Acme", app: "highlevel", status: "connected", reason: null },
  ]);
  expect(since).toEqual([100]);
});

test("where a flow still names a removed connection, the client sees that it does not work", async () => {
  const { parts } = clientOf([at("by-token")], [removedAs("by-token", "loc")]);
  const view = await clientView(parts, "ws", "loc");
  expect(view.flows).toMatchObject([{ name: "Welcome" }]);
  expect(view.connections).toContainEqual({
    title: "Acme", // as the sub-account is called now
    app: "highlevel",
    status: "broken",
    reason: "This connection was removed.",
  });
});

test("runs from when a name meant a connection of another sub-account are not shown", async () => {
  const { parts, since } = clientOf([at("acme"), at("acme"), at("acme")], [removedAs("acme", "elsewhere")]);
  await clientView(parts, "ws", "loc");
  expect(since).toEqual([250]);
});

test("a run that was replayed since neither counts as failed nor stands beside the replay that did its work", async () => {
  const run = (more: Partial<Run>) => ({ version: 1, state: "failed", person: "ada@example.com", summary: null, ...more }) as Run;
  const { parts } = clientOf(
    [at("acme")],
    [],
    [
      run({ id: "again", createdAt: 900, state: "succeeded", replayOf: "first", summary: "Created contact" }),
      run({ id: "first", createdAt: 800 }),
    ],
  );
  const { flows, runs } = await clientView(parts, "ws", "loc");
  expect(runs).toEqual([{ at: 900, flow: "Welcome", state: "succeeded", who: "ada@example.com", done: "Created contact" }]);
  expect(flows[0]).toMatchObject({ week: { succeeded: 1, failed: 1 }, sentence: expect.stringMatching(/^When/) as string });
});
