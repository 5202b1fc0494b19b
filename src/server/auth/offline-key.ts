import { systemClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { holdsWorkspace } from "#storage/inspect.ts";
import { openApiKeys } from "./api-keys.ts";
import { dataFiles, takeDataFolder, writePrivate } from "../start/data-folder.ts";
import type { Settings } from "../start/settings.ts";
import { missingStore } from "../operations/store-note.ts";
import { firstWorkspaceId, openStore } from "../start/store.ts";

/** A new API key of the first workspace, for the store of a folder that no Millrace uses, put where the command line finds it. */
export async function rotateKeyOffline({ dataDir }: Pick<Settings, "dataDir">): Promise<string> {
  const { store: file, apiKey } = dataFiles(dataDir);
  const lock = takeDataFolder(dataDir);
  try {
    const missing = missingStore(dataDir);
    if (missing) throw missing;
    if (!holdsWorkspace(file)) throw new MillraceError("NOT_FOUND", { details: { what: "store", id: file } });
    const store = await openStore(file, systemClock);
    try {
      const keys = await openApiKeys({ store: store.apiKeys, clock: systemClock });
      const key = await keys.rotate(firstWorkspaceId);
      writePrivate(apiKey, `${key}\n`);
      return key;
    } finally {
      await store.db.close();
    }
  } finally {
    lock.release();
  }
}
