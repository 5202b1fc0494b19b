import type { Selectable } from "kysely";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

type Table = "connect_links" | "reconnect_links";

/** Links that work once, by the digests of their tokens. */
interface OneTimeLinks<Link> {
  get(id: string): Promise<Link | null>;
  /** Marks it as used. False when it was used already, or is gone. */
  use(id: string, now: number): Promise<boolean>;
  /** Undoes `use`: no login came of it. */
  reopen(id: string): Promise<void>;
}

/** The links of a table. `linkOf` reads a row. */
export function oneTimeLinks<T extends Table, Link>(db: Db, table: T, linkOf: (row: Selectable<Schema[T]>) => Link): OneTimeLinks<Link> {
  const links: Table = table;
  return {
    async get(id) {
      const row = await db.q.selectFrom(links).selectAll().where("id", "=", id).executeTakeFirst();
      return row ? linkOf(row as Selectable<Schema[T]>) : null;
    },
    use: (id, now) =>
      db.write(async (q) => {
        const unused = q.updateTable(links).set({ used_at: now }).where("id", "=", id).where("used_at", "is", null);
        return (await unused.executeTakeFirst()).numUpdatedRows === 1n;
      }),
    reopen: (id) => db.write(async (q) => void (await q.updateTable(links).set({ used_at: null }).where("id", "=", id).execute())),
  };
}
