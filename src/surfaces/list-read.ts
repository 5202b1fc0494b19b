import { listRows, type ListRead } from "#catalog/types.ts";

/** "323 rows in 4 requests", "The first 1,000 of 8,412 rows: …": how far a list was read, and what to do if that was not to its end. */
export function listReadInWords({ rows, complete, total, requests, cut }: ListRead): string {
  const count = (n: number, thing: string) => `${n.toLocaleString("en-US")} ${thing}${n === 1 ? "" : "s"}`;
  if (complete) return `Read all ${count(rows, "row")} in ${count(requests, "request")}.`;
  const read =
    total === undefined ? `${count(rows, "row")}, and there may be more` : `${rows.toLocaleString("en-US")} of ${count(total, "row")}`;
  const why = {
    rows: rows >= listRows.most ? "that is the most that is read at once; narrow the search" : "raise 'rows' to read more",
    page: "the input asks for one page; set 'rows' to read more",
    bytes: "the rest is too large for one step; narrow the search",
    requests: "it takes too many requests; set a larger page size",
  }[cut ?? "rows"];
  return `Read the first ${read}: ${why}.`;
}
