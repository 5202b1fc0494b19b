import { describe, expect, test } from "vitest";
import { curlOf } from "./curl.ts";
import { durationText } from "./durations.ts";

describe("a ready command", () => {
  test("quotes in the event cannot end the shell's quotes", () => {
    expect(curlOf("http://x/hooks/1", { name: "O'Hara" })).toBe(
      `curl -X POST 'http://x/hooks/1' -H 'content-type: application/json' -d '{"name":"O'\\''Hara"}'`,
    );
  });
});

test.each([
  ["2h", "2 hours"],
  ["1d", "1 day"],
  ["soon", "soon"],
])("'%s' reads as '%s'", (text, words) => {
  expect(durationText(text)).toBe(words);
});
