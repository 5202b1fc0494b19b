/** An operation that reads needs a judgement and an example, and the sandbox answers it: nothing has to be played for it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { judge, type Judgement } from "#apps/highlevel/judge.ts";
import { readAll } from "#catalog/paging.ts";
import { buildRequest } from "#catalog/request.ts";
import { unwrap } from "#catalog/result.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { isPlayed } from "#test/support/played.ts";
import { type Bench, openBench } from "./testing.ts";

const recall = { id: "lk1", name: "Recall", redirectTo: "https://acmedental.example.com/recall" };
const table = {
  "links.search": {
    endpoint: "links/search-trigger-links",
    kind: "trigger",
    title: "Search Trigger Links",
    effect: "read",
    result: "links",
    list: true,
    identity: "id",
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 2, total: "meta.total" },
    example: { input: { query: "re" }, output: [recall, { ...recall, id: "lk2", name: "Review" }] },
  },
  "links.get": {
    endpoint: "links/get-link-by-id",
    kind: "trigger",
    title: "Get Trigger Link",
    effect: "read",
    result: "link",
    identity: "id",
    example: { input: { linkId: "lk1" }, output: recall },
  },
  "invoices.list": {
    endpoint: "invoices/list-invoices",
    kind: "trigger",
    title: "List Invoices",
    effect: "read",
    result: "invoices",
    list: true,
    identity: "_id",
    paging: { style: "offset", in: "query", offset: "offset", size: "limit", max: 100, asText: true, total: "total" },
    example: { input: { limit: "10", offset: "0" }, output: [{ _id: "in1", name: "Implants", total: 1200 }] },
  },
} as const satisfies Record<string, Judgement>;
const operations = judge("Trigger Links", table);

let bench: Bench;
beforeAll(async () => void (bench = await openBench({ operations: [...highlevel.operations, ...operations] })));
afterAll(() => bench.sandbox.close());

/** As a step calls it. */
const call: Call = async (id, input) => {
  const operation = operations.find((o) => o.id === id)!;
  const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: bench.acme };
  validateInput(operation, input);
  const { method, url, headers } = buildRequest(operation, input, acme, highlevel);
  const reply = await bench.call(method as "GET", url.slice(highlevel.baseUrl.length), undefined, {
    ...headers,
    version: headers["Version"],
  });
  expect([reply.status, reply.headers["x-millrace-sandbox"]]).toEqual([200, "example"]);
  return { output: unwrap(operation, reply.body), raw: reply.body, status: reply.status };
};

test("these are not played", () => {
  expect(operations.filter(isPlayed)).toEqual([]);
});

test.each(operations.map((o) => [o.id, o] as const))("%s gives its example, from the request of its example", async (id, o) => {
  expect((await call(id, o.example!.input)).output).toEqual(o.example!.output);
});

test.each(operations.filter((o) => o.list).map((o) => [o.id, o] as const))("%s is read to its end, each row once", async (_, o) => {
  expect(await readAll(o, o.example!.input, call)).toEqual(o.example!.output);
});

test("one page after another ends, in each style in which lists are read on", async () => {
  const [links] = operations as [(typeof operations)[number]];
  const styles = [
    { style: "cursor", in: "query", size: "limit", max: 2, next: { skip: "meta.next" } },
    { style: "page", in: "query", page: "skip", size: "limit", max: 2 },
    { style: "lastRow", in: "query", field: "skip", row: "id", size: "limit", max: 2, more: "meta.more" },
  ] as const;
  for (const paging of styles) {
    const other = { ...links, paging, input: links.input.map((f) => (f.name === "skip" ? { ...f, schema: {} } : f)) };
    const second = await openBench({ operations: [other] });
    const read: Call = async (_id, { skip = "", limit }) => {
      const query = `locationId=${second.acme}&limit=${String(limit)}${skip === "" ? "" : `&skip=${Number.isNaN(Number(skip)) ? 7 : String(skip)}`}`;
      const { body } = await second.call("GET", `/links/search?${query}`, undefined, { version: "2021-04-15" });
      return { output: unwrap(other, body), raw: body, status: 200 };
    };
    expect([paging.style, await readAll(other, {}, read)]).toEqual([paging.style, links.example!.output]);
    await second.sandbox.close();
  }
});
