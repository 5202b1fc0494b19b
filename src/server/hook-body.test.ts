import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { hookFormat, readHookBody, type HookFormat } from "./hook-body.ts";

const read = (text: string, format: HookFormat = "json") => readHookBody(Buffer.from(text), format);
const refusal = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    if (error instanceof MillraceError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "nothing was refused";
};

describe("content types", () => {
  test("JSON, its relatives, plain text that contains JSON, and web forms are read", () => {
    for (const type of [
      "application/json",
      "APPLICATION/JSON; charset=utf-8",
      "application/vnd.api+json",
      "application/cloudevents+json",
      "text/plain",
    ])
      expect(hookFormat(type), type).toBe("json");
    expect(hookFormat("application/x-www-form-urlencoded; charset=UTF-8")).toBe("form");
  });

  test("anything else is refused by name", () => {
    for (const type of ["multipart/form-data; boundary=x", "application/xml", "text/html", "json", "a/b/c+json"])
      expect(
        refusal(() => hookFormat(type)),
        type,
      ).toMatch(/^UNSUPPORTED_MEDIA .*Send JSON or a web form/);
    expect(refusal(() => hookFormat(undefined))).toContain("missing");
  });
});

describe("a body", () => {
  test("of JSON gives the payload and its text as received", () => {
    expect(read('{"a": 1}')).toEqual({ payload: { a: 1 }, text: '{"a": 1}' });
    expect(read("[1, 2]").payload).toEqual([1, 2]);
    expect(read('\uFEFF{"a":1}').payload).toEqual({ a: 1 });
  });

  test("of a form gives a flat object; a repeated name becomes a list", () => {
    expect(read("email=ada%40example.com&tags=a&tags=b&empty=", "form")).toEqual({
      payload: { email: "ada@example.com", tags: ["a", "b"], empty: "" },
    });
  });

  test.each([
    ["", "is empty"],
    ["  \n", "is empty"],
    ["{", "is not valid JSON"],
    ['{"a":1}}', "is not valid JSON"],
    ["null", "holds null"],
    ['"text"', "holds a string"],
    ["42", "holds a number"],
    ["[".repeat(100_000) + "]".repeat(100_000), "nested deeper than 64"],
    ['{"__proto__": {"admin": true}}', "'__proto__'"],
    ['{"a": [{"\\u005f_proto__": 1}]}', "'__proto__'"],
  ])("like %.40s is refused with a sentence", (text, problem) => {
    expect(refusal(() => read(text))).toMatch(new RegExp(`^BAD_INPUT body: .*${problem.replace(/[()]/g, ".")}`));
  });

  test("that is not UTF-8 is refused", () => {
    expect(refusal(() => readHookBody(Uint8Array.of(0x7b, 0xff, 0x7d), "json"))).toContain("is not UTF-8");
  });

  test("of a form cannot reach a prototype, nor bring endless fields", () => {
    expect(refusal(() => read("__proto__=1", "form"))).toContain("'__proto__'");
    expect(refusal(() => read("a=1&".repeat(2001), "form"))).toContain("more than 2000 fields");
  });

  test("may speak of __proto__ in a text", () => {
    expect(read('{"comment":"I love __proto__"}').payload).toEqual({ comment: "I love __proto__" });
  });
});
