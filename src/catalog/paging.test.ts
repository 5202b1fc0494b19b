import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAll } from "./paging.ts";
import type { Call, InputField, Operation, Paging } from "./types.ts";
import { trials } from "#test/support/trials.ts";

type Row = { id: string; sortedBy: number; searchAfter: [number] };
const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, i) => ({ id: `r${i}`, sortedBy: 1000 - i, searchAfter: [i] }));
const field = (name: string, place: "query" | "body"): InputField => ({ name, in: place, schema: {} });

function operation(paging: Paging): Operation {
  const place = "in" in paging ? paging.in : "query";
  const names = ["limit", "skip", "page", "searchAfter", "startAfter", "startAfterId", "startAfterDate", "filter"];
  return {
    id: "demo.list",
    app: "demo",
    title: "List",
    category: "Demo",
    kind: "trigger",
    effect: "read",
    method: "GET",
    path: "/list",
    scopes: [],
    access: [],
    input: names.map((n) => field(n, place)),
    result: "rows",
    list: true,
    identity: "id",
    paging,
  };
}

/** A server of `count` rows that keeps to one style, and refuses a page asked for without the filter. */
interface Server {
  paging: Paging;
  answer(rows: Row[], input: Record<string, unknown>, size: number): { rows: Row[]; [key: string]: unknown };
}
const after = (rows: Row[], id: unknown, size: number) => rows.slice(rows.findIndex((r) => r.id === id) + 1).slice(0, size);
const styles: Record<string, Server> = {
  cursor: {
    paging: {
      style: "cursor",
      in: "query",
      size: "limit",
      max: 100,
      next: { startAfterId: "meta.startAfterId", startAfter: "meta.startAfter" },
      total: "meta.total",
    },
    answer: (rows, input, size) => {
      const page = after(rows, input["startAfterId"], size);
      return { rows: page, meta: { total: rows.length, startAfterId: page.at(-1)?.id ?? null, startAfter: page.at(-1)?.sortedBy ?? null } };
    },
  },
  "cursor without a total": {
    paging: { style: "cursor", in: "query", size: "limit", max: 100, next: { startAfterId: "next" } },
    answer: (rows, input, size) => {
      const page = after(rows, input["startAfterId"], size);
      return { rows: page, next: page.at(-1)?.id };
    },
  },
  "offset as text": {
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, asText: true },
    answer: (rows, input, size) => {
      if (typeof input["skip"] !== "string" || typeof input["limit"] !== "string") throw new Error("text wanted");
      return { rows: rows.slice(Number(input["skip"]), Number(input["skip"]) + size) };
    },
  },
  "offset with more": {
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, more: "hasMore" },
    answer: (rows, input, size) => ({
      rows: rows.slice(Number(input["skip"]), Number(input["skip"]) + size),
      hasMore: Number(input["skip"]) + size < rows.length,
    }),
  },
  page: {
    paging: { style: "page", in: "body", page: "page", size: "limit", max: 100 },
    answer: (rows, input, size) => ({ rows: rows.slice((Number(input["page"]) - 1) * size, Number(input["page"]) * size) }),
  },
  "page, then a cursor": {
    paging: {
      style: "page",
      in: "body",
      page: "page",
      size: "limit",
      max: 60,
      pageRows: 60,
      after: { field: "searchAfter", row: "searchAfter" },
      total: "total",
    },
    answer: (rows, input, size) => {
      const { page, searchAfter } = input as { page?: number; searchAfter?: [number] };
      if ((page === undefined) === (searchAfter === undefined)) throw new Error("one of the two, never both");
      if (page && page * size > 60) throw new Error("too deep for pages");
      const start = searchAfter ? searchAfter[0] + 1 : (page! - 1) * size;
      return { rows: rows.slice(start, start + size), total: rows.length };
    },
  },
  "last row": {
    paging: { style: "lastRow", in: "query", field: "startAfterDate", row: "sortedBy", size: "limit", max: 100 },
    answer: (rows, input, size) => {
      const from = input["startAfterDate"] as number | undefined;
      return { rows: rows.filter((r) => from === undefined || r.sortedBy < from).slice(0, size) };
    },
  },
};

