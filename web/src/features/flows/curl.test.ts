import { describe, expect, test } from "vitest";
import { curlOf } from "./curl.ts";

describe("a ready command", () => {
  test("quotes in the event cannot end the shell's quotes", () => {
    expect(curlOf("http://x/hooks/1", { name: "O'Hara" })).toBe(
      `curl -X POST 'http://x/hooks/1' -H 'content-type: application/json' -d '{"name":"O'\\''Hara"}'`,
    );
  });
});
