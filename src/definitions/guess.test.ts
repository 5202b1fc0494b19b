import { describe, expect, test } from "vitest";
import { schemaOf } from "#catalog/schema-of.ts";
import { schemaOfValue } from "./values.ts";
import {
  guessChanged,
  guessEffect,
  guessIdentity,
  guessPaging,
  guessResult,
  labelOf,
  nounsOf,
  operationIdOf,
  rowOf,
  titleOf,
  type Method,
} from "./guess.ts";

const call = (line: string) => {
  const [method, path] = line.split(" ") as [Method, string];
  return { method, path };
};

describe("what an operation does to the other side", () => {
  test.each([
    ["GET /contacts", "read"],
    ["GET /orders/{id}/cancel", "read"],
    ["POST /contacts", "create"],
    ["POST /contacts/search", "read"],
    ["POST /search", "read"],
    ["POST /list", "create"],
    ["POST /contacts/upsert", "upsert"],
    ["POST /contacts/{contactId}", "update"],
    ["POST /orders/{id}/cancel", "other"],
    ["POST /orders/{id}:cancel", "other"],
    ["POST /conversations/{id}/messages", "send"],
    ["POST /segments/{id}/unassign", "unlink"],
    ["PUT /contacts/{id}", "update"],
    ["PUT /contacts/search", "update"],
    ["PATCH /contacts/{id}", "update"],
    ["DELETE /contacts/{id}", "delete"],
  ])("%s: %s", (line, effect) => expect(guessEffect(call(line)).value).toBe(effect));

  test.each([
    [{ ...call("POST /contacts/query"), id: "searchContacts" }, "read"],
    [{ ...call("POST /search"), id: "createSearch" }, "create"],
    [{ ...call("POST /things"), id: "contacts_find" }, "read"],
    [{ ...call("POST /things"), summary: "Search for things." }, "read"],
    [{ ...call("POST /reports/preview"), summary: "Send the preview of a report" }, "send"],
    [{ ...call("POST /people"), id: "createOrUpdatePerson" }, "upsert"],
  ])("the words of a document count, and of two the one that writes: %o", (given, effect) => {
    expect(guessEffect(given).value).toBe(effect);
  });
});

test("an id fits the pattern of definitions, is made of the path where nothing is given, and is used once", () => {
  const taken = new Set<string>();
  const ids = [
    operationIdOf("GET", "/api/v1/contacts", undefined, taken),
    operationIdOf("GET", "/contacts/{id}", undefined, taken),
    operationIdOf("POST", "/contacts/search", undefined, taken),
    operationIdOf("POST", "/contacts/{id}/tags", undefined, taken),
    operationIdOf("POST", "/contacts/{id}/tags", undefined, taken),
    operationIdOf("GET", "/", "listPets", taken),
    operationIdOf("GET", "/", "Repos/List Tags!", taken),
    operationIdOf("GET", "/", "2FA", taken),
    operationIdOf("GET", "/", "検索", taken),
    operationIdOf("POST", "/v1.1/%20"),
  ];
  expect(ids).toEqual([
    "contacts.list",
    "contacts.get",
    "contacts.search",
    "contacts.tags.create",
    "contacts.tags.create_2",
    "list_pets",
    "repos.list_tags",
    "op_2_fa",
    "get",
    "op_20.create",
  ]);
});

test("titles and labels are what people say", () => {
  expect(
    ["GET /contacts", "GET /contacts/{id}", "POST /companies", "POST /contacts/search", "GET /"].map((line) =>
      titleOf(call(line).method, call(line).path),
    ),
  ).toEqual(["List contacts", "Get contact", "Create company", "Search contacts", "GET /"]);
  expect(titleOf("GET", "/x", "Returns all pets.\nMore text")).toBe("Returns all pets");
  expect(["firstName", "utm_source", "filter[email]"].map(labelOf)).toEqual(["First name", "UTM source", "Filter e-mail"]);
});

