/** What a step writes to empty a field on purpose. */
export const emptied = { $empty: true };

export const isEmptied = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "$empty" in value && value.$empty === true && Object.keys(value).length === 1;
