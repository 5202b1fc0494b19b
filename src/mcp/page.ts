/** Pure: long lists page by page. */
import { z } from "zod";
import { badInput } from "#kernel/errors.ts";

export const cursorMember = z.string().max(100).optional().describe("The `cursor` of the answer before, to see what follows");

interface PageAsked {
  limit: number;
  cursor?: string | undefined;
}

/** One page of a list that is read anew for each page. `read` is given how many items are needed, and may give more. */
export async function pageOf<T>(
  { limit, cursor }: PageAsked,
  read: (count: number) => Promise<readonly T[]>,
): Promise<{ items: T[]; next: string | null }> {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 0) throw badInput("cursor", "is none that this tool gave");
  const all = await read(start + limit);
  return { items: all.slice(start, start + limit), next: all.length > start + limit ? String(start + limit) : null };
}
