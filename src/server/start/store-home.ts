import type { FastifyBaseLogger } from "fastify";
import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { postgresHome, sqliteHome, type StoreHome } from "#storage/home.ts";
import { dataFiles } from "./data-folder.ts";
import type { Settings } from "./settings.ts";

/** The settings that say where the rows are kept. */
export type StoreSettings = Pick<Settings, "dataDir" | "databaseUrl" | "databasePool">;

/** PostgreSQL where DATABASE_URL names it, else a file in the data folder. */
export const storeHomeOf = ({ dataDir, databaseUrl, databasePool }: StoreSettings): StoreHome =>
  databaseUrl === undefined ? sqliteHome(dataFiles(dataDir).store) : postgresHome({ url: databaseUrl, poolSize: databasePool });

const asksEveryMs = 2000;
const remindsEveryMs = 60_000;

/**
 * Waits for a database that does not answer: after a power failure it may take longer to come up than Millrace does. Meanwhile the port
 * is open and senders are asked to try again. What will not heal by itself, such as a wrong password, is thrown at once.
 */
export async function untilReachable(home: StoreHome, { log, clock }: { log: FastifyBaseLogger; clock: Clock }): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += asksEveryMs) {
    try {
      await home.holdsWorkspace();
      return;
    } catch (thrown) {
      if (!isUnanswered(thrown)) throw thrown;
      if (waitedMs % remindsEveryMs === 0) log.warn(`${thrown.message} Millrace waits for it.`);
      await sleep(clock, asksEveryMs);
    }
  }
}

const isUnanswered = (thrown: unknown): thrown is MillraceError =>
  thrown instanceof MillraceError && thrown.code === "STORE_UNUSABLE" && thrown.details["fault"] === "not answering";
