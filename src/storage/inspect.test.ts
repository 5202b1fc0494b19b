import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteHome } from "./home.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "millrace-inspect-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The file of a process that was killed in a transaction, half of it written, and the journal that takes it back. */
function cutShort(): string {
  const [file, killed] = [join(folder, "a.db"), join(folder, "killed.db")];
  const raw = new Sqlite(file);
  raw.pragma("cache_size = 1"); // what does not fit is written before the commit
  raw.exec("create table workspaces (id text); insert into workspaces values ('ws_1')");
  raw.exec("begin immediate; create table half (text)");
  const row = raw.prepare("insert into half values (?)");
  for (let i = 0; i < 200; i++) row.run("x".repeat(1000));
  copyFileSync(file, killed);
  copyFileSync(`${file}-journal`, `${killed}-journal`);
  raw.close();
  return killed;
}

test("a store whose making was cut short can be read: what was half done is taken back first", async () => {
  const home = sqliteHome(cutShort());
  expect(await home.holdsWorkspace()).toBe(true);
  expect(existsSync(`${home.name}-journal`)).toBe(false);
});

test("and it can be looked at and checked", async () => {
  expect(await sqliteHome(cutShort()).inspect()).toMatchObject({ check: "ok" });
});
