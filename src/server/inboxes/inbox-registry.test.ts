import { expect, test } from "vitest";
import { openSqlite } from "#storage/database.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { sampleInbox } from "#test/contracts/inbox-store.contract.ts";
import { openInboxBook } from "./inbox-registry.ts";

async function open() {
  const store = createInboxStore(await openSqlite({ file: ":memory:" }));
  return { store, book: await openInboxBook({ store, workspaceId: "ws_1" }) };
}
const added = (name: string, app: string, createdAt: number, flows?: string[]) => {
  const { flows: _, ...rest } = sampleInbox(name, { app, createdAt });
  return { ...rest, ...(flows && { flows }) };
};

test("the first inbox of an app starts all flows that name none, each later one those chosen for it", async () => {
  const { book } = await open();
  expect((await book.add(added("a", "highlevel", 1, ["flow_1"]))).flows).toBeNull();
  expect((await book.add(added("b", "highlevel", 2))).flows).toEqual([]);
  expect((await book.add(added("c", "highlevel", 3, ["flow_1"]))).flows).toEqual(["flow_1"]);
  expect((await book.add(added("d", "other", 4))).flows).toBeNull();
});

test("where the first is removed, the oldest that is left takes its flows over, so that none is left without", async () => {
  const { book, store } = await open();
  for (const [i, name] of ["a", "z", "b"].entries()) await book.add(added(name, "highlevel", i));
  await book.remove("inb_a");
  expect(book.all().map(({ name, flows }) => [name, flows])).toEqual([
    ["b", []],
    ["z", null],
  ]);
  expect((await store.get("ws_1", "inb_z"))!.flows).toBeNull();
  await book.remove("inb_b");
  expect(book.get("z")!.flows).toBeNull();
});
