import { allStoreContracts } from "#test/contracts/all-stores.ts";
import { openSqlite } from "./database.ts";

const open = () => openSqlite({ file: ":memory:" });

allStoreContracts("SQLite in memory", {
  open,
  async openTwo() {
    const db = await open();
    return [db, db];
  },
});
