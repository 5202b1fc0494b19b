import { inject } from "vitest";
import { openPostgres } from "#storage/postgres/open.ts";
import "./global-setup.ts";

/** The address of a database with empty tables; `drop` deletes it, whoever is still connected. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const url = await ask("POST", "/");
  return { url, drop: async () => void (await ask("DELETE", new URL(url).pathname)) };
}

/** A store on a database of its own, which goes when it is closed. */
export async function freshPostgres(): Promise<Awaited<ReturnType<typeof openPostgres>>> {
  const { url, drop } = await freshDatabase();
  const db = await openPostgres({ url, poolSize: 4 });
  const close = db.close.bind(db);
  return Object.assign(db, { close: () => close().finally(drop) });
}

async function ask(method: string, path: string): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${inject("postgresPort")}${path}`, { method });
  const text = await reply.text();
  if (!reply.ok) throw new Error(text);
  return text;
}
