import { expect, test } from "vitest";
import type { Json } from "#kernel/json.ts";
import { readRequests } from "./read-requests.ts";

const json = (value: Json, status = 200) => ({ status, content: { mimeType: "application/json", text: JSON.stringify(value) } });
const entry = (method: string, url: string, response: object, more: object = {}) => ({
  request: {
    method,
    url,
    headers: [
      { name: ":authority", value: "x" },
      { name: "authorization", value: "Bearer tok_1234567890" },
      { name: "cookie", value: "sid=cookie-secret-1" },
    ],
    ...more,
  },
  response,
});
const har = (...entries: object[]) => JSON.stringify({ log: { version: "1.2", entries } });
const contact = (id: number): Json => ({ id, email: "ada@example.com", updatedAt: "2026-01-31T09:00:00Z", apiToken: "hidden-token-9" });

const recording = har(
  entry("GET", "https://app.example.com/", { status: 200, content: { mimeType: "text/html", text: "<html>" } }),
  entry("GET", "https://app.example.com/logo.png", { status: 200, content: { mimeType: "image/png" } }),
  entry(
    "GET",
    "https://api.example.com/v1/contacts?page=1&pageSize=20",
    json({ contacts: [contact(1), contact(2), contact(3)], total: 3 }),
  ),
  entry("GET", "https://api.example.com/v1/contacts/123", json({ contact: contact(123) })),
  entry("GET", "https://api.example.com/v1/contacts/456", json({ contact: { ...(contact(456) as object), phone: "+49" } })),
  entry("GET", "https://api.example.com/v1/contacts/789", json({ error: "gone" }, 404)),
  entry("PUT", "https://api.example.com/v1/contacts/123", json({ contact: contact(123) }), {
    postData: { mimeType: "application/json;charset=utf-8", text: '{"email":"ada@example.com","password":"hunter2-secret"}' },
  }),
  entry("POST", "https://metrics.example.net/collect", json({ ok: true }), { postData: { mimeType: "application/json", text: '{"a":1}' } }),
  entry("OPTIONS", "https://api.example.com/v1/contacts", { status: 204 }),
);

test("a recording becomes one operation for each method and shape of path, with what the answers say, and no secret", () => {
  const app = readRequests("har", recording);
  expect(app.baseUrl).toBe("https://api.example.com/v1");
  expect(app.auth).toMatchObject([{ kind: "token" }]);
  const [list, get, update] = app.operations.map(({ definition }) => definition);
  expect(app.operations).toHaveLength(3);
  expect(list).toMatchObject({
    id: "contacts.list",
    effect: "read",
    result: "contacts",
    list: true,
    identity: "id",
    changed: "updatedAt",
    paging: { style: "page", in: "query", page: "page", size: "pageSize", max: 100, total: "total" },
    example: { output: [{ id: 1, apiToken: "…" }, { id: 2 }] },
  });
  expect(get).toMatchObject({
    id: "contacts.get",
    path: "/contacts/{contactId}",
    result: "contact",
    example: { input: { contactId: "123" }, output: { id: 123 } },
  });
  expect(Object.keys(get!.output!.properties!)).toContain("phone");
  expect(update).toMatchObject({
    id: "contacts.replace",
    effect: "update",
    input: [{ name: "contactId" }, { name: "email" }, { name: "password" }],
  });
  expect(app.operations[0]!.guesses.map(({ member }) => member)).toEqual(["result", "identity", "changed", "paging"]);
  expect(app.notes.map(({ says }) => says)).toEqual(
    expect.arrayContaining([
      "Left out: 2 pages, pictures, scripts and other files.",
      "Left out: 1 requests of another kind.",
      "One request to https://metrics.example.net was left out: an app has one address.",
    ]),
  );
  expect(JSON.stringify(app)).not.toMatch(/tok_1234567890|cookie-secret|hidden-token|hunter2/);
});

test("what is no recording is refused, and strange entries are left out", () => {
  for (const text of ["x", "[]", '{"log": {}}', har(), har({}, { request: null }, entry("GET", "ftp://x", {}))])
    expect(() => readRequests("har", text)).toThrow(/^text: /);
});
