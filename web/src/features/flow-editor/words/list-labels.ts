/** What the lists of steps inside a step are called. */
export const listLabels: ReadonlyMap<string, string> = new Map([
  ["then", "If so"],
  ["else", "Otherwise"],
  ["do", "For each one"],
]);
