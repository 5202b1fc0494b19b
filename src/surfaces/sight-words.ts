interface Sight {
  outcome: keyof typeof words;
  by: "webhook" | "poll";
}

/** What a change trigger made of a sight of a record, in words that the page and the terminal share. */
const words = {
  changed: "Started the flow",
  other: "Changed, but not in the way this trigger watches for",
  same: "No watched value changed",
  late: "Older than the last known state",
  first: "First seen, so there was nothing to compare with",
  early: "Arrived before the first poll",
  silent: "Contains none of the watched values",
  waiting: "The list disagrees with a newer webhook; the next poll decides",
} as const;

export const sightWords = ({ outcome, by }: Sight): string => `${words[outcome]} (${by === "webhook" ? "by webhook" : "by poll"})`;
