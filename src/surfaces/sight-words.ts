interface Sight {
  outcome: keyof typeof words;
  by: "webhook" | "poll";
}

/** What a change trigger made of a sight of a record, in words that the page and the terminal share. */
const words = {
  changed: "Started the flow",
  other: "Another change than the one this flow waits for",
  same: "What this flow watches did not change",
  late: "Older than what had come already",
  first: "Seen for the first time, so there was nothing to compare it with",
  early: "Came before the first look",
  silent: "Does not say what this flow watches",
  waiting: "The list shows another state than a webhook said; it is checked again",
} as const;

export const sightWords = ({ outcome, by }: Sight): string => `${words[outcome]} (${by === "webhook" ? "by webhook" : "by a look"})`;
