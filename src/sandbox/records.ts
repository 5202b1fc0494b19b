import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";

/** Where the sandbox keeps what it must still know after its process was killed. Every call is on disk when it returns. */
export interface Records {
  load(family: string): unknown[];
  put(family: string, id: string, location: string | undefined, record: unknown): void;
  delete(family: string, id: string): void;
  getMeta(key: string): string | undefined;
  setMeta(key: string, value: string): void;
  /** Several writes as one. Nested calls join the outer one. */
  atomically<T>(write: () => T): T;
  /** Forgets whole families. */
  clear(families: readonly string[]): void;
  close(): void;
}

/**
 * One table, one JSON document a row; reads are served from memory. WAL with synchronous NORMAL outlives a kill of the process,
 * which is what the sandbox promises, and costs no fsync for each answer.
 */
export function openRecords(file?: string): Records {
  if (file) ownFile(file);
  const db = new Database(file ?? ":memory:");
  db.pragma("locking_mode = EXCLUSIVE"); // two sandboxes on one file would each serve its own memory of it
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = NORMAL");
  db.exec(`create table if not exists records (family text not null, id text not null, location text, json text not null, primary key (family, id)) without rowid;
           create table if not exists meta (key text primary key, value text not null) without rowid;`);
  const load = db.prepare<[string], { json: string }>("select json from records where family = ?");
  const put = db.prepare("insert or replace into records (family, id, location, json) values (?, ?, ?, ?)");
  const remove = db.prepare("delete from records where family = ? and id = ?");
  const clear = db.prepare("delete from records where family = ?");
  const getMeta = db.prepare<[string], { value: string }>("select value from meta where key = ?");
  const setMeta = db.prepare("insert or replace into meta (key, value) values (?, ?)");

  return {
    load: (family) => load.all(family).map((row): unknown => JSON.parse(row.json)),
    put: (family, id, location, record) => void put.run(family, id, location ?? null, JSON.stringify(record)),
    delete: (family, id) => void remove.run(family, id),
    getMeta: (key) => getMeta.get(key)?.value,
    setMeta: (key, value) => void setMeta.run(key, value),
    atomically: (write) => (db.inTransaction ? write() : db.transaction(write)()),
    clear: (families) => db.transaction(() => families.forEach((family) => clear.run(family)))(),
    close: () => void db.close(),
  };
}

/** Signing keys and client secrets are in it: nobody else on the machine may read it. */
function ownFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  closeSync(openSync(file, "a", 0o600));
}
