import type { SyncWriteView } from "#api/schemas.ts";
import { plural } from "../../../lib/words.ts";
import type { BothWords } from "../types.ts";

/** Pure: what a change was, in words. */

const verbs: Record<SyncWriteView["kind"], string> = { create: "created", update: "changed", archive: "archived", delete: "deleted" };

/** "changed in Acme Dental"; of what is planned "would be changed in Acme Dental". */
export const writeWords = ({ kind, side }: Pick<SyncWriteView, "kind" | "side">, words: BothWords, isPlanned = false): string =>
  `${isPlanned ? "would be " : ""}${verbs[kind]} in ${words[side].account}`;

/** What an undo would do, by what it would write: "30 would be put back, 2 deleted". `count`: of records, beyond those that are listed too. */
export function undoWords(undo: readonly Pick<SyncWriteView, "kind">[], count: number): string {
  if (count === 0) return "There is nothing to put back.";
  const removes = undo.filter(({ kind }) => kind === "delete" || kind === "archive").length;
  const all = plural(count, "record");
  if (undo.length < count) return `${all} would be put back as they were; those that the sync made are taken away again.`;
  if (removes === 0) return `${all} would be put back as ${count === 1 ? "it was" : "they were"}.`;
  if (removes === count) return `${all} that the sync made would be taken away again.`;
  return `${plural(count - removes, "record")} would be put back, and ${plural(removes, "record")} that the sync made taken away again.`;
}
