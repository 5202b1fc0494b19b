import type { SyncPreview } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { count, plural } from "../../../lib/words.ts";
import { leftWords } from "../standing.ts";
import type { BothWords } from "../types.ts";

/** Pure: what a first sync would do, in words. */

export type PreviewKind = keyof SyncPreview["counts"];

/** In the order in which they are shown. */
export const previewKinds: readonly PreviewKind[] = ["matched", "createA", "createB", "conflict", "ambiguous", "same", "left"];

/** Title and meaning of each kind. */
export function kindWords(kind: PreviewKind, { a, b }: BothWords): { title: string; about: string } {
  const words: Record<PreviewKind, { title: string; about: string }> = {
    matched: { title: "Matched, with something to write", about: "They belong together, and one side takes a value of the other." },
    createA: { title: `To create in ${a.account}`, about: `${capital(b.many)} that only ${b.account} has.` },
    createB: { title: `To create in ${b.account}`, about: `${capital(a.many)} that only ${a.account} has.` },
    conflict: { title: "With a conflict", about: "They belong together, and both sides have another value in the same field." },
    ambiguous: { title: "Ambiguous", about: "A rule found several: nothing is joined or created, and you decide." },
    same: { title: "The same already", about: "They belong together, and nothing has to be written." },
    left: { title: "Left out", about: "By your conditions, or because a side creates none." },
  };
  return words[kind];
}

/** "4,200 calls, about 42 min with the quota there is". */
export function costWords({ calls, seconds }: Pick<SyncPreview, "calls" | "seconds">): string | null {
  if (calls === null) return null;
  if (calls === 0) return "Nothing would be written.";
  if (seconds === null) return `${plural(calls, "call")}.`;
  return `${plural(calls, "call")}, ${seconds < 60 ? "" : "about "}${leftWords(seconds * 1000)} with the quota there is.`;
}

/** "Read 3,400 contacts and 1,200 profiles so far". */
export const readWords = ({ read }: Pick<SyncPreview, "read">, { a, b }: BothWords): string =>
  `Read ${count(read.a)} ${a.many} and ${count(read.b)} ${b.many}`;
