import { vaultStoreContract } from "#test/contracts/vault-store.contract.ts";
import { openSqlite } from "./database.ts";
import { createVaultStore } from "./vault-store.ts";

vaultStoreContract("SQLite in memory", async () => createVaultStore(await openSqlite({ file: ":memory:" })));
