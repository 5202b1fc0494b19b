import Sqlite from "better-sqlite3";

type Row = Record<string, unknown>;

/** What is about all of Millrace, by its table, and why no workspace owns a row of it. */
export const ownedByNobody: Record<string, string> = {
  store_marks: "what the store notes about itself",
  leases: "locks between processes, by the name of what they lock",
  run_owners: "the processes that execute runs, whichever workspace's",
  quota_counts: "the vendor counts requests by its own sub-account, whichever workspace's login made them",
  accounts: "a person may be let in to several workspaces",
  recovery_codes: "of an account",
  passkeys: "of an account",
  identities: "of an account",
  oauth_clients: "programs that registered to sign anybody in",
  account_tokens: "of an account, or of nobody yet",
  people_sorted: "how far the index of people goes",
  people_due: "runs that are yet to be sorted into it, by an id alone",
  people_progress: "how far old runs have been read for it",
  kysely_migration: "the schema's own history",
  kysely_migration_lock: "the schema's own lock",
};

/** The rows of a workspace, and the ids by which they are known. Read beside the server, in a transaction of its own. */
export class WorkspaceRows {
  readonly #db: Sqlite.Database;

  constructor(file: string) {
    this.#db = new Sqlite(file, { timeout: 5_000 });
  }

  tables(): string[] {
    return this.#all("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name").map(({ name }) =>
      String(name),
    );
  }

  insert(table: string, row: Row): void {
    const columns = Object.keys(row);
    const names = columns.map((name) => `"${name}"`).join(", ");
    this.#db.prepare(`insert into ${table} (${names}) values (${columns.map((name) => `@${name}`).join(", ")})`).run(row);
  }

  /** By table: rows that carry the workspace, or that hang on a row that does. */
  of(workspaceId: string): Map<string, Row[]> {
    const ids = this.ids(workspaceId);
    const owned = (row: Row) =>
      row["workspace_id"] === undefined ? Object.values(row).some((value) => ids.has(String(value))) : row["workspace_id"] === workspaceId;
    return new Map(this.#owned().map((table) => [table, this.#all(`select * from ${table}`).filter(owned)]));
  }

  /** Its own id, and the ids, tokens and hashes of all that carries it. */
  ids(workspaceId: string): Set<string> {
    const known = ["id", "token", "hash"];
    const rows = this.#owned().flatMap((table) => this.#all(`select * from ${table}`).filter((row) => row["workspace_id"] === workspaceId));
    return new Set([workspaceId, ...rows.flatMap((row) => known.flatMap((name) => (typeof row[name] === "string" ? [row[name]] : [])))]);
  }

  close(): void {
    this.#db.close();
  }

  #owned(): string[] {
    return this.tables().filter((table) => !(table in ownedByNobody));
  }

  #all(query: string): Row[] {
    return this.#db.prepare(query).all() as Row[];
  }
}
