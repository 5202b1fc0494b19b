export const lines = (...parts: string[]): string => parts.join("\n");

export const table = (head: string[], rows: string[]): string =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows].join("\n");

export const cell = (text: string): string => text.replace(/\|/g, "\\|").replace(/\n/g, " ");

export const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** A name as it stands in an address. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/&/g, "and")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

export const json = (value: unknown): string[] => ["```json", JSON.stringify(value, null, 2), "```"];
