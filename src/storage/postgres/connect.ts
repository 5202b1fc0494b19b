import { HandleEmptyInListsPlugin, Kysely, replaceWithNoncontingentExpression } from "kysely";
import type { Schema } from "../schema.ts";
import { CertainDialect } from "./driver.ts";
import type { ConnectionPool } from "./pool.ts";

/** SQLite takes `in ()`, PostgreSQL does not. */
const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });

export const connect = (pool: ConnectionPool): Kysely<Schema> =>
  new Kysely<Schema>({ dialect: new CertainDialect({ pool }), plugins: [emptyLists] });
