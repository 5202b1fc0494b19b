let walked: readonly string[] = [];

/** Remembers the list one came from, so that a run's page can go on to the next with j and k. */
export function rememberWalk(ids: readonly string[]): void {
  walked = ids;
}

/** The neighbours of a run in that list; nulls when one came from elsewhere. */
export function neighbours(id: string): { previous: string | null; next: string | null; place: number; of: number } {
  const place = walked.indexOf(id);
  return {
    previous: place > 0 ? (walked[place - 1] ?? null) : null,
    next: place >= 0 ? (walked[place + 1] ?? null) : null,
    place: place + 1,
    of: walked.length,
  };
}
