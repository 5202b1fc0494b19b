import type Sqlite from "better-sqlite3";
import type { SqliteDatabase } from "kysely";

/** Lists of values make a text for each length, so the number is bounded. */
const mostKept = 300;

/** The database as Kysely uses it. Kysely prepares a query each time it runs; here each text is prepared once, and the least used is dropped. */
export function keepStatements(raw: Sqlite.Database, most = mostKept): SqliteDatabase {
  const kept = new Map<string, ReturnType<SqliteDatabase["prepare"]>>();
  return {
    prepare(sql) {
      const statement = kept.get(sql) ?? raw.prepare(sql);
      kept.delete(sql);
      kept.set(sql, statement);
      if (kept.size > most) kept.delete(kept.keys().next().value!);
      return statement;
    },
    close: () => void raw.close(),
  };
}
