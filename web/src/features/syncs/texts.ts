import type { ConflictPolicy, DeletePolicy, SideWords, Way } from "./types.ts";
import type { Shown } from "./search.ts";

/** The words of the pages of syncs that stand in more than one place, or that belong together. */

/** Which way a row goes, as a sentence about its two accounts. */
export const wayWords = (way: Way, a: string, b: string): string =>
  ({ both: "both ways", toB: `from ${a} to ${b}`, toA: `from ${b} to ${a}` })[way];

/** Who wins where both sides changed the same value. */
export const conflictOptions = (a: SideWords, b: SideWords): readonly { value: ConflictPolicy; title: string; about: string }[] => [
  { value: "newest", title: "The newer change counts", about: "By when each record was changed." },
  { value: "a", title: `${a.account} counts`, about: `Its value replaces the one of ${b.account}.` },
  { value: "b", title: `${b.account} counts`, about: `Its value replaces the one of ${a.account}.` },
  { value: "ask", title: "Ask me", about: "Both values stay until somebody decides. Other fields go on." },
];

/** What becomes of this record when the other one is deleted. */
export const deleteOptions: readonly { value: DeletePolicy; title: string }[] = [
  { value: "nothing", title: "Leave it as it is" },
  { value: "archive", title: "Archive it" },
  { value: "delete", title: "Delete it" },
];

export const shownWords: Record<Shown, string> = {
  all: "All pairs",
  conflicts: "Conflicts to decide",
  problems: "With a problem",
  waiting: "Without a counterpart",
  ignored: "Ignored",
};

/** What a list of pairs says when it is empty. */
export const noneShown: Record<Shown, string> = {
  all: "There are no pairs yet. They come with the first sync, and with every record that is made or changed.",
  conflicts: "Nothing to decide: where both sides changed a value, your rules said which one counts.",
  problems: "Every pair could be brought into step.",
  waiting: "Every record has its counterpart.",
  ignored: "Every pair takes part.",
};

/** How often each side is read for certainty. */
export const everyOptions: readonly { value: string; title: string }[] = [
  { value: "1m", title: "Every minute" },
  { value: "5m", title: "Every 5 minutes" },
  { value: "15m", title: "Every 15 minutes" },
  { value: "1h", title: "Every hour" },
  { value: "1d", title: "Once a day" },
];
export const usualEvery = "5m";

/** How the changes of a side are noticed: by its webhooks, and by a reading of its list. */
export function heardWords({ by, every = usualEvery }: { by: "list" | "both" | "webhook"; every?: string | undefined }): string {
  if (by === "webhook") return "At once by webhook, and in no other way: there is no list of all of them to read";
  const title = everyOptions.find(({ value }) => value === every)?.title.toLowerCase() ?? `every ${every}`;
  return by === "list" ? `By reading, ${title}` : `At once by webhook, and a reading ${title} finds what a webhook lost`;
}
