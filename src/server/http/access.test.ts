import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import { ipRanges } from "#kernel/ip-ranges.ts";
import { behindUnnamedProxy, clientAddress, isFromOwnPage, isOwnHost, visibleAddressOf } from "./access.ts";

const publicUrl = "https://mill.example.com";

const peer = (remoteAddress: string | undefined, headers: IncomingHttpHeaders = {}) => ({ headers, socket: { remoteAddress } });

describe("the address a request came from", () => {
  const proxies = ipRanges(["loopback", "10.0.0.0/8", "2001:db8::7"]);
  const from = (socket: string | undefined, forwardedFor?: string) =>
    clientAddress(peer(socket, forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor }), proxies);

  test("is the socket's when nobody trusted stands between, whatever the headers claim", () => {
    expect(from("203.0.113.9", "127.0.0.1")).toBe("203.0.113.9");
    expect(from("::ffff:203.0.113.9")).toBe("203.0.113.9");
    expect(from(undefined)).toBe("unknown");
  });

  test("is the last hop that is not a proxy of ours; what a stranger put before it is ignored", () => {
    expect(from("127.0.0.1", "203.0.113.9")).toBe("203.0.113.9");
    expect(from("::1", "127.0.0.1, 10.9.9.9, 203.0.113.9, 10.0.0.2")).toBe("203.0.113.9");
    expect(from("::ffff:127.0.0.1", "evil, 198.51.100.4")).toBe("198.51.100.4");
    expect(from("2001:db8::7", "2001:db8::99")).toBe("2001:db8::99");
    expect(from("10.1.2.3", "203.0.113.9:51234")).toBe("203.0.113.9");
    expect(from("10.1.2.3", "[2001:db8::99]:443")).toBe("2001:db8::99");
  });

  test("is the proxy's own when it names nobody, and unknown when that cannot be read", () => {
    for (const header of ["", ","]) expect(from("10.1.2.3", header), header).toBe("10.1.2.3");
    for (const header of ["unknown", "_hidden", "203.0.113.9, localhost"]) expect(from("127.0.0.1", header), header).toBe("unknown");
    expect(from("127.0.0.1", "10.0.0.2, 10.0.0.3")).toBe("10.0.0.2");
  });

  test("is this machine only when nobody passed the request on, whatever is claimed and by whichever proxy", () => {
    expect([from("127.0.0.1"), from("::1"), clientAddress(peer("::ffff:127.0.0.1"), ipRanges([]))]).toEqual([
      "127.0.0.1",
      "::1",
      "127.0.0.1",
    ]);
    for (const header of ["127.0.0.1", "127.0.0.1, 10.1.2.3", "::1", "::ffff:127.0.0.1", "127.9.9.9:80", ","])
      expect(from("127.0.0.1", header), header).toBe("unknown");
    expect(clientAddress(peer("10.1.2.3", { "x-forwarded-for": "127.0.0.1" }), ipRanges(["10.0.0.0/8"]))).toBe("unknown");
    const names = ["x-forwarded-for", "x-forwarded-proto", "forwarded", "via", "x-real-ip", "cf-connecting-ip"];
    for (const name of names) {
      expect(clientAddress(peer("127.0.0.1", { [name]: "127.0.0.1" }), ipRanges([])), name).toBe(behindUnnamedProxy);
      expect(clientAddress(peer("203.0.113.9", { [name]: "127.0.0.1" }), ipRanges([])), name).toBe("203.0.113.9");
    }
  });
});

describe("what the outside sees", () => {
  const headers = { host: "127.0.0.1:4400", "x-forwarded-host": "mill.example.com", "x-forwarded-proto": "HTTPS" };

  test("is what a trusted proxy says", () => {
    expect(visibleAddressOf(peer("127.0.0.1", headers), ipRanges(["127.0.0.1"]))).toEqual({
      host: "mill.example.com",
      scheme: "https",
    });
    expect(visibleAddressOf(peer("127.0.0.1", { host: "x" }), ipRanges(["127.0.0.1"]))).toEqual({ host: "x", scheme: undefined });
  });

  test("is the Host alone when anybody else says it", () => {
    for (const trusted of [[], ["10.0.0.0/8"]])
      expect(visibleAddressOf(peer("127.0.0.1", headers), ipRanges(trusted))).toEqual({ host: "127.0.0.1:4400", scheme: undefined });
  });
});

test.each(["0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "proxy.lan", "10.0.0.0/8/8", "10.0.0.0/-1", "::1/129"])(
  "'%s' cannot be a trusted proxy",
  (entry) => expect(() => ipRanges([entry])).toThrow(`'${entry}'`),
);

test("Millrace goes by loopback names and by its public address, and by no other", () => {
  expect(isOwnHost("localhost:4400", publicUrl)).toBe(true);
  expect(isOwnHost("MILL.example.com", publicUrl)).toBe(true);
  for (const host of ["mill.example.com:8443", "other.example.com", undefined]) expect(isOwnHost(host, publicUrl)).toBe(false);
});

describe("a request with the page's cookie comes from the page itself", () => {
  const isOwn = (method: string, headers: IncomingHttpHeaders) => isFromOwnPage(method, headers, headers.host, publicUrl);
  const own = { host: "mill.example.com", "x-millrace": "1", "sec-fetch-site": "same-origin" };

  test("when the page's header is there and the browser says same-origin", () => {
    expect(isOwn("POST", own)).toBe(true);
    expect(isOwn("POST", { ...own, origin: "https://mill.example.com" })).toBe(true);
  });

  test("also behind a proxy that changes the host", () => {
    expect(isOwn("POST", { ...own, host: "127.0.0.1:4400", origin: "https://mill.example.com" })).toBe(true);
  });

  test("but not without the header, from another site, another port, or an opaque origin", () => {
    expect(isOwn("POST", { ...own, "x-millrace": undefined })).toBe(false);
    for (const site of ["same-site", "cross-site", "none"]) expect(isOwn("GET", { ...own, "sec-fetch-site": site }), site).toBe(false);
    for (const origin of ["https://evil.example", "http://localhost:3000", "null"])
      expect(isOwn("POST", { ...own, origin }), origin).toBe(false);
  });

  test("an event stream, which cannot send the header, counts when the browser vouches for it", () => {
    const stream = { host: "localhost:4400", accept: "text/event-stream", "sec-fetch-site": "same-origin" };
    expect(isOwn("GET", stream)).toBe(true);
    expect(isOwn("POST", stream)).toBe(false);
    expect(isOwn("GET", { ...stream, "sec-fetch-site": undefined })).toBe(false);
  });
});
