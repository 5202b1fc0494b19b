import { sizeUpTo } from "#kernel/json.ts";
import { inputPaging, pages, positionNames, sizeField } from "./paging.ts";
import { listRows, type Call, type ListRead, type Operation } from "./types.ts";

type Input = Record<string, unknown>;

/** The rows of one list take at most this, as the length of their JSON: the limit of one answer. */
const mostBytes = 10 * 1024 * 1024;
/** Bounds the number of requests if pages are small. */
const mostRequests = 1_000;

/**
 * Reads a list page by page, up to `bound` rows. If the input sets a page or its size and there is no bound, only that page is read: such flows
 * want only the first row, or do their own paging.
 */
export async function readList(
  operation: Operation,
  input: Input,
  call: Call,
  bound?: number,
): Promise<{ rows: unknown[]; read: ListRead }> {
  const onePage = bound === undefined && asksForPage(operation, input);
  const most = onePage ? Infinity : (bound ?? listRows.usual);
  const rows: unknown[] = [];
  let requests = 0;
  let bytes = 0;
  let total: number | undefined;
  const counted: Call = (id, asked, next) => {
    requests++;
    return call(id, asked, next);
  };
  const cutBy = (cut: NonNullable<ListRead["cut"]>) => ({ rows, read: readOf(rows, requests, total, cut) });
  for await (const page of pages(operation, sizedFor(operation, input, most), counted, { maxPages: mostRequests + 1 })) {
    total = page.total ?? total;
    for (const row of page.rows) {
      if (rows.length >= most) return cutBy("rows");
      bytes += sizeUpTo(row, mostBytes);
      if (bytes > mostBytes && rows.length > 0) return cutBy("bytes");
      rows.push(row);
    }
    if (page.last) break;
    if (onePage) return cutBy("page");
    if (rows.length >= most) return cutBy("rows");
    if (requests >= mostRequests) return cutBy("requests");
  }
  return { rows, read: { rows: rows.length, complete: true, total: rows.length, requests } };
}

/** A total that is not above what was read says nothing. */
const readOf = (rows: readonly unknown[], requests: number, total: number | undefined, cut: NonNullable<ListRead["cut"]>): ListRead => ({
  rows: rows.length,
  complete: false,
  ...(total !== undefined && total > rows.length && { total }),
  requests,
  cut,
});

/** Whether an input sets the size of a page or where it begins. */
export function asksForPage(operation: Operation, input: Input): boolean {
  const paging = inputPaging(operation);
  if (paging === null) return false;
  const steering = new Set(["page", paging.size, ...positionNames(paging)]);
  return operation.input.some(
    ({ name, wire = name, in: place }) =>
      place === paging.in && steering.has(wire) && input[name] !== undefined && input[name] !== null && input[name] !== "",
  );
}

/** A few rows need only a small page; one extra row shows whether there are more. */
function sizedFor(operation: Operation, input: Input, most: number): Input {
  const field = sizeField(operation);
  if (field === null || input[field.name] !== undefined || most + 1 >= field.max) return input;
  return { ...input, [field.name]: Math.max(most + 1, field.min) };
}
