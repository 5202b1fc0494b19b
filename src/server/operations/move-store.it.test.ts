import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acceptance, step } from "#test/contracts/run-store.contract.ts";
import { freshDatabase } from "#test/support/postgres/fresh.ts";
import { systemClock } from "#kernel/clock.ts";
import type { Db } from "#storage/database.ts";
import { postgresHome, sqliteHome } from "#storage/home.ts";
import { dataFiles } from "../start/data-folder.ts";
import { readServerSettings } from "../start/settings.ts";
import { openStore } from "../start/store.ts";
import { moveStore } from "./move-store.ts";

async function everyRow(db: Db): Promise<Record<string, unknown[]>> {
  const tables = (await db.q.introspection.getTables()).map(({ name }) => name as "runs").toSorted();
  const rows: Record<string, unknown[]> = {};
  for (const table of tables) {
    const all = await db.q.selectFrom(table).selectAll().execute();
    rows[table] = all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return rows;
}

/** A data folder with a store of 1,100 runs, some of them with texts that PostgreSQL does not take as they are. */
async function usedFolder(): Promise<{ dataDir: string; rows: Record<string, unknown[]> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-move-"));
  const store = await openStore(sqliteHome(dataFiles(dataDir).store), systemClock);
  const accept = Array.from({ length: 1100 }, (_, n) => acceptance(n, { key: `k\0${n}`, person: `p${n}@example.com` }));
  const run = accept[0]!.runs[0]!;
  await store.runs.commit({
    accept,
    steps: [{ step: step(run.id, "a", { output: "\0" }), lease: run.lease }],
    runs: [{ was: run, patch: { state: "failed", finishedAt: 9 } }],
  });
  await store.runs.indexPeople(500);
  await store.db.q.insertInto("people_due").values({ run_id: run.id }).execute();
  await store.marks.write({ version: "1" });
  const rows = await everyRow(store.db);
  await store.db.close();
  return { dataDir, rows };
}

test("every row of every table arrives as it was, what numbers itself goes on, and the file is not used again", async () => {
  const { dataDir, rows } = await usedFolder();
  const url = await freshDatabase();
  const settings = readServerSettings({ MILLRACE_DATA: dataDir, DATABASE_URL: url });
  const moved = await moveStore(settings);
  expect(moved.rows).toBe(Object.values(rows).flat().length);
  expect([existsSync(dataFiles(dataDir).store), existsSync(moved.kept)]).toEqual([false, true]);

  const db = await postgresHome({ url }).open();
  expect(await everyRow(db)).toEqual(rows);
  await db.q.insertInto("people_due").values({ run_id: "next" }).execute();
  expect(await db.q.selectFrom("people_due").select("seq").where("run_id", "=", "next").execute()).toEqual([{ seq: 2 }]);
  await db.close();
});

test("nothing is moved onto a store that is there, and nothing of the file is touched", async () => {
  const { dataDir } = await usedFolder();
  const url = await freshDatabase();
  const there = await openStore(postgresHome({ url }), systemClock);
  await there.db.close();
  const settings = readServerSettings({ MILLRACE_DATA: dataDir, DATABASE_URL: url });
  await expect(moveStore(settings)).rejects.toThrow(/holds a store already/);
  expect(existsSync(dataFiles(dataDir).store)).toBe(true);
});
