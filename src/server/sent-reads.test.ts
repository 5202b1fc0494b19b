import { expect, test } from "vitest";
import { sentReads } from "./sent-reads.ts";

test("a dry run says which requests were really sent, by host and method", () => {
  const get = (url: string, method = "GET") => ({ method, url, at: 1, durationMs: 1 });
  expect(
    sentReads([
      get("https://api.example.com/a?b=1"),
      get("https://api.example.com/c"),
      get("https://x.example/s", "POST"),
      get("(secret address of crm)"),
      null,
    ]),
  ).toEqual([
    "2 GETs were really sent to api.example.com: a dry run leaves out writes only.",
    "A POST was really sent to x.example: a dry run leaves out writes only.",
    "A GET was really sent to the secret address of crm: a dry run leaves out writes only.",
  ]);
  expect(sentReads([])).toEqual([]);
});
