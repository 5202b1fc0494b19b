import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** When a person last gave a connection its login: a renewal by itself does not make it younger. */
export async function loginAge(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable("connections").addColumn("login_at", "bigint").execute();
}
