import { statSync } from "node:fs";
import { openSqlite, type Db } from "./database.ts";
import { explainStoreFault } from "./faults.ts";
import { holdsWorkspace, inspectStore } from "./inspect.ts";
import type { StoreReport } from "./store-report.ts";
import { explainPostgresFault, placeOf } from "./postgres/faults.ts";
import { postgresHoldsWorkspace, inspectPostgres } from "./postgres/inspect.ts";
import { openPostgres, type PostgresOptions } from "./postgres/open.ts";

/** Where the rows are kept. It is used before a store is open, or while another process has it open. */
export interface StoreHome {
  readonly dialect: Db["dialect"];
  /** For people: the file, or the address without its password. */
  readonly name: string;
  open(): Promise<Db>;
  /** Whether a store was begun there: it has a workspace. Throws STORE_UNUSABLE where that cannot be read. */
  holdsWorkspace(): Promise<boolean>;
  /** Reads only; null where there is no store. */
  inspect(): Promise<StoreReport | null>;
  /** Turns an error of the database or its file into one that says what to do; returns any other as it is. */
  explain(thrown: unknown): unknown;
}

export const sqliteHome = (file: string): StoreHome => ({
  dialect: "sqlite",
  name: file,
  open: () => openSqlite({ file }),
  holdsWorkspace: async () => holdsWorkspace(file),
  async inspect() {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
    const inspection = inspectStore(file);
    try {
      return { check: inspection.check(), says: "sound", marks: inspection.marks(), warnings: [] };
    } finally {
      inspection.close();
    }
  },
  explain: (thrown) => explainStoreFault(thrown, file),
});

export const postgresHome = (options: PostgresOptions): StoreHome => ({
  dialect: "postgres",
  name: placeOf(options.url),
  open: () => openPostgres(options),
  holdsWorkspace: () => postgresHoldsWorkspace(options.url),
  inspect: () => inspectPostgres(options.url),
  explain: (thrown) => explainPostgresFault(thrown, options.url),
});
