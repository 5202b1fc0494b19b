/** The server goes away and comes back, at the worst moments. */
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "#test/support/postgres/server.ts";
import { wireTo, type Wire } from "#test/support/postgres/wire.ts";
import { marker } from "../markers.ts";
import type { PostgresDb } from "./database.ts";
import { openPostgres } from "./open.ts";

let server: PostgresServer;
let wire: Wire;
let db: PostgresDb;
beforeAll(async () => void (server = await startPostgres()));
afterAll(() => server.close());
beforeEach(async () => {
  wire = await wireTo(server.url);
  db = await openPostgres({ url: wire.url });
  await db.write((q) => q.deleteFrom("store_marks").execute());
});
afterEach(async () => {
  await db.close();
  await wire.close();
});

const mark = (name: string) => db.write((q) => q.insertInto("store_marks").values({ name, value: "1" }).execute());
const marks = async () => (await db.q.selectFrom("store_marks").select("name").orderBy("name").execute()).map(({ name }) => name);

test("after a restart of the server it works again, and what was committed is there", async () => {
  await mark("before");
  await server.stop();
  await expect(mark("meanwhile")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", row: { retry: true } });
  await server.start();
  await mark("after");
  expect(await marks()).toEqual(["after", "before"]);
});

test("a connection that is lost before COMMIT arrives is an error, and nothing was written", async () => {
  wire.cutNextCommit("before it arrives");
  await expect(mark("lost")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(await marks()).toEqual([]);
});

test("a connection that is lost before the answer to COMMIT is none: the server is asked, and the write was made once", async () => {
  wire.cutNextCommit("before its answer");
  await mark("kept");
  expect(await marks()).toEqual(["kept"]);
});

test("the answer to COMMIT is asked for as long as the server takes to come back from a crash", async () => {
  let restarted: Promise<void> | undefined;
  wire.cutNextCommit("before its answer", () => {
    restarted = server.crash().then(() => server.start());
  });
  await mark("kept");
  await restarted;
  expect(await marks()).toEqual(["kept"]);
});

test("a transaction in which a statement failed is an error at its end, although that error was caught", async () => {
  const swallowed = db.write(async (q) => {
    await q.insertInto("store_marks").values({ name: "half", value: "1" }).execute();
    await q
      .insertInto("store_marks")
      .values({ name: "half", value: "2" })
      .execute()
      .catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow(/rolled back/);
  expect(await marks()).toEqual([]);
});

test("two batches that lock each other out are both done in the end, each once", async () => {
  const other = await openPostgres({ url: wire.url });
  await mark("a");
  await mark("b");
  /** Locks one row, gives the other batch time to lock the other, and then wants that too. */
  const add = (on: PostgresDb, ...names: [string, string]) => {
    const append = on.statement((q) =>
      q
        .updateTable("store_marks")
        .set({ value: sql<string>`value || ${marker("text")}` })
        .where("name", "=", marker<string>("name")),
    );
    return on.batch(function* () {
      yield* append.run({ name: names[0], text: names[0] });
      yield { sql: "select pg_sleep(0.3)", parameters: [] };
      yield* append.run({ name: names[1], text: names[0] });
    });
  };
  await Promise.all([add(db, "a", "b"), add(other, "b", "a")]);
  const rows = await db.q.selectFrom("store_marks").selectAll().orderBy("name").execute();
  expect(rows.map(({ value }) => [...value].toSorted().join(""))).toEqual(["1ab", "1ab"]);
  await other.close();
});
