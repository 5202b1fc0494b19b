import type { CatalogEntry } from "#api/schemas.ts";

type Effect = NonNullable<CatalogEntry["effect"]>;

const verbs: Record<Effect, string> = {
  read: "READ from",
  create: "CREATE a record in",
  update: "UPDATE a record in",
  upsert: "CREATE OR UPDATE a record in",
  delete: "DELETE a record in",
  link: "LINK records in",
  unlink: "UNLINK records in",
  send: "SEND something from",
  other: "WRITE to",
};

/** What pressing the button will do, before it is pressed. */
export function willDo(entry: Pick<CatalogEntry, "effect">, where: string, dry: boolean): string {
  if (dry) return `This only pretends: nothing in ${where} is changed.`;
  return `This will ${verbs[entry.effect ?? "other"] ?? verbs["other"]} ${where}.`;
}

/** The button's words: a read is run, a write is tried dry or done for real. */
export function buttonWords(entry: Pick<CatalogEntry, "effect">, dry: boolean): string {
  if (dry) return "Run dry";
  return entry.effect === "read" ? "Run" : "Run for real";
}
