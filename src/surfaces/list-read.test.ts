import { expect, test } from "vitest";
import type { ListRead } from "#catalog/types.ts";
import { listReadInWords } from "./list-read.ts";

test.each<[Partial<ListRead> & { rows: number }, string]>([
  [{ rows: 323, complete: true, requests: 4 }, "Read all 323 rows in 4 requests."],
  [{ rows: 1, complete: true, requests: 1 }, "Read all 1 row in 1 request."],
  [{ rows: 1000, total: 8412, cut: "rows" }, "Read the first 1,000 of 8,412 rows: raise 'rows' to read more."],
  [{ rows: 1000, cut: "rows" }, "Read the first 1,000 rows, and there may be more: raise 'rows' to read more."],
  [
    { rows: 10000, total: 20000, cut: "rows" },
    "Read the first 10,000 of 20,000 rows: that is the most that is read at once; narrow the search.",
  ],
  [{ rows: 20, total: 323, cut: "page" }, "Read the first 20 of 323 rows: the input asks for one page; set 'rows' to read more."],
  [
    { rows: 5000, cut: "bytes" },
    "Read the first 5,000 rows, and there may be more: the rest is too large for one step; narrow the search.",
  ],
])("%j is described in words", (read, words) => {
  expect(listReadInWords({ complete: false, requests: 10, ...read })).toBe(words);
});
