/**
 * `npm run year`: a year of two hundred logins in simulated time, with processes killed and a login server that fails at random. It takes some
 * minutes. Ends with 1 when a promise did not hold.
 *   npm run year -- [--connections 200] [--processes 4] [--days 365] [--seed 1] [--postgres]
 */
import { parseArgs } from "node:util";
import { openSqlite, type Db } from "#storage/database.ts";
import { openPostgres } from "#storage/postgres/open.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { startPostgres } from "#test/support/postgres/server.ts";
import { brokenPromises, liveOn } from "./year-of-logins.ts";

const { values } = parseArgs({
  options: {
    connections: { type: "string", default: "200" },
    processes: { type: "string", default: "4" },
    days: { type: "string", default: "365" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    postgres: { type: "boolean", default: false },
  },
});
const wish = {
  connections: Number(values.connections),
  processes: Number(values.processes),
  days: Number(values.days),
  seed: Number(values.seed),
};

if (values.postgres) await onPostgres();
else await year(await openSqlite({ file: ":memory:" }));

async function onPostgres(): Promise<void> {
  const server = await startPostgres();
  const db = await openPostgres({ url: server.url, poolSize: 4 });
  await year(db);
  await db.close();
  await server.close();
}

async function year(db: Db): Promise<void> {
  const began = Date.now();
  const outcome = await liveOn({ ...wish, store: createVaultStore(db) });
  const { server, kills, calls } = outcome;
  const { connections, processes, days, seed } = wish;
  const renewals = [...server.mints.values()].reduce((sum, n) => sum + n - 1, 0);
  const broken = brokenPromises(outcome, days);
  console.log(
    `${connections} logins, ${processes} processes, ${days} days, seed ${seed}: ${renewals} renewals, ${calls} calls, ${kills} kills, ` +
      `${server.ended.size} logins ended (taken back, or no answer could be had in time), ${broken.length} promises broken, ` +
      `in ${Math.round((Date.now() - began) / 1000)} s`,
  );
  for (const sentence of broken) console.log(`BROKEN: ${sentence}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