function callOf(server: Server, rows: Row[], seen: Record<string, unknown>[] = []): Call {
  return (_, input) => {
    seen.push(input);
    if (input["filter"] !== "f") return Promise.reject(new Error("the filter was forgotten"));
    const raw = server.answer(rows, input, Number(input["limit"]));
    return Promise.resolve({ output: raw.rows, raw, status: 200 });
  };
}

describe.each(Object.entries(styles))("a list paged by %s", (_, server) => {
  const list = operation(server.paging);

  test("gives each row exactly once, whatever its length and the size of a page", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 230 }), fc.integer({ min: 1, max: 60 }), async (count, limit) => {
        const read = (await readAll(list, { filter: "f", limit }, callOf(server, rowsOf(count)))) as Row[];
        expect(read.map((r) => r.id)).toEqual(rowsOf(count).map((r) => r.id));
      }),
      { numRuns: trials(60) },
    );
  });

  test("asks for the largest page unless another size is asked for", async () => {
    const seen: Record<string, unknown>[] = [];
    expect(await readAll(list, { filter: "f" }, callOf(server, rowsOf(3), seen))).toHaveLength(3);
    expect(Number(seen[0]?.["limit"])).toBe("max" in server.paging ? server.paging.max : 0);
  });

  test("a server that answers the same page for ever is an error, not a short list", async () => {
    const stuck: Call = () =>
      Promise.resolve({
        output: rowsOf(2),
        raw: { hasMore: true, next: "r1", meta: { total: 99, startAfterId: "r1", startAfter: 1 }, total: 99 },
        status: 200,
      });
    await expect(readAll(list, { filter: "f", limit: 2 }, stuck)).rejects.toMatchObject({ code: "OUTBOUND_FAILED" });
  });

  test("a list without end stops at the bound, loudly", async () => {
    const call = callOf(server, rowsOf(50));
    await expect(readAll(list, { filter: "f", limit: 5 }, call, { maxPages: 3 })).rejects.toMatchObject({ code: "OUTBOUND_TOO_LARGE" });
  });
});

test("a list that is not paged is read with one call", async () => {
  const call: Call = () => Promise.resolve({ output: rowsOf(3), raw: {}, status: 200 });
  expect(await readAll(operation({ style: "none" }), {}, call)).toHaveLength(3);
});

test("rows whose id is empty are no repeats of each other, and long ids tell rows apart by their ends", async () => {
  const long = "x".repeat(100_000);
  const rows = [{ id: "", n: 1 }, { id: "", n: 2 }, { id: `${long}1` }, { id: `${long}2` }, { id: `${long}1` }, { id: "r" }];
  const paging = { style: "offset", in: "query", offset: "skip", size: "limit", max: 2 } as const;
  const call: Call = (_, input) =>
    Promise.resolve({ output: rows.slice(Number(input["skip"]), Number(input["skip"]) + 2), raw: {}, status: 200 });
  expect(await readAll(operation(paging), {}, call)).toEqual([...rows.slice(0, 4), rows[5]]);
});

test("a row that moves to a later page while reading comes once", async () => {
  const rows = rowsOf(6);
  let calls = 0;
  const call: Call = (_, input) => {
    const now = calls++ === 0 ? rows : [{ id: "new", sortedBy: 2000, searchAfter: [0] as [number] }, ...rows];
    const skip = Number(input["skip"]);
    return Promise.resolve({ output: now.slice(skip, skip + 3), raw: {}, status: 200 });
  };
  const read = (await readAll(operation({ style: "offset", in: "query", offset: "skip", size: "limit", max: 3 }), {}, call)) as Row[];
  expect(read.map((r) => r.id)).toEqual(rows.map((r) => r.id));
});

