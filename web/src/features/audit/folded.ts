import type { ChangeView } from "#api/schemas.ts";

/** The newest of several changes that are one to a reader, with the older ones. */
export interface FoldedChange {
  change: ChangeView;
  older: readonly ChangeView[];
}

/**
 * A draft saves itself while somebody types: what one person saved of it, with nothing in between, is one entry. So is a person who signs in
 * several times in a row. Newest first.
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
  a.what === b.what && a.kind === b.kind && a.by === b.by && (isSignIn(a) || (a.what === "saved" && a.id === b.id));

/** Each has a session of its own, which says nothing to a reader. */
const isSignIn = ({ kind, what }: ChangeView): boolean => kind === "session" && what === "signed in";
