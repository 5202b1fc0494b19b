/** What an operator gets wrong, and is told at the start. */
import { sql } from "kysely";
import { Client } from "pg";
import { expect, test } from "vitest";
import { freshDatabase } from "#test/support/postgres/fresh.ts";
import { freePort } from "#test/support/millrace.ts";
import { openPostgres } from "./open.ts";

/** The sentence of the start that fails. */
async function refusal(url: string): Promise<string> {
  const error = await openPostgres({ url }).then(
    (db) => db.close().then(() => Promise.reject(new Error("It started."))),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "STORE_UNUSABLE" });
  return (error as Error).message;
}

async function runSql(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const withParts = (url: string, parts: Partial<URL>) => Object.assign(new URL(url), parts).href;

test("an empty database gets all tables; the next start finds them", async () => {
  const url = await freshDatabase({ empty: true });
  for (let i = 0; i < 2; i++) {
    const db = await openPostgres({ url });
    expect(await db.q.selectFrom("runs").selectAll().execute()).toEqual([]);
    await db.close();
  }
});

test("two that start at once on an empty database both find the tables made once", async () => {
  const url = await freshDatabase({ empty: true });
  const both = await Promise.all([openPostgres({ url }), openPostgres({ url })]);
  for (const db of both) expect(await db.q.selectFrom("people_sorted").selectAll().execute()).toHaveLength(1);
  await Promise.all(both.map((db) => db.close()));
});

test("no text column keeps the order of the database's language", async () => {
  const db = await openPostgres({ url: await freshDatabase() });
  const { rows } = await sql`
    select table_name || '.' || column_name as column from information_schema.columns
     where table_schema = current_schema() and data_type = 'text' and collation_name is distinct from 'C'`.execute(db.q);
  expect(rows).toEqual([]);
  await db.close();
});

test("every column is a text or a whole number of 64 bits", async () => {
  const db = await openPostgres({ url: await freshDatabase() });
  const { rows } = await sql`
    select distinct data_type from information_schema.columns
     where table_schema = current_schema() and table_name not like 'kysely%' order by 1`.execute(db.q);
  expect(rows).toEqual([{ data_type: "bigint" }, { data_type: "text" }]);
  await db.close();
});

test.each([
  [
    "nobody listens",
    async (url: string) => withParts(url, { port: String(await freePort()) }),
    /no PostgreSQL answers at 127\.0\.0\.1:\d+ .*Check that it runs/,
  ],
  [
    "the server has no TLS",
    (url: string) => withParts(url, { search: "?sslmode=verify-full" }),
    /takes no encrypted connections .*take sslmode out of DATABASE_URL/,
  ],
  [
    "the database is not there",
    (url: string) => withParts(url, { pathname: "/elsewhere" }),
    /has no database 'elsewhere' .*createdb -O millrace elsewhere/,
  ],
  [
    "the user is not known",
    (url: string) => withParts(url, { username: "stranger" }),
    /postgres:\/\/stranger@\S+ does not let this user in/,
  ],
])("where %s, the start says so and what to do", async (_, spoil, sentence) => {
  expect(await refusal(await spoil(await freshDatabase({ empty: true })))).toMatch(sentence);
});

test("a password in the address is never shown", async () => {
  const url = withParts(await freshDatabase({ empty: true }), { pathname: "/elsewhere", password: "hunter2" });
  expect(await refusal(url)).not.toContain("hunter2");
});

test("the error for a user who may not make tables names the missing right", async () => {
  const url = await freshDatabase({ empty: true });
  const name = `guest_${new URL(url).pathname.slice(1)}`;
  await runSql(url, `create role ${name} login`);
  expect(await refusal(withParts(url, { username: name }))).toMatch(/may not change .*GRANT CREATE, USAGE ON SCHEMA public TO guest_/);
  await runSql(url, `drop role ${name}`);
});

test("a server that has no connection left is named", async () => {
  const url = await freshDatabase({ empty: true });
  const name = `crowd_${new URL(url).pathname.slice(1)}`;
  await runSql(url, `create role ${name} login connection limit 0`);
  expect(await refusal(withParts(url, { username: name }))).toMatch(/has no connection left .*max_connections/);
  await runSql(url, `drop role ${name}`);
});

test("a database for another program's tables is refused", async () => {
  const url = await freshDatabase({ empty: true });
  await runSql(url, "create table runs (id int)");
  expect(await refusal(url)).toMatch(/has a table of a name that Millrace needs.*createdb -O millrace millrace/);
});

test("a database that cannot hold all characters is refused", async () => {
  const url = await freshDatabase({ empty: true });
  const name = `latin_${new URL(url).pathname.slice(1)}`;
  await runSql(url, `create database ${name} template template0 encoding 'LATIN1' locale 'C' locale_provider libc`);
  expect(await refusal(withParts(url, { pathname: `/${name}` }))).toMatch(/stores texts as LATIN1.*createdb -T template0 -E UTF8/);
  await runSql(url, `drop database ${name}`);
});

test("a database that a newer Millrace has changed is refused, with the version that did", async () => {
  const url = await freshDatabase();
  await runSql(url, "insert into kysely_migration values ('9999_later', '2030')", `insert into store_marks values ('version', '"9.9.9"')`);
  expect(await refusal(url)).toMatch(/was written by Millrace 9\.9\.9.*9999_later/);
  await runSql(url, "delete from kysely_migration where name = '9999_later'");
});

test("a standby, or a database set to read-only, is refused", async () => {
  const url = await freshDatabase({ empty: true });
  await runSql(url, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
  expect(await refusal(url)).toMatch(/is read-only/);
});

test("a user or database that is set not to wait for the disk waits all the same", async () => {
  const url = await freshDatabase({ empty: true });
  await runSql(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
  const db = await openPostgres({ url });
  expect((await sql`show synchronous_commit`.execute(db.q)).rows).toEqual([{ synchronous_commit: "on" }]);
  await db.close();
});
