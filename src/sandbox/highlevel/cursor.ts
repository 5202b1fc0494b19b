interface Where {
  id: string;
}
type Value<T> = (row: T) => number;

/** The first row behind the cursor: behind the row named, or, when it is gone, behind its time. */
export function startOf<T extends Where>(
  rows: T[],
  { startAfter, startAfterId }: Readonly<Record<string, string | undefined>>,
  value: Value<T>,
  direction: number,
): number {
  if (!startAfter && !startAfterId) return 0;
  const named = rows.findIndex((row) => row.id === startAfterId);
  if (named >= 0) return named + 1;
  const behind = rows.findIndex((row) => direction * (value(row) - Number(startAfter)) > 0);
  return behind === -1 ? rows.length : behind;
}

/** Where the next page starts. The vendor's `nextPageUrl` points at a machine of its own; so does this one. */
export function cursorMeta<T extends Where>(
  { total, start, limit, address }: { total: number; start: number; limit: number; address: string },
  last: T | undefined,
  value: Value<T>,
) {
  const more = start + limit < total;
  const currentPage = Math.floor(start / limit) + 1;
  const cursor = last && { startAfterId: last.id, startAfter: value(last) };
  return {
    total,
    nextPageUrl:
      more && cursor ? `http://localhost:5058/${address}&startAfter=${cursor.startAfter}&startAfterId=${cursor.startAfterId}` : null,
    startAfterId: cursor?.startAfterId ?? null,
    startAfter: cursor?.startAfter ?? null,
    currentPage,
    nextPage: more ? currentPage + 1 : null,
    prevPage: currentPage > 1 ? currentPage - 1 : null,
  };
}
