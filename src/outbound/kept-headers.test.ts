import { expect, test } from "vitest";
import { keptHeaders } from "./kept-headers.ts";

test("headers are kept by their names in lower case", () => {
  expect(keptHeaders({ Location: "/things/7", "X-Total": "12" })).toEqual({ location: "/things/7", "x-total": "12" });
});

test("what may be a secret is left out, whatever it is called", () => {
  const names = [
    "set-cookie",
    "authorization",
    "proxy-authenticate",
    "www-authenticate",
    "x-auth-token",
    "x-api-key",
    "x-amz-signature",
    "x-csrf",
    "session-id",
  ];
  expect(keptHeaders({ ...Object.fromEntries(names.map((name) => [name, "s"])), etag: "e" })).toEqual({ etag: "e" });
});

test("one that has no room is left out whole, never cut", () => {
  expect(keptHeaders({ "x-large": "x".repeat(17_000), "x-small": "seen" })).toEqual({ "x-small": "seen" });
});

test("so many are kept and no more", () => {
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x-${i}`, "1"]));
  expect(Object.keys(keptHeaders(many))).toHaveLength(100);
});
