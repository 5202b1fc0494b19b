import { dirname } from "node:path";
import { MillraceError } from "#kernel/errors.ts";

/** What kind of fault keeps the store from being used. */
export type StoreFault =
  | "damaged"
  | "newer"
  | "not writable"
  | "full"
  | "in use"
  | "key"
  | "unconfirmed"
  | "not reachable"
  | "not answering";

/** A store that cannot be used, in a sentence that ends with what to do. */
export function storeUnusable(fault: StoreFault, problem: string, todo: string, cause?: unknown): MillraceError {
  return new MillraceError("STORE_UNUSABLE", { cause, details: { fault, problem, todo } });
}

type Explain = (file: string, cause: unknown) => MillraceError;

const damaged: Explain = (file, cause) =>
  storeUnusable(
    "damaged",
    `${file} is damaged or is not a database (${firstLine(cause)})`,
    `Copy the damaged file aside, then restore the newest backup: put it there as millrace.db and delete millrace.db-wal and millrace.db-shm. Without a backup, move the files away and start with an empty store: 'millrace start --new'`,
    cause,
  );
const notWritable: Explain = (file, cause) =>
  storeUnusable(
    "not writable",
    `${file} or its folder cannot be read and written by this user (${firstLine(cause)})`,
    `Give the user that runs Millrace read and write permission on ${dirname(file)} and all files in it: chown -R USER ${dirname(file)} && chmod -R u+rwX ${dirname(file)}. If the disk is mounted read-only, mount it for writing`,
    cause,
  );
const full: Explain = (file, cause) =>
  storeUnusable(
    "full",
    `the disk of ${dirname(file)} is full (${firstLine(cause)})`,
    "Free some space on it, or extend it, and start Millrace again. Nothing that was accepted is lost",
    cause,
  );
const inUse: Explain = (file, cause) =>
  storeUnusable(
    "in use",
    `another program holds ${file} locked (${firstLine(cause)})`,
    "Close what has opened it, such as a database browser or a copy that is still running, and start Millrace again",
    cause,
  );

/** By the beginning of the error code of SQLite or the file system; the first that matches. */
const explanations: readonly (readonly [RegExp, Explain])[] = [
  [/^SQLITE_(NOTADB|CORRUPT|FORMAT)/, damaged],
  [/^SQLITE_(BUSY|LOCKED)/, inUse],
  [/^(SQLITE_FULL|SQLITE_IOERR_WRITE|SQLITE_IOERR_FSYNC|SQLITE_IOERR_TRUNCATE|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT|EFBIG)/, full],
  [/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS|EISDIR|ENOTDIR)/, notWritable],
  [/^SQLITE_IOERR/, damaged],
];

/** What SQLite or the file system threw at a store, as an error that says what to do; anything else as it was thrown. */
export function explainStoreFault(thrown: unknown, file: string): unknown {
  const code = codeOf(thrown);
  const [, explain] = explanations.find(([pattern]) => pattern.test(code)) ?? [];
  return explain ? explain(file, thrown) : thrown;
}

/** A store that has changes this Millrace does not know. `version` is the Millrace that last wrote it, where it says so. */
export function storeNewer(file: string, version: string | null, changes: readonly string[]): MillraceError {
  const from = version === null ? "a newer Millrace" : `Millrace ${version}`;
  return storeUnusable(
    "newer",
    `${file} was written by ${from}, and this version does not know its changes (${changes.join(", ")})`,
    `Start ${version === null ? "the version that wrote it" : `version ${version}`} or a later one, or restore the backup made before the upgrade`,
  );
}

function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

const firstLine = (thrown: unknown) => String(thrown instanceof Error ? thrown.message : thrown).split("\n")[0]!;
