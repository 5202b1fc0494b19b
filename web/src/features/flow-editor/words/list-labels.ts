/** What the lists of steps inside a step are called. */
export const listLabels: ReadonlyMap<string, string> = new Map([
  ["then", "If so"],
  ["else", "Otherwise"],
  ["do", "For each one"],
]);

/** What the steps of a further condition are called, where they stand beside the first ones. */
export const furtherLabel = "Otherwise if";
