import { pinStoreContract } from "#test/contracts/pin-store.contract.ts";
import { openSqlite } from "./database.ts";
import { createPinStore } from "./pin-store.ts";

pinStoreContract("SQLite in memory", async () => {
  const db = await openSqlite({ file: ":memory:" });
  return { store: createPinStore(db), close: () => db.close() };
});
