import type { CatalogEntry } from "#server/contract.ts";

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
  return entry.kind === "webhook" ? "Event" : (words[entry.effect ?? "other"] ?? "Writes");
}
