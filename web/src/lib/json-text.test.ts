import { expect, test } from "vitest";
import { parseJson } from "./json-text.ts";

test("a definition written by hand keeps the digits of a long id", () => {
  expect(parseJson('{ "id": 8202522731445525542, "score": 9 }')).toEqual({ value: { id: "8202522731445525542", score: 9 }, error: null });
});

test("what is not JSON is reported by its line", () => {
  expect(parseJson('{\n "a": 12345678901234567890,\n "b" 1\n}').error).toContain("Line 3");
});
