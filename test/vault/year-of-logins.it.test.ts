import { createVaultStore } from "#storage/vault-store.ts";
import { freshPostgres } from "#test/support/postgres/fresh.ts";
import { ofUsualSize, yearOfLogins } from "./year-of-logins.ts";

// Each query takes a turn of the network: fewer days.
yearOfLogins("PostgreSQL", { ...ofUsualSize, connections: 4, days: 6 }, async () => createVaultStore(await freshPostgres()));
