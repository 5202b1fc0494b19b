import { describe, expect, test } from "vitest";
import type { MillraceError } from "#kernel/errors.ts";
import { buildRequest } from "./request.ts";
import type { ConnectionFacts, InputField, Operation } from "./types.ts";

const app = { baseUrl: "https://api.example/", headers: { Version: "{version}", "x-client": "millrace" } };
const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "demo", locationId: "loc_1" };
const text = { type: "string" } as const;

function operation(path: string, input: InputField[], more: Partial<Operation> = {}): Operation {
  return {
    id: "demo.do",
    app: "demo",
    title: "Do",
    category: "Demo",
    kind: "action",
    effect: "other",
    method: "POST",
    path,
    version: "2021-07-28",
    scopes: [],
    access: [],
    input,
    result: "",
    ...more,
  };
}
const path = (name: string): InputField => ({ name, in: "path", required: true, schema: text });
const query = (name: string, more: Partial<InputField> = {}): InputField => ({ name, in: "query", schema: text, ...more });
const body = (name: string, more: Partial<InputField> = {}): InputField => ({ name, in: "body", schema: text, ...more });
const build = (o: Operation, input: Record<string, unknown>, connection: ConnectionFacts | null = acme) =>
  buildRequest(o, input, connection, app);
const fault = (run: () => unknown): MillraceError => {
  try {
    run();
  } catch (error) {
    return error as MillraceError;
  }
  throw new Error("nothing was thrown");
};

