import { inject, onTestFinished } from "vitest";
import type { PostgresDb } from "#storage/postgres/database.ts";
import { openPostgres } from "#storage/postgres/open.ts";
import "./global-setup.ts";

/** The address of a database of this test's own, with empty tables or with none. */
export async function freshDatabase({ empty = false } = {}): Promise<string> {
  const url = await ask("POST", empty ? "/empty" : "/");
  onTestFinished(async () => void (await ask("DELETE", new URL(url).pathname)));
  return url;
}

/** A store on a database of this test's own. */
export async function freshPostgres(): Promise<PostgresDb> {
  const db = await openPostgres({ url: await freshDatabase(), poolSize: 4 });
  onTestFinished(() => db.close());
  return db;
}

async function ask(method: string, path: string): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${inject("postgresPort")}${path}`, { method });
  const text = await reply.text();
  if (!reply.ok) throw new Error(text);
  return text;
}
