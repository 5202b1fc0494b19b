/** What keeps a store from taking a write for now, by the code of SQLite or PostgreSQL; the first that matches. */
const problems: readonly (readonly [RegExp, string])[] = [
  [/^(SQLITE_FULL|53100$)/, "the disk is full"],
  [/^(SQLITE_BUSY|SQLITE_LOCKED|55P03$|57014$|40001$|40P01$)/, "it is busy"],
  [/^(SQLITE_IOERR|58030$)/, "the disk reported an error"],
  [/^SQLITE_READONLY/, "its folder cannot be written"],
  [/^SQLITE_CANTOPEN/, "its file cannot be opened"],
  [/^(SQLITE_NOMEM|53200$)/, "memory is short"],
  [/^25006$/, "PostgreSQL is read-only"],
  [/^53300$/, "PostgreSQL has no connection left"],
];

/** Why a store could not take a write that may go well later; undefined for any other error. */
export function passingProblem(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? problems.find(([pattern]) => pattern.test(code))?.[1] : undefined;
}

/** A row that is there already, where only one may be. */
export const isDuplicate = (thrown: unknown): boolean =>
  /^(SQLITE_CONSTRAINT_UNIQUE|23505)$/.test(String((thrown as { code?: unknown } | null)?.code));
