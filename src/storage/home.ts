import { statSync } from "node:fs";
import { openSqlite, type Db } from "./database.ts";
import { explainStoreFault } from "./faults.ts";
import { holdsWorkspace, inspectStore } from "./inspect.ts";
import type { StoreLook } from "./look.ts";
import { explainPostgresFault, placeOf } from "./postgres/faults.ts";
import { postgresHoldsWorkspace, inspectPostgres } from "./postgres/inspect.ts";
import { openPostgres, type PostgresOptions } from "./postgres/open.ts";

/** Where the rows are kept: what is asked before a store is open, and beside one that another process has opened. */
export interface StoreHome {
  readonly dialect: Db["dialect"];
  /** As people know it: the file, or the address without its password. */
  readonly name: string;
  open(): Promise<Db>;
  /** Whether a store was begun there: it has the row that everything hangs on. Throws STORE_UNUSABLE where that cannot be read. */
  holdsWorkspace(): Promise<boolean>;
  /** Looks and changes nothing; null where there is no store. */
  inspect(): Promise<StoreLook | null>;
  /** What was thrown on the way to it, as an error that says what to do; anything else as it was thrown. */
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
