interface Observation {
  outcome: keyof typeof words;
  by: "webhook" | "poll";
}

/** The outcome of an observation in words, for the web app and the command line. */
const words = {
  changed: "Started the flow",
  other: "Changed, but not in the way this trigger watches for",
  same: "No watched value changed",
  late: "Older than the last known state",
  first: "First seen, so there was nothing to compare with",
  early: "Arrived before the first check",
  silent: "Contains none of the watched values",
  waiting: "The list disagrees with a newer webhook; the next check decides",
} as const;

/** Why something seen started nothing, without how it was seen. */
export const outcomeWords = (outcome: Observation["outcome"]): string => words[outcome];

export const observationWords = ({ outcome, by }: Observation): string =>
  `${words[outcome]} (${by === "webhook" ? "by webhook" : "by check"})`;
