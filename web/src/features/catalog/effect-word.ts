import type { CatalogEntry } from "#api/schemas.ts";

const words: Record<string, string> = {
  read: "Reads",
  create: "Creates",
  update: "Updates",
  upsert: "Creates or updates",
  delete: "Deletes",
  link: "Links",
  unlink: "Unlinks",
  send: "Sends",
  other: "Writes",
};

/** What an operation does to the other side, in a word. */
export function effectWord(entry: Pick<CatalogEntry, "kind" | "effect">): string {
  if (entry.kind === "action" || entry.kind === "trigger") return words[entry.effect ?? "other"] ?? "Writes";
  return { change: "Change", webhook: "Event", schedule: "Clock", manual: "By hand" }[entry.kind];
}
