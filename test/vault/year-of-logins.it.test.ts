import { expect, test } from "vitest";
import { openSqlite } from "#storage/database.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { freshPostgres } from "#test/support/postgres/fresh.ts";
import { liveOn, ofUsualSize, yearOfLogins } from "./year-of-logins.ts";

// Each query takes a turn of the network: fewer of everything.
const size = { ...ofUsualSize, days: ofUsualSize.days / 3 };
yearOfLogins("PostgreSQL", size, async () => createVaultStore(await freshPostgres()));

test("an answer that is lost right after the server refused is fetched again: the half minute counts from the last attempt", async () => {
  // Found by chance: with this seed the half minute once counted from the refusals, and a login was given up while its pair could still be had.
  const store = createVaultStore(await openSqlite({ file: ":memory:" }));
  const { server } = await liveOn({ store, connections: 6, processes: 4, days: 40, seed: 834674513 });
  expect(server.lostNeedlessly).toEqual([]);
});
