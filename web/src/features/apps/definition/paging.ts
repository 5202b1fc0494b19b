import { fieldsOf, type Operation, type Paging } from "./types.ts";

export type PagingStyle = Paging["style"];

/** How a list of more than one page is read, in words. */
export const pagingStyles: Readonly<Record<PagingStyle, string>> = {
  none: "No paging",
  page: "By the number of the page: page=1, page=2, …",
  offset: "By how many rows to skip: offset=0, offset=100, …",
  cursor: "By what the answer says: a cursor or a token for the next page",
  lastRow: "After the last row that was read: starting_after=…",
  link: "By the address of the next page, which the answer or its Link header says",
};

/** The inputs of an operation that may say which page is wanted, by the name they are sent under. */
export const pageInputs = (operation: Operation, place: "query" | "body"): string[] =>
  fieldsOf(operation)
    .filter((field) => field.in === place)
    .map(({ name, wire = name }) => wire);

/** A first guess at how pages are read in another style, from the names of the operation's inputs. */
export function newPaging(operation: Operation, style: PagingStyle): Paging {
  if (style === "none" || style === "link") return { style };
  const place = pageInputs(operation, "query").length > 0 || operation.method === "GET" ? "query" : "body";
  const names = pageInputs(operation, place);
  const like = (pattern: RegExp, usual: string) => names.find((name) => pattern.test(name)) ?? usual;
  const common = { in: place, size: like(/size|limit|per_?page|count|take/i, "limit"), max: 100 } as const;
  if (style === "page") return { style, ...common, page: like(/^page(?!.*(size|token))|number/i, "page") };
  if (style === "offset") return { style, ...common, offset: like(/offset|skip|start/i, "offset") };
  if (style === "cursor") return { style, ...common, next: { [like(/cursor|token|next|after/i, "cursor")]: "next" } };
  return { style, ...common, field: like(/after|since|start/i, "starting_after"), row: operation.identity ?? "id" };
}
