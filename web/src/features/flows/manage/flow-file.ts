/** A name that every system takes for a file. */
export const fileName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60) || "flow";
