import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { http } from "#apps/http/app.ts";
import { describedBy, describedProblems } from "#catalog/described.ts";
import { pages, readAll } from "#catalog/paging.ts";
import { readList } from "#catalog/read-list.ts";
import { buildRequest } from "#catalog/request.ts";
import { unwrap } from "#catalog/result.ts";
import type { Call } from "#catalog/types.ts";

const get = http.operations.find(({ id }) => id === "get")!;
const url = "https://api.example.com/orders?status=open";
const size = 10;
const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ id: i, name: `Row ${i}` }));
type Input = Record<string, unknown>;

/** A server of so many rows that goes from page to page in one way. */
function serve(input: Input, rows: readonly unknown[], asked: string[] = []): Call {
  const operation = describedBy(get, input);
  return async (_, given) => {
    const request = buildRequest(operation, given, null, http);
    asked.push(request.url);
    const { searchParams } = new URL(request.url);
    if (searchParams.get("status") !== "open") throw new Error("the filter is gone");
    const from = Number(searchParams.get("cursor") ?? searchParams.get("offset") ?? (Number(searchParams.get("page") ?? 1) - 1) * size);
    const more = from + size < rows.length;
    const next = more ? `/orders?status=open&offset=${from + size}` : null;
    const raw = {
      data: { items: rows.slice(from, from + size) },
      links: { next },
      meta: { next: more ? String(from + size) : null, total: rows.length },
    };
    const headers = { link: next === null ? "" : `<https://api.example.com/orders?a=1>; rel="first", <${next}>; title="x, y"; rel=next` };
    return { output: unwrap(operation, raw), raw, status: 200, headers };
  };
}

const ways: Record<string, Input> = {
  "a link in the answer": { link: "links.next" },
  "a Link header": { link: "header" },
  "a cursor": { cursor: "meta.next", query: "cursor" },
  "page numbers": { page: "page" },
  "an offset": { offset: "offset" },
  "an offset and a total": { offset: "offset", total: "meta.total" },
};

describe.each(Object.entries(ways))("a list at any address that goes on by %s", (_, paging) => {
  const input: Input = { url, list: "data.items", paging };

  test("gives each row once, whatever its length, and sends the filters with every page", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 45 }), async (count) => {
        const rows = rowsOf(count);
        expect(await readAll(describedBy(get, input), input, serve(input, rows))).toEqual(rows);
      }),
      { numRuns: 20 },
    );
  });

  test("is read by a step up to its rows", async () => {
    const { rows, read } = await readList(describedBy(get, input), input, serve(input, rowsOf(45)), 25);
    expect([rows, read.complete, read.requests]).toEqual([rowsOf(25), false, 3]);
  });

  test("is an error, and no endless loop, where the same page comes again", async () => {
    const raw = { data: { items: rowsOf(size) }, links: { next: "/orders?status=open&offset=10" }, meta: { next: "10", total: 99 } };
    const operation = describedBy(get, input);
    let asked = 0;
    const same: Call = async () => {
      asked++;
      return { output: unwrap(operation, raw), raw, status: 200, headers: { link: "</orders?offset=10>; rel=next" } };
    };
    await expect(readAll(operation, input, same)).rejects.toThrow("the same page twice");
    expect(asked).toBe(2);
  });
});

test("an empty last page counts as a page: a row may have slid off the full one before it, so one absence is no proof", async () => {
  const input = { url, list: "data.items", paging: { offset: "offset" } };
  const read: number[] = [];
  for await (const { rows } of pages(describedBy(get, input), input, serve(input, rowsOf(size)))) read.push(rows.length);
  expect(read).toEqual([size, 0]);
});

test("counting begins where the address or the query says", async () => {
  const asked: string[] = [];
  const pages = { url: `${url}&page=2`, list: "data.items", paging: { page: "page" } };
  await readAll(describedBy(get, pages), pages, serve(pages, rowsOf(25), asked));
  expect(asked).toEqual([`${url}&page=2`, `${url}&page=3`, `${url}&page=4`]);
});

test("rows that have no id are kept, however equal", async () => {
  const input = { url, list: "data.items", paging: { offset: "offset" } };
  const rows = Array.from({ length: 15 }, (_, i) => ({ quantity: i % 4 }));
  expect(await readAll(describedBy(get, input), input, serve(input, rows))).toHaveLength(15);
});

test.each([
  ["https://elsewhere.example.net/orders?offset=10", "the next page is at https://elsewhere.example.net"],
  [{ href: "/orders" }, "the next page's address is an object"],
  ["http://[", "cannot be read"],
])("a next page at %j is refused", async (next, problem) => {
  const input = { url, list: "data.items", paging: { link: "links.next" } };
  const operation = describedBy(get, input);
  const call: Call = async () => ({ output: rowsOf(2), raw: { links: { next } }, status: 200 });
  await expect(readAll(operation, input, call)).rejects.toThrow(problem);
});

test.each([
  [
    { data: { items: { a: 1, b: 2, rows: [1] }, other: [] } },
    "'data.items' is an object with: a, b, rows; lists there: data.other, data.items.rows",
  ],
  [{ rows: [] }, "there is no 'data' in the answer, which has: rows; lists there: rows"],
  [[1], "there is no 'data' in the answer; the answer is a list itself, so leave the path empty"],
  ["<html>Sign in</html>", "the answer is not JSON; it begins with '<html>Sign in</html>'"],
  [null, "the answer is empty"],
  [{ data: { items: "none" } }, "'data.items' is a string; there is no list in the answer"],
])("an answer %j without the list says what it has", (answer, problem) => {
  expect(() => unwrap(describedBy(get, { url, list: "data.items" }), answer)).toThrow(`the answer has no list at 'data.items': ${problem}`);
});

test("an empty path is the whole answer, null where the list should be is an empty one, and paths may be written as elsewhere", () => {
  expect(unwrap(describedBy(get, { list: "" }), [1, 2])).toEqual([1, 2]);
  expect(unwrap(describedBy(get, { list: "items" }), { items: null })).toEqual([]);
  expect(unwrap(describedBy(get, { list: "$.items" }), { items: [3] })).toEqual([3]);
});

test.each([
  [{ list: 5 }, "list", "takes a path"],
  [{ list: "data[*]" }, "list", "has '['"],
  [{ id: "uuid" }, "id", "set 'list'"],
  [{ list: "", paging: {} }, "paging", "needs one of link, cursor, page or offset"],
  [{ list: "", paging: { page: "page", offset: "skip" } }, "paging", "has both 'page' and 'offset'"],
  [{ list: "", paging: { cursor: "meta.next" } }, "paging", "also needs 'query'"],
  [{ list: "", paging: { pgae: "page" } }, "paging", "did you mean 'page'"],
  [{ list: "", paging: { page: 1 } }, "paging", "needs a text for 'page'"],
  [{ list: "", paging: "next" }, "paging", "takes an object"],
])("a description %j is refused by its field", (input, field, problem) => {
  expect(describedProblems(get, input)).toEqual([{ field, problem: expect.stringContaining(problem) }]);
});