describe("a server that caps the size of a page without saying", () => {
  const paging: Paging = { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, floor: 25 };
  const capped =
    (count: number, cap: number, asked: unknown[] = []): Call =>
    (_, input) => {
      asked.push(input["skip"]);
      const skip = Number(input["skip"]);
      return Promise.resolve({ output: rowsOf(count).slice(skip, skip + Math.min(cap, Number(input["limit"]))), raw: {}, status: 200 });
    };

  test("is read to its end all the same", async () => {
    expect(await readAll(operation(paging), {}, capped(130, 50))).toHaveLength(130);
    expect(await readAll(operation(paging), {}, capped(100, 50))).toHaveLength(100);
  });

  test("costs no further request when the page is smaller than any cap", async () => {
    const asked: unknown[] = [];
    await readAll(operation(paging), {}, capped(24, 50, asked));
    expect(asked).toEqual([0]);
  });
});

describe("rows that share the value by which the next page is asked for", () => {
  const paging: Paging = { style: "lastRow", in: "query", field: "before", row: "sortedBy", ties: true, size: "limit", max: 50, floor: 20 };
  /** Rows whose value changes every `run` rows, from a server that leaves out what has the value asked for. */
  const tied = (count: number, run: number): Call => {
    const rows = Array.from({ length: count }, (_, i) => ({ id: `r${i}`, sortedBy: 1_000_000 - Math.floor(i / run) }));
    return (_, input) => {
      const before = input["before"] as number | undefined;
      return Promise.resolve({
        output: rows.filter((r) => before === undefined || r.sortedBy < before).slice(0, Number(input["limit"])),
        raw: {},
        status: 200,
      });
    };
  };

  test("each come once, whatever their number, the size of a page and where the page ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(130), fc.integer({ min: 1, max: 49 }), fc.integer({ min: 1, max: 50 }), async (count, run, limit) => {
        const read = (await readAll(operation(paging), { limit }, tied(count, run))) as Row[];
        expect(read.map((r) => r.id)).toEqual(Array.from({ length: count }, (_, i) => `r${i}`));
      }),
    );
  });

  test("and fill more than the largest page are an error, not a short list", async () => {
    await expect(readAll(operation(paging), {}, tied(60, 60))).rejects.toMatchObject({ code: "OUTBOUND_FAILED" });
  });
});

describe.each([
  ["in the answer", { style: "link", link: "links.next" } as const],
  ["in the Link header", { style: "link" } as const],
])("a list whose next address is %s", (_, paging) => {
  /** Pages of two rows; the page asked for is the address that the page before gave. */
  const server =
    (rows: readonly Row[], asked: unknown[] = []): Call =>
    (_operation, input, next) => {
      asked.push([input, next]);
      const from = Number(next?.split("=")[1] ?? 0);
      const address = from + 2 < rows.length ? `/rows?from=${from + 2}` : null;
      const headers = { link: address === null ? '</rows>; rel="first"' : `</rows>; rel="first", <${address}>; rel="next"` };
      const raw = "link" in paging ? { links: { next: address } } : {};
      return Promise.resolve({ output: rows.slice(from, from + 2), raw, status: 200, headers: "link" in paging ? {} : headers });
    };

  test("is read to its end, each page by the address of the one before", async () => {
    const asked: unknown[] = [];
    expect(await readAll(operation(paging), { filter: "f" }, server(rowsOf(5), asked))).toHaveLength(5);
    expect(asked).toEqual([undefined, "/rows?from=2", "/rows?from=4"].map((next) => [{ filter: "f" }, next]));
  });

  test("an address that comes twice is an error, not a short list", async () => {
    const stuck: Call = () =>
      Promise.resolve({ output: rowsOf(1), raw: { links: { next: "/rows" } }, status: 200, headers: { link: '</rows>; rel="next"' } });
    await expect(readAll(operation(paging), {}, stuck)).rejects.toMatchObject({ code: "OUTBOUND_FAILED" });
  });

  test("what is no text, or longer than an address may be, is an error", async () => {
    if (!("link" in paging)) return;
    for (const next of [{ page: 2 }, 2, `/${"x".repeat(9_000)}`]) {
      const call: Call = () => Promise.resolve({ output: rowsOf(1), raw: { links: { next } }, status: 200 });
      await expect(readAll(operation(paging), {}, call)).rejects.toMatchObject({ code: "STEP_INPUT_INVALID" });
    }
  });
});
