import type { ChangeView } from "#api/schemas.ts";

/** The newest of several changes that are one to a reader, with the older ones. */
export interface FoldedChange {
  change: ChangeView;
  older: readonly ChangeView[];
}

/**
 * A draft saves itself while somebody types: what one person saved of it, with nothing in between, is one entry. So is a person who signs in
 * several times in a row, or replays many runs. Newest first.
 */
export function foldedChanges(changes: readonly ChangeView[]): FoldedChange[] {
  const folded: (FoldedChange & { older: ChangeView[] })[] = [];
  for (const change of changes) {
    const last = folded.at(-1);
    if (last !== undefined && isSame(last.change, change)) last.older.push(change);
    else folded.push({ change, older: [] });
  }
  return folded;
}

const isSame = (a: ChangeView, b: ChangeView): boolean =>
  a.what === b.what && a.kind === b.kind && a.by === b.by && (isSignIn(a) || isManyRuns(a, b) || (a.what === "saved" && a.id === b.id));

/** Many runs of a flow that somebody replayed or dismissed at once. */
const isManyRuns = (a: ChangeView, b: ChangeView): boolean => a.kind === "run" && a.name === b.name && a.fields.length === 0;

/** Each has a session of its own, which says nothing to a reader. */
const isSignIn = ({ kind, what }: ChangeView): boolean => kind === "session" && what === "signed in";