describe("buildRequest", () => {
  test("values in a path cannot leave their segment", () => {
    const o = operation("/contacts/{id}/notes", [path("id")]);
    expect(build(o, { id: "a/b?c=d" }).url).toBe("https://api.example/contacts/a%2Fb%3Fc%3Dd/notes");
    expect(fault(() => build(o, { id: ".." })).details["field"]).toBe("id");
    expect(fault(() => build(o, { id: "  " })).message).toContain("was empty");
  });

  test("half a character in an address is refused by its field", () => {
    const o = operation("/contacts/{id}", [path("id"), query("name")]);
    for (const [field, input] of Object.entries({ id: { id: "ada\ud83d" }, name: { id: "a", name: "\udc4d" } })) {
      const { code, details } = fault(() => build(o, input));
      expect([code, details["field"], details["outcome"]]).toEqual(["STEP_INPUT_INVALID", field, "not_sent"]);
    }
    expect(build(o, { id: "👍", name: "👍" }).url).toBe("https://api.example/contacts/%F0%9F%91%8D?name=%F0%9F%91%8D");
  });

  test("a plus in a query arrives as a plus", () => {
    expect(build(operation("/find", [query("number")]), { number: "+441632960961" }).url).toBe(
      "https://api.example/find?number=%2B441632960961",
    );
  });

  test("a list in a query repeats the name, or is joined where the other side wants that", () => {
    const o = operation("/r", [query("ids"), query("fields", { join: "comma" })]);
    expect(build(o, { ids: ["a", "b"], fields: ["x", "y"] }).url).toBe("https://api.example/r?ids=a&ids=b&fields=x%2Cy");
  });

  test("what the connection knows is filled in, and an explicit value goes before it", () => {
    const o = operation("/c", [body("email"), body("locationId", { required: true, fill: { connection: "locationId" } })]);
    expect(JSON.parse(String(build(o, { email: "a@b.c" }).body))).toEqual({ email: "a@b.c", locationId: "loc_1" });
    expect(JSON.parse(String(build(o, { locationId: "loc_2" }).body))).toEqual({ locationId: "loc_2" });
  });

  test("the error for a connection without a sub-account names the connection", () => {
    const o = operation("/c", [query("locationId", { required: true, fill: { connection: "locationId" } })]);
    expect(fault(() => build(o, {}, { ...acme, locationId: undefined })).message).toContain("'acme' names no sub-account");
  });

  test("the version header is the operation's, and absent where it has none", () => {
    expect(build(operation("/c", []), {}).headers).toEqual({ accept: "application/json", Version: "2021-07-28", "x-client": "millrace" });
    expect(build(operation("/c", [], { version: undefined }), {}).headers).not.toHaveProperty("Version");
  });

  test("a list in a body is joined where the other side wants one text", () => {
    const o = operation("/users", [body("emails", { schema: { type: "array" }, join: "comma" })]);
    expect(build(o, { emails: ["a@b.c", "d@e.f"] }).body).toBe('{"emails":"a@b.c,d@e.f"}');
  });

  test("a DELETE carries its body", () => {
    const request = build(operation("/c/{id}/tags", [path("id"), body("tags")], { method: "DELETE" }), { id: "c1", tags: ["vip"] });
    expect([request.method, request.body, request.headers["content-type"]]).toEqual(["DELETE", '{"tags":["vip"]}', "application/json"]);
  });

  test("a form is form-encoded and leaves nothing empty in it", () => {
    const o = operation("/t", [body("a"), body("b"), body("c")], { body: "form" });
    expect(build(o, { a: "1 & 2", b: null }).body).toBe("a=1+%26+2");
  });

  test("a list in a form repeats its name, as it does in a query", () => {
    const form = operation("/t", [body("tags"), body("name")], { body: "form" });
    expect(build(form, { tags: ["a", "b"], name: "n" }).body).toBe("tags=a&tags=b&name=n");
    const multipart = build(operation("/t", [body("tags")], { body: "multipart" }), { tags: ["a", "b"] });
    expect(
      Buffer.from(multipart.body as Uint8Array)
        .toString()
        .match(/name="tags"/g),
    ).toHaveLength(2);
  });

  test("multipart carries files, and a quote in a file's name cannot end it", () => {
    const o = operation("/m", [body("file"), body("name")], { body: "multipart" });
    const request = build(o, {
      file: { filename: 'a".txt', contentType: "text/plain", base64: Buffer.from("hi").toString("base64") },
      name: "n",
    });
    const sent = Buffer.from(request.body as Uint8Array).toString();
    expect(sent).toContain('name="file"; filename="a%22.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n');
    expect(request.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=millrace[0-9a-f]{32}$/);
  });

  test("the connection's own address goes before the app's", () => {
    expect(build(operation("/c", []), {}, { ...acme, baseUrl: "http://127.0.0.1:4401" }).url).toBe("http://127.0.0.1:4401/c");
  });

  describe("to any address", () => {
    const o = operation("{+url}", [
      path("url"),
      query("query", { wire: "" }),
      { name: "headers", in: "header", wire: "", schema: {} },
      body("body", { wire: "", schema: {} }),
    ]);

    test("address, query, headers and body are the user's", () => {
      const request = build(o, { url: "https://h.example/x?a=1", query: { b: [2, 3] }, headers: { "X-Key": "k" }, body: { n: 1 } }, null);
      expect(request).toMatchObject({
        url: "https://h.example/x?a=1&b=2&b=3",
        headers: { "x-key": "k", "content-type": "application/json" },
        body: '{"n":1}',
      });
    });

    test("a login is not sent to another address than its own", () => {
      const there = { ...acme, baseUrl: "https://h.example/api" };
      expect(build(o, { url: "/x" }, there).url).toBe("https://h.example/api/x");
      expect(fault(() => build(o, { url: "https://evil.example/x" }, there)).message).toContain("must be at https://h.example");
    });

    test.each(["ftp://h.example", "notanaddress", "https://u:p@h.example/"])("%s is refused", (url) => {
      expect(fault(() => build(o, { url }, null)).code).toBe("STEP_INPUT_INVALID");
    });

    test.each([{ "Content-Length": "0" }, { Host: "x" }, { "X-A": "b\r\nX-C: d" }, { "X A": "b" }])(
      "the headers %j are refused",
      (headers) => {
        expect(fault(() => build(o, { url: "https://h.example", headers }, null)).details["field"]).toBe("headers");
      },
    );

    const sent = (bodyValue: unknown, type?: string) =>
      build(o, { url: "https://h.example", body: bodyValue, ...(type !== undefined && { headers: { "Content-Type": type } }) }, null);

    test.each<[string | undefined, unknown, string, string]>([
      ["application/x-www-form-urlencoded", { a: 1, b: "x y" }, "a=1&b=x+y", "application/x-www-form-urlencoded"],
      ["Application/X-WWW-Form-Urlencoded; charset=iso-8859-1", { n: "é" }, "n=%C3%A9", "application/x-www-form-urlencoded"],
      [
        "application/x-www-form-urlencoded",
        { t: ["a", "b"], o: { c: [{ d: 1 }] }, n: null },
        "t=a&t=b&o%5Bc%5D%5B0%5D%5Bd%5D=1",
        "application/x-www-form-urlencoded",
      ],
      ["application/x-www-form-urlencoded", "a=1&b=2", "a=1&b=2", "application/x-www-form-urlencoded"],
      ["application/vnd.api+json", { a: 1 }, '{"a":1}', "application/vnd.api+json"],
      ["application/x-ndjson", [{ a: 1 }, { a: 2 }], '{"a":1}\n{"a":2}\n', "application/x-ndjson"],
      ["application/x-ndjson", '{"a":1}\n{"a":2}', '{"a":1}\n{"a":2}', "application/x-ndjson"],
      ["text/plain", { a: 1 }, '{"a":1}', "text/plain"],
      ["application/xml", "<a/>", "<a/>", "application/xml"],
      ["text/plain", "[urgent] call", "[urgent] call", "text/plain"],
      [undefined, { a: 1 }, '{"a":1}', "application/json"],
    ])("under the content type %s, %j is sent as that type says", (type, value, expected, sentAs) => {
      const { body: encoded, headers } = sent(value, type);
      expect([encoded, headers["content-type"]]).toEqual([expected, sentAs]);
    });

    test("an object under multipart/form-data goes in parts, with files and a boundary of our own", () => {
      const file = { filename: "a.txt", contentType: "text/plain", base64: Buffer.from("hi").toString("base64") };
      const { body: encoded, headers } = sent({ a: [1, 2], file }, "multipart/form-data");
      const text = Buffer.from(encoded as Uint8Array).toString();
      expect(text.match(/name="a"/g)).toHaveLength(2);
      expect(text).toContain('name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n');
      expect(headers["content-type"]).toMatch(/^multipart\/form-data; boundary=millrace[0-9a-f]{32}$/);
    });

    test.each<[string | undefined, unknown, RegExp]>([
      [undefined, '{"name":"Ada "the" Byron"}', /not valid JSON.*text\/plain/],
      [undefined, "[urgent] call", /not valid JSON/],
      ["application/json", "hello", /not valid JSON/],
      ["application/vnd.api+json", "{oops", /not valid JSON/],
      ["application/x-www-form-urlencoded", [1], /an object of fields/],
      ["multipart/form-data", 5, /an object of fields/],
      ["text/xml", { a: 1 }, /write it as text/],
    ])("under the content type %s, %j is refused before it is sent", (type, value, words) => {
      const error = fault(() => sent(value, type));
      expect([error.code, error.details["field"], error.details["outcome"]]).toEqual(["STEP_INPUT_INVALID", "body", "not_sent"]);
      expect(error.message).toMatch(words);
    });

    test("text that looks like JSON goes as JSON, other text as text", () => {
      expect(build(o, { url: "https://h.example", body: ' {"a":1}' }, null).headers["content-type"]).toBe("application/json");
      expect(build(o, { url: "https://h.example", body: "hello" }, null)).toMatchObject({
        body: "hello",
        headers: { "content-type": "text/plain; charset=utf-8" },
      });
    });
  });

  test("a secret address is left to the login", () => {
    expect(build(operation("secret-url:survey", [body("email")]), { email: "a@b.c" }).url).toBe("secret-url:survey");
  });
});

