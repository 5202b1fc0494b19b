import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptance } from "#test/contracts/run-store.contract.ts";
import { openSqlite, type Db } from "../database.ts";
import { createRunStore } from "../run-store.ts";
import { syncFile, type SyncFile } from "./disk.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "millrace-disk-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A disk that confirms when it is told to. */
function slowDisk() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const syncing: SyncFile = () => ({
    sync: () => new Promise<void>((resolve, reject) => waiting.push({ resolve, reject })),
    close: async () => {},
  });
  return { syncing, waiting };
}

const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};
const accept = (db: Db, n: number) => createRunStore(db).commit({ accept: [acceptance(n)], steps: [], runs: [] });
const note = (db: Db) => db.write((q) => q.insertInto("store_marks").values({ name: "note", value: "1" }).execute());

test("a commit is acknowledged only after the disk has confirmed it, and other work goes on meanwhile", async () => {
  const disk = slowDisk();
  const db = await openSqlite({ file: join(folder, "a.db"), syncing: disk.syncing });
  const acknowledged: string[] = [];
  const first = accept(db, 1).then(() => acknowledged.push("event"));
  const second = note(db).then(() => acknowledged.push("note"));
  await turns();
  expect(acknowledged).toEqual([]);
  expect(await createRunStore(db).list("ws_1", {}, { limit: 9 })).toHaveLength(1);
  expect(disk.waiting).toHaveLength(2);
  disk.waiting[1]!.resolve();
  await second;
  expect(acknowledged).toEqual(["note"]);
  disk.waiting[0]!.resolve();
  await first;
  await db.close();
});

test("after a write that the disk did not confirm nothing is acknowledged until the store is opened again", async () => {
  const disk = slowDisk();
  const file = join(folder, "a.db");
  const db = await openSqlite({ file, syncing: disk.syncing });
  const commit = accept(db, 1);
  await turns();
  disk.waiting[0]!.reject(Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" }));
  await expect(commit).rejects.toMatchObject({ code: "STORE_UNUSABLE", details: { fault: "unconfirmed" } });
  await expect(accept(db, 2)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  await expect(note(db)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  expect(disk.waiting).toHaveLength(1);
  await db.close();

  const again = await openSqlite({ file });
  await accept(again, 2);
  await again.close();
});

test("the write-ahead log itself is synced, once for each commit", async () => {
  const files: string[] = [];
  const syncing: SyncFile = (file) => {
    const real = syncFile(file);
    return { ...real, sync: () => (files.push(file), real.sync()) };
  };
  const file = join(folder, "a.db");
  const db = await openSqlite({ file, syncing });
  await accept(db, 1);
  await note(db);
  expect(files).toEqual([`${file}-wal`, `${file}-wal`]);
  await db.close();
});
