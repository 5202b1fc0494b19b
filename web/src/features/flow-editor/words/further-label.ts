/** What the steps of a further condition are called, where they stand beside the first ones. */
export const furtherLabel = "Otherwise if";
