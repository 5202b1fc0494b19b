import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * How far the index of people has come. Until now each run had a row in `people_due` until it was sorted in: what is there already is in the
 * index, in `people_due`, or not read yet (`people_progress`).
 */
export async function peopleSorted(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("people_sorted")
    .addColumn("up_to", "text", (c) => c.notNull())
    .execute();
  const newest = await db.selectFrom("runs").select("id").orderBy("id", "desc").limit(1).executeTakeFirst();
  const marks = db as unknown as Kysely<{ people_sorted: { up_to: string } }>; // today it is a number
  await marks
    .insertInto("people_sorted")
    .values({ up_to: newest?.id ?? "" })
    .execute();
}