describe("where the record or the list of an answer is", () => {
  const of = (answer: Parameters<typeof schemaOf>[0], path = "/contacts") => {
    const { value } = guessResult(schemaOf(answer), { names: nounsOf(path), one: path.endsWith("}") });
    return [value.result, value.list];
  };
  test.each([
    [[{ id: 1 }], ["", true]],
    [{ contacts: [{ id: 1 }], traceId: "x" }, ["contacts", true]],
    [{ data: [{ id: 1 }], meta: { total: 1 } }, ["data", true]],
    [{ data: { items: [{ id: 1 }], total: 1 } }, ["data.items", true]],
    [{ people: [{ id: 1 }], next: "x" }, ["people", true]],
    [{ id: 1, tags: ["a"] }, ["", false]],
    [{ contact: { id: 1, orders: [{ id: 2 }] } }, ["contact", false]],
    [{ data: { contact: { id: 1 } } }, ["data.contact", false]],
    [{ success: true, ticket: { id: 1 } }, ["ticket", false]],
    [{ name: "Ada", address: { city: "X" } }, ["", false]],
    ["done", ["", false]],
  ])("%j", (answer, expected) => expect(of(answer)).toEqual(expected));

  test("of one record, a list in it is not the answer", () => {
    expect(of({ name: "Ada", contacts: [{ id: 1 }] }, "/accounts/{id}")).toEqual(["", false]);
  });
});

test("what tells rows apart, and when they changed", () => {
  const row = (value: Parameters<typeof schemaOf>[0]) => rowOf(schemaOf({ rows: [value] }), { result: "rows", list: true });
  expect(guessIdentity(row({ name: "x", id: "1" }))?.value).toBe("id");
  expect(guessIdentity(row({ contactId: "x", ownerId: "1" }), ["contacts"])?.value).toBe("contactId");
  expect(guessIdentity(row({ ownerId: "1", otherId: "2" }))).toBeNull();
  expect(
    ["updated_at", "dateUpdated", "lastModified", "modifiedOn", "LastUpdateTime"].map((name) => guessChanged(row({ [name]: "x" }))?.value),
  ).toEqual(["updated_at", "dateUpdated", "lastModified", "modifiedOn", "LastUpdateTime"]);
  expect(guessChanged(row({ updated: true, createdAt: "x" }))).toBeNull();
});

describe("how a list goes on", () => {
  const query = (...names: string[]) => names.map((name) => ({ name, in: "query" }));
  test("by a cursor, where the answer gives one", () => {
    const answer = schemaOf({ data: [{ id: "1" }], meta: { nextCursor: "x", total: 3 } });
    expect(guessPaging(query("limit", "cursor"), answer, { list: "data" })?.value).toEqual({
      style: "cursor",
      in: "query",
      size: "limit",
      max: 100,
      next: { cursor: "meta.nextCursor" },
      total: "meta.total",
    });
  });
  test("by the last row, where it gives none", () => {
    const answer = schemaOf({ data: [{ id: "1" }], has_more: true });
    expect(guessPaging(query("limit", "starting_after"), answer, { list: "data", identity: "id" })?.value).toEqual({
      style: "lastRow",
      in: "query",
      size: "limit",
      max: 100,
      field: "starting_after",
      row: "id",
      more: "has_more",
    });
  });
  test("by page or row number, with the size that the schema allows", () => {
    const perPage = { name: "perPage", wire: "per_page", in: "query", schema: { type: "integer" as const, maximum: 50 } };
    expect(guessPaging([perPage, ...query("page")], undefined)?.value).toEqual({
      style: "page",
      in: "query",
      size: "per_page",
      max: 50,
      page: "page",
    });
    expect(guessPaging(query("offset", "limit"), undefined)?.value).toMatchObject({ style: "offset", offset: "offset" });
  });
  test("by the address of the next page, in the answer or in its Link header", () => {
    const of = (answer: Parameters<typeof schemaOfValue>[0], header = false) =>
      guessPaging(query("locale"), schemaOfValue(answer), { list: "results", linkHeader: header })?.value;
    const results = [{ id: "1" }];
    expect(of({ results, count: 3, next: "https://api.example.com/items?page=2" })).toEqual({ style: "link", link: "next" });
    expect(of({ results, total: 3, _links: { next: { href: "/items?after=1" } } })).toEqual({
      style: "link",
      link: "_links.next.href",
      total: "total",
    });
    expect(of({ results, next_page_url: null })).toEqual({ style: "link", link: "next_page_url" });
    expect(of({ results }, true)).toEqual({ style: "link" });
    expect(of({ results, next: "abc" })).toBeUndefined();
  });
  test("an address is no cursor", () => {
    const answer = schemaOfValue({ data: [{ id: "1" }], next: "https://api.example.com/items?cursor=x" });
    expect(guessPaging(query("limit", "cursor"), answer, { list: "data", identity: "id" })?.value).toEqual({ style: "link", link: "next" });
  });
  test("without a size, or with a header, nothing is guessed", () => {
    expect(guessPaging(query("page"), undefined)).toBeNull();
    expect(guessPaging([{ name: "limit", in: "header" }, ...query("page")], undefined)).toBeNull();
  });
});
