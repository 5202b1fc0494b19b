import { systemClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { openApiKeys } from "./api-keys.ts";
import { dataFiles, takeDataFolder, writePrivate } from "../start/data-folder.ts";
import { storeHomeOf, type StoreSettings } from "../start/store-home.ts";
import { missingStore } from "../operations/store-note.ts";
import { firstWorkspaceId, openStore } from "../start/store.ts";

/** A new API key of the first workspace, for the store of a folder that no Millrace uses, put where the command line finds it. */
export async function rotateKeyOffline(settings: StoreSettings): Promise<string> {
  const { dataDir } = settings;
  const home = storeHomeOf(settings);
  const lock = takeDataFolder(dataDir);
  try {
    const missing = await missingStore(dataDir, home);
    if (missing) throw missing;
    if (!(await home.holdsWorkspace())) throw new MillraceError("NOT_FOUND", { details: { what: "store", id: home.name } });
    const store = await openStore(home, systemClock);
    try {
      const keys = await openApiKeys({ store: store.apiKeys, clock: systemClock });
      const key = await keys.rotate(firstWorkspaceId);
      writePrivate(dataFiles(dataDir).apiKey, `${key}\n`);
      return key;
    } finally {
      await store.db.close();
    }
  } finally {
    lock.release();
  }
}