describe("a further page, asked by the address that the page before named", () => {
  const list = operation("/things", [query("kind")], { method: "GET", effect: "read" });
  const page = (next: string, baseUrl?: string) => buildRequest(list, { kind: "a" }, { ...acme, ...(baseUrl && { baseUrl }) }, app, next);

  test("is asked there as it is written, in full or from the list's own address, with the same headers", () => {
    expect(page("https://api.example/v2/more?cursor=a%2Fb")).toMatchObject({
      method: "GET",
      url: "https://api.example/v2/more?cursor=a%2Fb",
      headers: { Version: "2021-07-28" },
    });
    expect(page("/more?cursor=1").url).toBe("https://api.example/more?cursor=1");
    expect(page("?page=2").url).toBe("https://api.example/things?page=2");
  });

  test("is never asked at another host than the connection's, nor at another port, and no login is taken from it", () => {
    for (const [next, base] of [
      ["https://evil.example/things?page=2"],
      ["//evil.example/things?page=2"],
      ["https://api.example:8443/things?page=2"],
      ["https://api.example@evil.example/things"],
      ["https://api.example/things?page=2", "https://other.example/api"],
      ["ftp://api.example/things"],
      ["javascript:alert(1)"],
    ] as const) {
      const { code, message } = fault(() => page(next, base));
      expect([next, code, message]).toEqual([next, "STEP_INPUT_INVALID", expect.stringMatching(/only pages of one place|cannot be read/)]);
    }
    expect(page("https://ada:secret@api.example/things?page=2&key=[secret]").url).toBe("https://api.example/things?page=2");
  });

  test("is asked by https where the list is, whatever the server writes", () => {
    expect(page("http://api.example/things?page=2").url).toBe("https://api.example/things?page=2");
  });
});
