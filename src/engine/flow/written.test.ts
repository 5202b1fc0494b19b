import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { MappingSettings } from "../mapping/mapping.ts";
import { compileInput } from "./written.ts";

const settings: MappingSettings = { zone: "UTC", now: () => 0 };
const fields = [
  { name: "url", required: true, text: "address" as const },
  { name: "body", required: false, text: "body" as const },
  { name: "headers", required: false },
];
const evaluated = (input: Record<string, Json>, trigger: Json) =>
  compileInput(input, fields, settings).evaluate({ trigger }) as Record<string, unknown>;
const url = (template: string, trigger: Json) => evaluated({ url: template }, trigger)["url"];
const body = (template: string, trigger: Json, type?: string) =>
  evaluated({ body: template, ...(type !== undefined && { headers: { "Content-Type": type } }) }, trigger)["body"];
/** Texts that end, open or escape something in one of the places. */
const hostile = [
  "Order #12",
  "ada+test@example.com",
  'Ada "the" Byron\n',
  "a/b?c=d&e=f#g",
  "../../admin",
  "%2e%2e",
  "50 % & \\ \u0000 \u2028",
  '","admin":true,"x":"',
  "é 👍 \ud83d",
  "{{ trigger.v }}",
  "]}",
];

describe("a value in an address", () => {
  test("is one part of the path or the query, whatever is in it", () => {
    const address = url("http://host/crm/{{ trigger.ref }}/notes?email={{ trigger.e }}", { ref: "Order #12", e: "ada+test@example.com" });
    expect(address).toBe("http://host/crm/Order%20%2312/notes?email=ada%2Btest%40example.com");
  });

  test.each(hostile)("comes over as it was: %j", (v) => {
    const read = new URL(String(url("https://h.example/a/{{ trigger.v }}/b?q={{ trigger.v }}&z=1", { v })));
    const segments = read.pathname.split("/").map(decodeURIComponent);
    expect(segments).toEqual(["", "a", Buffer.from(v).toString(), "b"]);
    expect([...read.searchParams]).toEqual([
      ["q", Buffer.from(v).toString()],
      ["z", "1"],
    ]);
    expect(read.hash).toBe("");
  });

  test.each<[string, Json, string]>([
    ["{{ trigger.u }}", { u: "https://h.example/a?b=c#d" }, "https://h.example/a?b=c#d"],
    ["{{ trigger.base }}/contacts/{{ trigger.id }}", { base: "https://h.example/v1", id: "a/b" }, "https://h.example/v1/contacts/a%2Fb"],
    ["{{ trigger.base }}{{ trigger.path }}", { base: "https://h.example", path: "/x/y" }, "https://h.example/x/y"],
    ["https://{{ trigger.host }}/x", { host: "shop.example:8080" }, "https://shop.example:8080/x"],
    ["https://{{ trigger.sub }}.h.example/x", { sub: "evil.com/" }, "https://evil.com%2F.h.example/x"],
    ["/c/{{ trigger.a }}{{ trigger.b }}", { a: "1 ", b: 2 }, "/c/1%202"],
    ["/c?{{ trigger.q | raw }}", { q: "a=1&b=2" }, "/c?a=1&b=2"],
    ["/c?a={{ trigger.q | url_encode }}", { q: "x y" }, "/c?a=x+y"],
    ["/c?a={{- trigger.q -}} &b=1", { q: "x y" }, "/c?a=x%20y&b=1"],
    ["/c?{% for i in trigger.l %}i={{ i }}&{% endfor %}", { l: ["a&b", "c"] }, "/c?i=a%26b&i=c&"],
    ["/c/{% capture k %}{{ trigger.a }}/{{ trigger.a }}{% endcapture %}{{ k | upcase }}", { a: "x" }, "/c/X%2FX"],
    ["/c?a={{ trigger.missing }}", {}, "/c?a="],
    ["/c/{{ '}}' }}", {}, "/c/%7D%7D"],
  ])("%s with %j is %s", (template, trigger, expected) => {
    expect(url(template, trigger)).toBe(expected);
  });

  test.each([".", "..", "", " ", null])("that is all of a segment may not be %j", (v) => {
    for (const template of ["https://h.example/c/{{ trigger.v }}", "/c/{{ trigger.v }}/notes", "/{{ trigger.v }}?a=1"]) {
      let error: unknown;
      try {
        url(template, { v });
      } catch (thrown) {
        error = thrown;
      }
      if (!(error instanceof MillraceError)) throw new Error(`${template} was let through`);
      expect([error.code, error.details.field]).toEqual(["MAPPING_FAILED", "input.url"]);
    }
  });
});

describe("a value in JSON written by hand", () => {
  test.each(hostile)("within quotes comes over as it was: %j", (v) => {
    expect(JSON.parse(String(body('{"name":"{{ trigger.v }}","note":"a \\"{{ trigger.v }}\\" b"}', { v })))).toEqual({
      name: v,
      note: `a "${v}" b`,
    });
  });

  test.each(hostile)("outside quotes adds no member: %j", (v) => {
    expect(JSON.parse(String(body('{"name": {{ trigger.v }}, "list": [{{ trigger.v }}]}', { v })))).toEqual({ name: v, list: [v] });
  });

  test.each<[string, Json, Json]>([
    ['{"n": {{ trigger.n }}}', { n: 1.5 }, { n: 1.5 }],
    ['{"o": {{ trigger.o }}}', { o: { a: [1] } }, { o: { a: [1] } }],
    ['{"o": {{ trigger.o | json }}}', { o: 'a"b' }, { o: 'a"b' }],
    ['{"m": {{ trigger.missing }}, "b": {{ trigger.b }}}', { b: true }, { m: null, b: true }],
    [
      '[{% for i in trigger.l %}{"i":"{{ i }}"}{% unless forloop.last %},{% endunless %}{% endfor %}]',
      { l: ['"', "b"] },
      [{ i: '"' }, { i: "b" }],
    ],
    ['{% assign x = trigger.v %}{"a":"{{ x }}"}', { v: '"' }, { a: '"' }],
  ])("%s with %j is %j", (template, trigger, expected) => {
    for (const type of [undefined, "application/json", "application/vnd.api+json"])
      expect(JSON.parse(String(body(template, trigger, type)))).toEqual(expected);
  });

  test("a text that only has braces in it, or has another content type, is left alone", () => {
    expect(body('Hello {{ trigger.v }}: {"a"}', { v: '"' })).toBe('Hello ": {"a"}');
    expect(body('{"{{ trigger.v }}"', { v: '"' }, "text/plain")).toBe('{"""');
  });

  test("one value alone keeps its type", () => {
    expect(body("{{ trigger.v }}", { v: { a: 1 } } as Json)).toEqual({ a: 1 });
  });
});

describe("a value in a form written by hand", () => {
  test.each(hostile)("comes over as it was: %j", (v) => {
    const read = new URLSearchParams(String(body("a={{ trigger.v }}&b=1", { v }, "application/x-www-form-urlencoded; charset=utf-8")));
    expect([...read]).toEqual([
      ["a", Buffer.from(v).toString()],
      ["b", "1"],
    ]);
  });
});

test("other fields, and what a flow reads, stay as they are", () => {
  const { evaluate, uses } = compileInput({ url: "/c/{{ trigger.a }}", headers: { x: "{{ trigger.b }} #" } }, fields, settings);
  expect(uses).toEqual(["trigger.a", "trigger.b"]);
  expect(evaluate({ trigger: { a: "#", b: '"' } })).toEqual({ url: "/c/%23", headers: { x: '" #' } });
});
