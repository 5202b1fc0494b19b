import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { Flow } from "#engine/types.ts";
import type { Connection } from "#vault/types.ts";
import { createDesk, type DeskParts } from "./connection-desk.ts";

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

function open(more: Partial<DeskParts> = {}) {
  const removed: string[] = [];
  const vault = {
    get: async () => connection,
    list: async () => [connection],
    change: async (_: string, __: string, patch: object) => ({ ...connection, ...patch }),
    disconnect: async (_: string, id: string) => void removed.push(id),
  } as unknown as DeskParts["vault"];
  const desk = createDesk({
    vault,
    workspaceId: "ws",
    flows: { list: async () => [], version: noVersion },
    quota: () => null,
    caller: { call: async () => ({ output: [], exchanges: [] }) },
    ...more,
  });
  return { desk, removed };
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
      daily: { limit: 200_000, used: 70, left: 1 },
    };
    expect((await open().desk.list())[0]!.quota).toBeNull();
    expect((await open({ quota: () => meter }).desk.list())[0]!.quota).toEqual({
      used: 7,
      limit: 100,
      windowMs: 10_000,
      dailyUsed: 70,
      dailyLimit: 200_000,
    });
  });

  test("is not removed while a flow that is on uses it, however deep", async () => {
    const { desk, removed } = open({ flows: { list: async () => [flow("on", inBranch)], version: noVersion } });
    await expect(desk.remove("con_1")).rejects.toThrow("'acme' is used by 'Welcome'");
    expect(removed).toEqual([]);
  });

  test("is removed when nothing that is on uses it", async () => {
    const { desk, removed } = open({ flows: { list: async () => [flow("off", inBranch), flow("on", [])], version: noVersion } });
    await desk.remove("con_1");
    expect(removed).toEqual(["con_1"]);
  });

  test("is neither removed nor renamed while what is published uses it, whatever the draft says by now", async () => {
    const published = { ...flow("on", []), version: 3 };
    const { desk, removed } = open({ flows: { list: async () => [published], version: async () => flow("on", inBranch).draft } });
    await expect(desk.remove("con_1")).rejects.toThrow("'acme' is used by 'Welcome' and cannot be removed");
    await expect(desk.change("con_1", { name: "acme-2" })).rejects.toThrow("cannot be renamed");
    expect(await desk.change("con_1", { name: "acme", title: "Acme Dental" })).toMatchObject({ title: "Acme Dental" });
    expect(await open().desk.change("con_1", { name: "acme-2" })).toMatchObject({ name: "acme-2" });
    expect(removed).toEqual([]);
  });

  test("is tested with a harmless read, and a refusal is an answer", async () => {
    const asked: unknown[] = [];
    const good = open({ caller: { call: async (request) => (asked.push(request.operation), { output: [], exchanges: [] }) } });
    expect(await good.desk.test("con_1")).toEqual({ ok: true, message: "The login works." });
    expect(asked).toEqual(["contacts.list"]);
    const refused = new MillraceError("CONNECTION_REVOKED", { details: { app: "HighLevel", connection: "acme" } });
    const bad = open({ caller: { call: () => Promise.reject(refused) } });
    expect(await bad.desk.test("con_1")).toEqual({ ok: false, message: refused.message });
  });
});
