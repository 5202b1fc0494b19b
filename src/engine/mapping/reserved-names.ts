/** Names that every place can read. */
export const alwaysThere = ["trigger", "flow", "run"] as const;

/** Words of the language itself. */
export const languageWords = [
  "now",
  "today",
  "true",
  "false",
  "nil",
  "null",
  "blank",
  "empty",
  "and",
  "or",
  "not",
  "contains",
  "forloop",
] as const;

/** Names with another meaning in templates: no step and no item of a loop can have one. */
export const reservedNames: ReadonlySet<string> = new Set([...alwaysThere, ...languageWords, "__proto__"]);
