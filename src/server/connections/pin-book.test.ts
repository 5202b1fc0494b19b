import { expect, test } from "vitest";
import type { ConnectionFacts } from "#catalog/types.ts";
import type { PinStore } from "#engine/ports/pin-store.ts";
import type { ReferencePin } from "#engine/types/lint.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createPinBook } from "./pin-book.ts";

const login = (more: Partial<ConnectionFacts> = {}): ConnectionFacts => ({
  id: "con_1",
  workspaceId: "ws_1",
  name: "acme",
  app: "highlevel",
  locationId: "loc_1",
  ...more,
});

function open(rows: ReferencePin[] = []) {
  const world = { rows, reads: 0, writes: 0, broken: false };
  const store: PinStore = {
    async list(workspaceId, place) {
      world.reads++;
      return world.rows.filter((row) => row.workspaceId === workspaceId && row.place === place);
    },
    async put(pin) {
      world.writes++;
      if (world.broken) throw new Error("The disk is full.");
      const at = world.writes > 1_000 ? -1 : world.rows.findIndex((row) => row.name === pin.name && row.place === pin.place);
      world.rows[at === -1 ? world.rows.length : at] = pin;
    },
    delete: async ({ name }) => void (world.rows = world.rows.filter((row) => row.name !== name)),
  };
  const book = createPinBook({ store, clock: new TestClock(), log: silentLog });
  return { book, world };
}
const pin = { id: "f1", label: "Score" };

test("a thousand uses of a name read once and write once", async () => {
  const { book, world } = open();
  for (let i = 0; i < 1_000; i++) (await book.of(login())).set("fields", "", i % 2 ? "Score" : "  SCORE ", pin);
  await book.close();
  expect([world.reads, world.writes, world.rows]).toEqual([1, 1, [expect.objectContaining({ name: "score", id: "f1" })]]);
  expect((await book.of(login())).get("fields", "", "score")).toMatchObject(pin);
});

test("belongs to the sub-account, whichever connection leads there, and to no other", async () => {
  const { book } = open();
  (await book.of(login())).set("fields", "", "Score", pin);
  expect((await book.of(login({ id: "con_2", name: "again" }))).get("fields", "", "Score")).toMatchObject(pin);
  for (const other of [{ locationId: "loc_2" }, { workspaceId: "ws_2" }, { app: "other" }, { id: "con_3", locationId: undefined }])
    expect((await book.of(login(other as Partial<ConnectionFacts>))).get("fields", "", "Score")).toBeUndefined();
});

test("a dry run reads what is known and remembers nothing", async () => {
  const { book, world } = open();
  (await book.of(login())).set("fields", "", "Score", pin);
  const dry = await book.of(login(), true);
  dry.set("fields", "", "Other", { id: "f2", label: "Other" });
  await book.close();
  expect([dry.get("fields", "", "Score")?.id, dry.get("fields", "", "Other"), world.writes]).toEqual(["f1", undefined, 1]);
});

test("what could not be written is tried again when the name is next used", async () => {
  const { book, world } = open();
  world.broken = true;
  (await book.of(login())).set("fields", "", "Score", pin);
  await book.close();
  world.broken = false;
  expect((await book.of(login())).get("fields", "", "Score")).toBeUndefined();
  (await book.of(login())).set("fields", "", "Score", pin);
  await book.close();
  expect(world.rows).toHaveLength(1);
});

test("a text as long as an event may send is no name worth a row, and their number has a bound", async () => {
  const { book, world } = open();
  const pins = await book.of(login());
  pins.set("fields", "", "x".repeat(1_000), pin);
  for (let i = 0; i < 20_500; i++) pins.set("fields", "", `Name ${i}`, pin);
  await book.close();
  expect(world.writes).toBe(20_000);
});
