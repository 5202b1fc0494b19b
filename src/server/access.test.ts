import { describe, expect, test } from "vitest";
import { isFromOwnPage, isLocal, isOwnHost } from "./access.ts";

const publicUrl = "https://mill.example.com";

describe("a request from this machine", () => {
  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.9.1"])(
    "is one on a loopback socket (%s) with a loopback host",
    (remoteAddress) => {
      for (const host of ["localhost:4400", "127.0.0.1:4400", "[::1]:4400", "LOCALHOST"])
        expect(isLocal({ remoteAddress, headers: { host } }), host).toBe(true);
    },
  );

  test("is not one from the network, or from nowhere", () => {
    for (const remoteAddress of ["192.168.1.9", "::ffff:10.0.0.1", "128.0.0.1", undefined])
      expect(isLocal({ remoteAddress, headers: { host: "localhost" } })).toBe(false);
  });

  test("is not one whose name was rebound to this machine", () => {
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:4400", undefined]) {
      expect(isLocal({ remoteAddress: "127.0.0.1", headers: host === undefined ? {} : { host } }), String(host)).toBe(false);
    }
  });

  test("is not one that a proxy passed on", () => {
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host", "cf-connecting-ip"]) {
      expect(isLocal({ remoteAddress: "127.0.0.1", headers: { host: "localhost", [name]: "" } }), name).toBe(false);
    }
  });
});

test("Millrace goes by loopback names and by its public address, and by no other", () => {
  expect(isOwnHost("localhost:4400", publicUrl)).toBe(true);
  expect(isOwnHost("MILL.example.com", publicUrl)).toBe(true);
  for (const host of ["mill.example.com:8443", "other.example.com", undefined]) expect(isOwnHost(host, publicUrl)).toBe(false);
});

describe("a request with the page's cookie comes from the page itself", () => {
  const own = { host: "mill.example.com", "x-millrace": "1", "sec-fetch-site": "same-origin" };

  test("when the page's header is there and the browser says same-origin", () => {
    expect(isFromOwnPage("POST", own, publicUrl)).toBe(true);
    expect(isFromOwnPage("POST", { ...own, origin: "https://mill.example.com" }, publicUrl)).toBe(true);
  });

  test("also behind a proxy that changes the host", () => {
    expect(isFromOwnPage("POST", { ...own, host: "127.0.0.1:4400", origin: "https://mill.example.com" }, publicUrl)).toBe(true);
  });

  test("but not without the header, from another site, another port, or an opaque origin", () => {
    expect(isFromOwnPage("POST", { ...own, "x-millrace": undefined }, publicUrl)).toBe(false);
    for (const site of ["same-site", "cross-site", "none"])
      expect(isFromOwnPage("GET", { ...own, "sec-fetch-site": site }, publicUrl), site).toBe(false);
    for (const origin of ["https://evil.example", "http://localhost:3000", "null"])
      expect(isFromOwnPage("POST", { ...own, origin }, publicUrl), origin).toBe(false);
  });

  test("an event stream, which cannot send the header, counts when the browser vouches for it", () => {
    const stream = { host: "localhost:4400", accept: "text/event-stream", "sec-fetch-site": "same-origin" };
    expect(isFromOwnPage("GET", stream, publicUrl)).toBe(true);
    expect(isFromOwnPage("POST", stream, publicUrl)).toBe(false);
    expect(isFromOwnPage("GET", { ...stream, "sec-fetch-site": undefined }, publicUrl)).toBe(false);
  });
});
