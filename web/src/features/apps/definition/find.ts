import { findIn } from "#surfaces/find-operations.ts";
import type { Operation } from "./types.ts";

/** Operations that have every word, the likeliest first. */
export const findOperations = <T extends Pick<Operation, "id" | "title" | "path" | "method" | "category">>(
  operations: readonly T[],
  words: string,
): T[] =>
  findIn(operations, words, ({ id, title, path, method, category = "" }) => ({
    title,
    rest: `${title} ${id} ${category} ${path} ${method}`,
  }));
