import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { keepStatements } from "./kept-statements.ts";

function counted(most?: number) {
  const raw = new Sqlite(":memory:");
  raw.exec("create table t (a integer)");
  const prepared: string[] = [];
  const prepare = raw.prepare.bind(raw);
  raw.prepare = ((sql: string) => (prepared.push(sql), prepare(sql))) as typeof raw.prepare;
  return { db: keepStatements(raw, most), prepared };
}

test("a text is prepared once, and its statement runs as often as it is asked for", () => {
  const { db, prepared } = counted();
  for (const a of [1, 2, 3]) db.prepare("insert into t values (?)").run([a]);
  const rows = () => db.prepare("select a from t where a > ? order by a").all([1]);
  expect([rows(), rows()]).toEqual([
    [{ a: 2 }, { a: 3 }],
    [{ a: 2 }, { a: 3 }],
  ]);
  expect(prepared).toHaveLength(2);
});

test("of more texts than are kept, the one that was used longest ago is prepared again", () => {
  const { db, prepared } = counted(2);
  for (const text of ["select 1", "select 2", "select 1", "select 3", "select 1", "select 2"]) db.prepare(text);
  expect(prepared).toEqual(["select 1", "select 2", "select 3", "select 2"]);
});
