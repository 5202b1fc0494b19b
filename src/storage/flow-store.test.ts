import { flowStoreContract } from "#test/contracts/flow-store.contract.ts";
import { openSqlite } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createTriggerStore } from "./trigger-store.ts";

flowStoreContract("SQLite in memory", async () => {
  const db = await openSqlite({ file: ":memory:" });
  return { flows: createFlowStore(db), triggers: createTriggerStore(db), close: () => db.close() };
});
