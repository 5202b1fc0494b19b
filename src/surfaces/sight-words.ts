interface Sight {
  outcome: keyof typeof words;
  by: "webhook" | "poll";
}

/** What a change trigger made of a sight of a record, in words that the page and the terminal share. */
const words = {
  changed: "Started the flow",
  other: "Changed, in another way than is watched for",
  same: "Nothing that is watched changed",
  late: "Older than what was known",
  first: "Met for the first time, so there was nothing to compare with",
  early: "Came before the first look",
  silent: "Does not carry what is watched",
  waiting: "The list shows another state than a webhook said; it is looked at again",
} as const;

export const sightWords = ({ outcome, by }: Sight): string => `${words[outcome]} (${by === "webhook" ? "by webhook" : "by a look"})`;
