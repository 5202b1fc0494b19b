import { existsSync } from "node:fs";
import { systemClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { openApiKeys } from "./api-keys.ts";
import { dataFiles, takeDataFolder, writePrivate } from "./data-folder.ts";
import type { Settings } from "./settings.ts";
import { openStore, workspaceId } from "./store.ts";

/** Replaces the API key of a Millrace that does not run: the way back in for whoever has the data folder and not the key. */
export async function rotateOffline({ dataDir }: Pick<Settings, "dataDir">): Promise<string> {
  const files = dataFiles(dataDir);
  if (!existsSync(files.store)) throw new MillraceError("NOT_FOUND", { details: { what: "store", id: files.store } });
  const lock = takeDataFolder(dataDir); // refused while Millrace runs
  try {
    const { db, apiKeys } = await openStore(files.store, systemClock);
    try {
      const keys = await openApiKeys({ store: apiKeys, workspaceId, clock: systemClock });
      const key = await keys.rotate(); // sessions hang on the key's id, so they end with it
      writePrivate(files.apiKey, `${key}\n`);
      return key;
    } finally {
      await db.close();
    }
  } finally {
    lock.release();
  }
}
