/** Which share of its trials a property gets: `npm test` asks for half, `npm run check` for a quarter, a night might ask for `MILLRACE_TRIALS=20`. */
const share = Number(process.env["MILLRACE_TRIALS"] ?? 1);

/** How often a property is tried. `full` is what a run of the file itself does; each run draws other cases, so fewer of them are made up for in time. */
export const trials = (full: number): number => Math.max(1, Math.ceil(full * share));

/** As many of the cases as their share allows, one at least, spread over all of them; each run draws others. `part` is what a run of the file itself takes. */
export function drawn<T>(cases: readonly T[], part = 1): T[] {
  const count = Math.min(cases.length, trials(cases.length * part));
  const shift = Math.random();
  return Array.from({ length: count }, (_, i) => cases[Math.floor(((i + shift) * cases.length) / count)]!);
}
