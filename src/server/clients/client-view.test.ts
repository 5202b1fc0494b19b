import { expect, test } from "vitest";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import { TestClock } from "#kernel/clock.ts";
import type { Connection } from "#vault/types.ts";
import { createConnectionUse } from "../connections/connection-use.ts";
import { clientView, type ClientViewParts } from "./client-view.ts";

const at = (connection: string): FlowDefinition => ({
  name: "Welcome",
  trigger: { app: "http", operation: "webhook" },
  steps: [{ id: "a", app: "highlevel", operation: "contacts.get", connection, input: {} }],
});

test("however often a client looks, each version of a flow is read once", async () => {
  const versions = [at("other"), at("acme"), at("acme")];
  const reads: number[] = [];
  const flow = { id: "f", workspaceId: "ws", name: "Welcome", status: "on", version: 3, revision: 1, draft: at("acme") } as Flow;
  const flows = {
    list: async () => [flow],
    version: async (_: string, __: string, version: number) => (reads.push(version), versions[version - 1]!),
    versions: async () => [3, 2, 1].map((version) => ({ version, publishedAt: version * 100, note: null, by: null })),
  };
  const since: unknown[] = [];
  const none = { queued: 0, running: 0, waiting: 0, succeeded: 0, filtered: 0, failed: 0, held: 0, cancelled: 0 };
  const parts: ClientViewParts = {
    engine: { flows, runs: async (_, filter) => (since.push(filter.from), []), counts: async () => none },
    connectionUse: createConnectionUse(flows),
    connections: {
      list: async () => [{ name: "acme", title: "Acme", app: "highlevel", status: "connected", locationId: "loc" } as Connection],
    },
    clock: new TestClock(1_000),
  };
  for (let look = 0; look < 3; look++) expect((await clientView(parts, "ws", "loc")).flows).toMatchObject([{ name: "Welcome" }]);
  expect(reads.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  expect(since).toEqual([200, 200, 200]); // the runs of the first version are another client's
});
