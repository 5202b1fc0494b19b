import { allStoreContracts } from "#test/contracts/all-stores.ts";
import { freshDatabase, freshPostgres } from "#test/support/postgres/fresh.ts";
import { openPostgres } from "./open.ts";

allStoreContracts("PostgreSQL", {
  open: freshPostgres,
  async openTwo() {
    const url = await freshDatabase();
    return [await openPostgres({ url }), await openPostgres({ url })];
  },
});
