import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import type { MillraceError } from "#kernel/errors.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";
import { createCallerGate } from "./allowed-callers.ts";

const from = (address: string, allowed: string[]) =>
  createCallerGate({ allowedCallers: ipRanges(allowed), clientAddress: () => address })({ raw: {} as IncomingMessage }).then(
    () => "let in",
    (error: MillraceError) => error.code,
  );

test("the API is open to the addresses of the list and to this machine, and to everybody without a list", async () => {
  const list = ["203.0.113.0/24", "2001:db8::/32"];
  expect(await Promise.all(["203.0.113.9", "2001:db8::1", "127.0.0.1", "::1", "::ffff:127.0.0.1"].map((one) => from(one, list)))).toEqual(
    Array.from({ length: 5 }, () => "let in"),
  );
  expect(await Promise.all(["198.51.100.1", "2001:db9::1", "unknown", ""].map((one) => from(one, list)))).toEqual(
    Array.from({ length: 4 }, () => "FORBIDDEN"),
  );
  expect(await from("198.51.100.1", [])).toBe("let in");
});

test("monitors are not concerned", async () => {
  const gate = createCallerGate({ allowedCallers: ipRanges(["203.0.113.0/24"]), clientAddress: () => "198.51.100.1" });
  const ask = (url: string) =>
    gate({ raw: { url } as IncomingMessage }).then(
      () => "let in",
      (error: MillraceError) => error.code,
    );
  expect(await Promise.all(["/healthz?full=1", "/readyz/", "/metrics"].map(ask))).toEqual(["let in", "let in", "let in"]);
  expect(await Promise.all(["/", "/flows", "/healthz/x", "/api/v1/session", "/assets/index.js"].map(ask))).toEqual(
    Array.from({ length: 5 }, () => "FORBIDDEN"),
  );
});
