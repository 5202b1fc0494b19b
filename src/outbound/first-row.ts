import { pages as readPages } from "#catalog/paging.ts";
import type { Call, Operation } from "#catalog/types.ts";
import type { Input } from "./call.ts";
import { nullIfNotFound } from "./call-failure.ts";

/** A record not found in so many pages is not said to be missing: reading on fails. */
const mostPages = 50;

/**
 * What `pick` gives for the answer of a read, page after page until it gives something; null where it never does or the other side knows
 * no such record. `read`: the operation of that id, where the catalog has it.
 */
export async function firstRow<Row>(
  read: Operation | null | undefined,
  look: Call,
  id: string,
  asked: Input,
  pick: (rows: unknown) => Row | undefined,
): Promise<Row | null> {
  if (!read?.list) return look(id, asked).then((answer) => pick(answer.output) ?? null, nullIfNotFound);
  for await (const { rows } of readPages(read, asked, look, { maxPages: mostPages })) {
    const row = pick(rows);
    if (row !== undefined) return row;
  }
  return null;
}
