import type { FieldPair, Side } from "./format.ts";

export const sides: readonly Side[] = ["a", "b"];
export const otherSide = (side: Side): Side => (side === "a" ? "b" : "a");

/** The key of a row of fields; it names the row in agreed values and conflicts. */
export const rowKey = ({ a, b }: Pick<FieldPair, "a" | "b">): string => `${a}=${b}`;
