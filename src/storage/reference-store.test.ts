import { referenceStoreContract } from "#test/contracts/reference-store.contract.ts";
import { openSqlite } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createLintStore, createReferenceStore } from "./reference-store.ts";

referenceStoreContract("SQLite in memory", async () => {
  const db = await openSqlite({ file: ":memory:" });
  return { references: createReferenceStore(db), lint: createLintStore(db), flows: createFlowStore(db), close: () => db.close() };
});
