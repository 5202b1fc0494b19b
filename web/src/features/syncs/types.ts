import type { RecordTypeView, SyncView } from "#api/schemas.ts";

/** A sync as it is written. */
export type Definition = SyncView["definition"];
/** One of its two sides. */
export type Side = "a" | "b";
export type FieldPair = Definition["fields"][number];
export type MatchRule = Definition["match"][number];
export type Way = FieldPair["way"];
export type ConflictPolicy = Definition["conflict"];
export type DeletePolicy = Definition["deletes"]["a"];
export type RecordField = RecordTypeView["fields"][number];

export const sides = ["a", "b"] as const;
export const otherSide = (side: Side): Side => (side === "a" ? "b" : "a");
/** The way that leads to a side. */
export const wayTo = (side: Side): "toA" | "toB" => (side === "a" ? "toA" : "toB");

/** One side as the page speaks of it. */
export interface SideWords {
  app: string;
  /** Whose records they are: what people call the connection. */
  account: string;
  /** "contact" and "contacts". */
  one: string;
  many: string;
  /** Null until it is loaded, and where the app has no such kind of record any more. */
  type: RecordTypeView | null;
}
export type BothWords = Readonly<Record<Side, SideWords>>;
