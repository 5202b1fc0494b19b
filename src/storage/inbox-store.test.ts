import { inboxStoreContract } from "#test/contracts/inbox-store.contract.ts";
import { openSqlite } from "./database.ts";
import { createInboxStore } from "./inbox-store.ts";

inboxStoreContract("SQLite in memory", {
  async open() {
    const db = await openSqlite({ file: ":memory:" });
    return { store: createInboxStore(db), close: () => db.close() };
  },
});
