import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { Connection } from "#vault/types.ts";
import { createConnectionUse } from "./connection-use.ts";
import { createConnectionService, type ConnectionServiceParts } from "./connection-service.ts";

const connection: Connection = {
  id: "con_1",
  workspaceId: "ws",
  name: "acme",
  title: "Acme",
  app: "highlevel",
  auth: "token",
  status: "connected",
  createdAt: 1,
  updatedAt: 1,
};
const flow = (status: Flow["status"], steps: Flow["draft"]["steps"]) =>
  ({
    id: "flow_1",
    name: "Welcome",
    status,
    version: null,
    draft: { name: "Welcome", trigger: { app: "a", operation: "b" }, steps },
  }) as Flow;
const noVersion = () => Promise.reject(new Error("no version"));
const inBranch = [
  {
    id: "b",
    if: "true",
    then: [],
    else: [{ id: "l", forEach: "x", do: [{ id: "s", app: "highlevel", operation: "o", connection: "acme" }] }],
  },
];

function open(more: Partial<ConnectionServiceParts> = {}) {
  const removed: string[] = [];
  const vault = {
    get: async () => connection,
    list: async () => [connection],
    disconnect: async (_: string, id: string) => void removed.push(id),
  } as unknown as ConnectionServiceParts["vault"];
  const service = createConnectionService({
    vault,
    use: createConnectionUse({ list: async () => [], version: noVersion }),
    inboxesOf: async () => [{ id: "inb_1", name: "main" }],
    quota: () => null,
    reconnectLinks: { list: async () => [] },
    rotateDays: () => null,
    variables: () => undefined,
    probe: () => Promise.reject(new Error("nothing to test here")),
    clock: new TestClock(),
    log: silentLog,
    ...more,
  });
  return { service, removed };
}

describe("a connection", () => {
  test("is shown with the budget of its sub-account, once there is one", async () => {
    const meter = {
      limit: 100,
      windowMs: 10_000,
      used: 7,
      left: 93,
      waiting: { live: 0, sync: 0, backfill: 0 },
      perMinute: 1,
      daily: { limit: 200_000, used: 70, made: 70, left: 1 },
    };
    expect((await open().service.list("ws"))[0]!.quota).toBeNull();
    expect((await open({ quota: () => meter }).service.list("ws"))[0]!.quota).toEqual({
      used: 7,
      limit: 100,
      windowMs: 10_000,
      dailyUsed: 70,
      dailyLimit: 200_000,
    });
  });

  test("is shown with the flows that name it, however deep, in the draft or as published, and with its inboxes", async () => {
    const drafted = flow("draft", inBranch);
    const published = { ...flow("on", []), id: "flow_2", name: "Follow up", version: 3 };
    const flows = {
      list: async () => [drafted, published, { ...flow("on", []), id: "flow_3" }],
      version: async () => flow("on", inBranch).draft,
    };
    const [view] = await open({ use: createConnectionUse(flows) }).service.list("ws");
    expect(view!.usedBy).toEqual({
      flows: [
        { id: "flow_1", name: "Welcome", status: "draft", draft: true, published: false },
        { id: "flow_2", name: "Follow up", status: "on", draft: false, published: true },
      ],
      inboxes: [{ id: "inb_1", name: "main" }],
    });
  });

  test("counts as used by flows that call it by a former name", async () => {
    const renamed = { ...connection, name: "acme-dental", formerNames: ["acme"] };
    const vault = { list: async () => [renamed], get: async () => renamed } as unknown as ConnectionServiceParts["vault"];
    const { service } = open({ vault, use: createConnectionUse({ list: async () => [flow("on", inBranch)], version: noVersion }) });
    expect((await service.list("ws"))[0]!.usedBy.flows).toHaveLength(1);
    await expect(service.remove("ws", "con_1")).rejects.toThrow("'acme-dental' is used by 'Welcome'");
  });

  test.each(["on", "off", "draft"] as const)("is not removed while a flow that is %s uses it, unless forced", async (status) => {
    const { service, removed } = open({ use: createConnectionUse({ list: async () => [flow(status, inBranch)], version: noVersion }) });
    await expect(service.remove("ws", "con_1")).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("'acme' is used by 'Welcome'") as string,
      details: { flows: [{ id: "flow_1", name: "Welcome" }] },
    });
    expect(removed).toEqual([]);
    await service.remove("ws", "con_1", { force: true });
    expect(removed).toEqual(["con_1"]);
  });

  test("is removed when nothing uses it", async () => {
    const { service, removed } = open({ use: createConnectionUse({ list: async () => [flow("on", [])], version: noVersion }) });
    await service.remove("ws", "con_1");
    expect(removed).toEqual(["con_1"]);
  });
});
