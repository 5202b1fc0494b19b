import { expect, test } from "vitest";
import { changeStoreContract, sampleChange, type ChangeWriter } from "#test/contracts/change-store.contract.ts";
import { TestClock } from "#kernel/clock.ts";
import { ChangeLog, createChangeStore } from "./changes.ts";
import { openSqlite, type Db } from "./database.ts";

const writer = (db: Db, clock: TestClock, process: string, shared = true): ChangeWriter => {
  const log = new ChangeLog(db, { clock, process, shared });
  return { store: createChangeStore(db, log), write: (work) => log.write((_, note) => work(note)), onCommit: log.onCommit };
};

changeStoreContract("SQLite in memory", async (clock) => {
  const db = await openSqlite({ file: ":memory:" });
  return { one: writer(db, clock, "one"), other: writer(db, clock, "other"), close: () => db.close() };
});

test("where one process has the store to itself, what only others need to know is not written", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const { store } = writer(db, new TestClock(), "one", false);
  await store.add([sampleChange("a"), sampleChange("b", { what: null })]);
  expect((await store.after(0, 9)).map(({ id }) => id)).toEqual(["a"]);
  await db.close();
});
