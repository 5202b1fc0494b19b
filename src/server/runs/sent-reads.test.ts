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
    "2 GET requests were sent to api.example.com to read from it: a dry run only leaves out writes.",
    "One POST request was sent to x.example to read from it: a dry run only leaves out writes.",
    "One GET request was sent to the secret address of crm to read from it: a dry run only leaves out writes.",
  ]);
  expect(sentReads([])).toEqual([]);
});
