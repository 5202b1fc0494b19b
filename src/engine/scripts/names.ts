/** What a script reads, as far as its text says. Comments and texts count too: that it may read too much does no harm. */

/** The names that a script may read; null where it may read all, because it looks them up in `steps` or `globalThis`. */
export function namesIn(code: string): ReadonlySet<string> | null {
  const names = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  return names.has("steps") || names.has("globalThis") || names.has("eval") || names.has("Function") ? null : names;
}
