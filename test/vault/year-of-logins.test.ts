import { openSqlite } from "#storage/database.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { ofUsualSize, yearOfLogins } from "./year-of-logins.ts";

yearOfLogins("SQLite", ofUsualSize, async () => createVaultStore(await openSqlite({ file: ":memory:" })));
