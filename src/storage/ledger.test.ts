import { ledgerContract } from "#test/contracts/ledger.contract.ts";
import { openSqlite } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createRunStore } from "./run-store.ts";
import { createTriggerStore } from "./trigger-store.ts";

ledgerContract("SQLite in memory", async () => {
  const db = await openSqlite({ file: ":memory:" });
  return { runs: createRunStore(db), flows: createFlowStore(db), triggers: createTriggerStore(db), close: () => db.close() };
});
