import { expect, test } from "vitest";
import { openSqlite } from "#storage/database.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { sampleInbox } from "#test/contracts/inbox-store.contract.ts";
import { InboxRegistry } from "./inbox-registry.ts";

async function open() {
  const store = createInboxStore(await openSqlite({ file: ":memory:" }));
  return { store, registry: await InboxRegistry.open({ store, workspaceIds: ["ws_1"] }) };
}
const added = (name: string, app: string, createdAt: number, flows?: string[]) => {
  const { flows: _, ...rest } = sampleInbox(name, { app, createdAt });
  return { ...rest, ...(flows && { flows }) };
};

test("the first inbox of an app starts all flows that name none, each later one those chosen for it", async () => {
  const { registry } = await open();
  expect((await registry.add(added("a", "highlevel", 1, ["flow_1"]))).flows).toBeNull();
  expect((await registry.add(added("b", "highlevel", 2))).flows).toEqual([]);
  expect((await registry.add(added("c", "highlevel", 3, ["flow_1"]))).flows).toEqual(["flow_1"]);
  expect((await registry.add(added("d", "other", 4))).flows).toBeNull();
});

test("where the first is removed, the oldest that is left takes its flows over, so that none is left without", async () => {
  const { registry, store } = await open();
  for (const [i, name] of ["a", "z", "b"].entries()) await registry.add(added(name, "highlevel", i));
  await registry.remove("ws_1", "inb_a");
  expect(registry.all("ws_1").map(({ name, flows }) => [name, flows])).toEqual([
    ["b", []],
    ["z", null],
  ]);
  expect((await store.get("ws_1", "inb_z"))!.flows).toBeNull();
  await registry.remove("ws_1", "inb_b");
  expect(registry.get("ws_1", "z")!.flows).toBeNull();
});
