import { createVaultStore } from "#storage/vault-store.ts";
import { freshPostgres } from "#test/support/postgres/fresh.ts";
import { ofUsualSize, yearOfLogins } from "./year-of-logins.ts";

// Each query takes a turn of the network: fewer of everything.
const size = { ...ofUsualSize, connections: Math.ceil(ofUsualSize.connections / 2), days: Math.ceil(ofUsualSize.days / 12) };
yearOfLogins("PostgreSQL", size, async () => createVaultStore(await freshPostgres()));
