import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";
import { ProxyWatch } from "./proxy-watch.ts";

const request = (headers: object) => ({ headers, socket: { remoteAddress: "127.0.0.1" } }) as unknown as IncomingMessage;

test("a proxy on this machine that is not named is reported for a day, and one that is named never", async () => {
  const clock = new TestClock();
  const [unnamed, named] = [new ProxyWatch(clock, ipRanges([])), new ProxyWatch(clock, ipRanges(["loopback"]))];
  for (const watch of [unnamed, named]) watch.addressOf(request({}));
  expect(unnamed.findings()).toEqual([]);
  for (const watch of [unnamed, named]) watch.addressOf(request({ "x-forwarded-for": "203.0.113.5" }));
  expect(named.findings()).toEqual([]);
  expect(unnamed.findings()).toMatchObject([{ state: "warn", says: expect.stringContaining("MILLRACE_TRUSTED_PROXIES=loopback") }]);
  await clock.advance(86_400_000);
  expect(unnamed.findings()).toEqual([]);
});
