import { apiKeyStoreContract } from "#test/contracts/api-key-store.contract.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { openSqlite } from "./database.ts";

apiKeyStoreContract("SQLite in memory", async () => {
  const db = await openSqlite({ file: ":memory:" });
  return { keys: createApiKeyStore(db), close: () => db.close() };
});
