import type { Db } from "./database.ts";

/** Notes of the store about itself, by name. */
export interface StoreMarks {
  read<T>(name: string): Promise<T | null>;
  /** Writes several in one commit. */
  write(marks: Readonly<Record<string, unknown>>): Promise<void>;
}

/** What the store notes about itself, as far as a Millrace has noted it. */
export interface ReadMarks {
  instance: string;
  progress: number;
  clock: { believedAt: number; doubtedMs: number; saidAt: number } | null;
}

export function marksOf(rows: readonly { name: string; value: string }[]): ReadMarks {
  const marks = Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
  return { instance: "", progress: 0, clock: null, ...marks };
}

export function createStoreMarks(db: Db): StoreMarks {
  return {
    async read<T>(name: string) {
      const row = await db.q.selectFrom("store_marks").select("value").where("name", "=", name).executeTakeFirst();
      return row ? (JSON.parse(row.value) as T) : null;
    },
    write: (marks) =>
      db.write(async (q) => {
        const rows = Object.entries(marks).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
        await q
          .insertInto("store_marks")
          .values(rows)
          .onConflict((c) => c.column("name").doUpdateSet((e) => ({ value: e.ref("excluded.value") })))
          .execute();
      }),
  };
}

/** The newest time among the rows, for a store that has no note of it yet. */
export async function newestTime(db: Db): Promise<number | null> {
  const [event, run, workspace] = await Promise.all([
    db.q.selectFrom("events").select("received_at as at").orderBy("seq", "desc").limit(1).executeTakeFirst(),
    db.q.selectFrom("runs").select("created_at as at").orderBy("seq", "desc").limit(1).executeTakeFirst(),
    db.q.selectFrom("workspaces").select("created_at as at").orderBy("created_at", "desc").limit(1).executeTakeFirst(),
  ]);
  const times = [event, run, workspace].flatMap((row) => (row ? [row.at] : []));
  return times.length === 0 ? null : Math.max(...times);
}
