import type { ChangeView } from "#api/schemas.ts";

/** The newest of several changes that are one to a reader, with the older ones. */
export interface FoldedChange {
  change: ChangeView;
  older: readonly ChangeView[];
}

/** A draft saves itself while somebody types: what one person saved of it, with nothing in between, is one entry. Newest first. */
export function foldedChanges(changes: readonly ChangeView[]): FoldedChange[] {
  const folded: (FoldedChange & { older: ChangeView[] })[] = [];
  for (const change of changes) {
    const last = folded.at(-1);
    if (last !== undefined && isSameDraft(last.change, change)) last.older.push(change);
    else folded.push({ change, older: [] });
  }
  return folded;
}

const isSameDraft = (a: ChangeView, b: ChangeView): boolean =>
  a.what === "saved" && b.what === "saved" && a.kind === b.kind && a.id === b.id && a.by === b.by;
