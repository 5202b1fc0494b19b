/** Every paged list of the catalog, read to its end over requests as they go out, from a server that keeps to the list's own style. */
import { describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { judgedOperations } from "#apps/highlevel/operations.ts";
import { findOperation, prepareInput } from "#test/support/built-in.ts";
import { readAll } from "#catalog/paging.ts";
import { readList } from "#catalog/read-list.ts";
import { buildRequest } from "#catalog/request.ts";
import { unwrap } from "#catalog/result.ts";
import { listRows, type Call, type ConnectionFacts, type HttpRequest, type InputPaging, type Operation } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { isObject } from "#kernel/json.ts";

type Paged = InputPaging;
type Sent = Record<string, unknown>;
const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
const newer = judgedOperations.flatMap((o) => (o.newer ? [findOperation("highlevel", o.newer)!] : []));
const paged = [...judgedOperations, ...newer].filter((o) => o.paging).map((o): [string, Operation, Paged] => [o.id, o, o.paging as Paged]);

/** Rows with all that some style tells them by; dates in the order of the list. */
function rowsOf({ identity, paging }: Operation, count: number): Sent[] {
  const mark = paging?.style === "lastRow" ? paging.row : "searchAfter";
  return Array.from({ length: count }, (_, i) => ({
    [mark]: mark === "searchAfter" ? [i] : 1_768_000_000_000 - i,
    [identity!]: `row${i}`,
  }));
}

/** What a request says, by wire name: text from a query, values from a body. */
function sentIn(paging: Paged, { url, body }: HttpRequest): Sent {
  return paging.in === "body" ? (JSON.parse(String(body)) as Sent) : Object.fromEntries(new URL(url).searchParams);
}

/** Where the page begins that a request asks for. */
function start(paging: Paged, sent: Sent, rows: readonly Sent[], size: number): number {
  switch (paging.style) {
    case "offset":
      return Number(sent[paging.offset] ?? 0);
    case "page": {
      const after = sent[paging.after?.field ?? ""];
      if (Array.isArray(after)) return Number(after[0]) + 1;
      if (Number(sent[paging.page]) * size > (paging.pageRows ?? Infinity)) throw new Error("too deep for pages");
      return (Number(sent[paging.page]) - 1) * size;
    }
    case "lastRow":
      if (sent[paging.field] === undefined) return 0;
      if (!paging.ties) return rows.findIndex((r) => String(r[paging.row]) === String(sent[paging.field])) + 1;
      return rows.filter((r) => Number(r[paging.row]) >= Number(sent[paging.field])).length;
    case "cursor":
      return Number(sent[Object.keys(paging.next)[0]!] ?? 0);
  }
}

const put = (answer: Sent, path: string, value: unknown): Sent => {
  if (path === "") return value as Sent;
  const [head = "", ...rest] = path.split(".");
  const inner = isObject(answer[head]) ? answer[head] : {};
  return { ...answer, [head]: rest.length > 0 ? put(inner, rest.join("."), value) : value };
};

function answerOf(o: Operation, paging: Paged, rows: readonly Sent[], from: number, size: number): unknown {
  const page = rows.slice(from, from + size);
  const more = from + size < rows.length;
  let answer = put({}, o.result, page);
  if ("more" in paging && paging.more) answer = put(answer, paging.more, more);
  if ("total" in paging && paging.total) answer = put(answer, paging.total, rows.length);
  if (paging.style === "cursor") {
    const names = Object.values(paging.next);
    for (const path of names) answer = put(answer, path, more ? (path === names[0] ? String(from + size) : 1) : null);
  }
  return answer;
}

/** A server of so many rows that gives no page above `cap`. Every filter has to come with every page. */
function serve(o: Operation, paging: Paged, rows: readonly Sent[], cap: number, seen: Sent[]): Call {
  return async (_, input) => {
    const prepared = await prepareInput(o, input, () => Promise.reject(new Error("no names here")));
    validateInput(o, prepared);
    const request = buildRequest(o, prepared, acme, highlevel);
    const sent = sentIn(paging, request);
    seen.push({ ...sent, path: new URL(request.url).pathname });
    const size = Math.min(Number(sent[paging.size]), cap);
    const raw = answerOf(o, paging, rows, start(paging, sent, rows, size), size);
    return { output: unwrap(o, raw), raw, status: 200 };
  };
}

describe.each(paged)("%s", (_, o, paging) => {
  const input = o.example!.input;

  test.each([0, 1, 9, 37, paging.max, paging.max + 1, 2 * paging.max + 7])("of %i rows gives each row once", async (count) => {
    const rows = rowsOf(o, count);
    const read = (await readAll(o, input, serve(o, paging, rows, Infinity, []))) as Sent[];
    expect(read.map((r) => r[o.identity!])).toEqual(rows.map((r) => r[o.identity!]));
  });

  test("sends the place and every filter with every page", async () => {
    const seen: Sent[] = [];
    await readAll(o, input, serve(o, paging, rowsOf(o, 2 * paging.max + 7), Infinity, seen));
    expect(seen.length).toBeGreaterThan(2);
    const steering = new Set(["path", paging.size, ...(paging.style === "offset" ? [paging.offset] : []), ...moved(paging)]);
    const filters = (sent: Sent) => Object.entries(sent).filter(([name]) => !steering.has(name));
    for (const sent of seen) expect([sent["path"], filters(sent)]).toEqual([seen[0]!["path"], filters(seen[0]!)]);
  });

  // What a person asks for, without the size of a page or its place: so a step asks.
  const unpaged = Object.fromEntries(Object.entries(input).filter(([name]) => !steers(o, paging).has(name)));
  const ids = (rows: unknown[]) => (rows as Sent[]).map((row) => row[o.identity!]);

  test("is read by a step to its end, and the step says that it is whole (F26)", async () => {
    const rows = rowsOf(o, 323);
    const { rows: read, read: list } = await readList(o, unpaged, serve(o, paging, rows, Infinity, []));
    expect(ids(read)).toEqual(ids(rows));
    expect(list).toMatchObject({ rows: 323, complete: true, total: 323 });
  });

  test("is read by a step up to its rows, and the step says what it left out (F26)", async () => {
    const rows = rowsOf(o, listRows.usual + 212);
    const totals = "total" in paging && paging.total ? { total: rows.length } : {};
    for (const bound of [undefined, 7, 150] as const) {
      const most = bound ?? listRows.usual;
      const { rows: read, read: list } = await readList(o, unpaged, serve(o, paging, rows, Infinity, []), bound);
      expect(ids(read)).toEqual(ids(rows.slice(0, most)));
      expect(list).toEqual({ rows: most, complete: false, requests: expect.any(Number), cut: "rows", ...totals });
      expect(list.requests).toBeLessThanOrEqual(Math.ceil((most + 1) / paging.max) + 1);
    }
  });

  test("is read one page of, where the input sets its size, and on where the step has rows", async () => {
    const rows = rowsOf(o, 40);
    const size = o.input.find((field) => (field.wire ?? field.name) === paging.size && field.in === paging.in)!;
    const few = { ...unpaged, [size.name]: size.schema.type === "string" ? "15" : 15 };
    const one = await readList(o, few, serve(o, paging, rows, Infinity, []));
    expect([ids(one.rows), one.read]).toMatchObject([ids(rows.slice(0, 15)), { complete: false, cut: "page", requests: 1 }]);
    const all = await readList(o, few, serve(o, paging, rows, Infinity, []), 100);
    expect([ids(all.rows), all.read]).toMatchObject([ids(rows), { complete: true }]);
  });

  test("gives no row twice to a step while rows are added at its front", async () => {
    const rows = rowsOf(o, 2 * paging.max + 7);
    let asked = 0;
    const growing: Call = (id, sent) => serve(o, paging, asked++ === 0 ? rows.slice(1) : rows, Infinity, [])(id, sent);
    const { rows: read } = await readList(o, unpaged, growing);
    expect(new Set(ids(read)).size).toBe(read.length);
    expect(read.length).toBeGreaterThanOrEqual(Math.min(rows.length - 1, listRows.usual));
  });

  test("does not go on for ever where the other side gives the same page again and again", async () => {
    let asked = 0;
    const same: Call = (id) => {
      asked++;
      const raw = answerOf(o, paging, rowsOf(o, 3 * paging.max), 0, paging.max);
      return Promise.resolve({ output: unwrap(o, raw), raw, status: 200, id });
    };
    await expect(readList(o, unpaged, same)).rejects.toMatchObject({ code: "OUTBOUND_FAILED" });
    expect(asked).toBeLessThan(5);
  });

  test("is read to its end from a server that caps its pages, where the largest page is not documented", async () => {
    const floor = "floor" in paging ? paging.floor : undefined;
    const rows = rowsOf(o, 3 * (floor ?? 0) + 2);
    if (floor === undefined) return;
    expect(await readAll(o, input, serve(o, paging, rows, floor, []))).toHaveLength(rows.length);
  });
});

/** Inputs that set the size of a page or its place, by their names. */
function steers({ input }: Operation, paging: Paged): Set<string> {
  const wires = new Set(["page", paging.size, ...moved(paging), ...(paging.style === "offset" ? [paging.offset] : [])]);
  return new Set(input.flatMap(({ name, wire = name, in: place }) => (place === paging.in && wires.has(wire) ? name : [])));
}

function moved(paging: Paged): string[] {
  if (paging.style === "cursor") return Object.keys(paging.next);
  if (paging.style === "page") return [paging.page, ...(paging.after ? [paging.after.field] : [])];
  return paging.style === "lastRow" ? [paging.field] : [];
}

test("lists that want both a place and a size are asked with both from the first page on", async () => {
  for (const id of ["associations.list", "associations.list_relations", "blogs.list_sites", "calendars.list_resources"]) {
    const seen: Sent[] = [];
    const [, o, paging] = paged.find(([name]) => name === id)!;
    await readAll(o, o.example!.input, serve(o, paging, [], Infinity, seen));
    expect([id, seen[0]]).toMatchObject([id, { skip: "0", limit: String(paging.max) }]);
  }
});
