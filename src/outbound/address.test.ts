import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { allowList, isPublicAddress } from "./address.ts";
import { createTransport } from "./transport.ts";

const closed = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "169.254.170.2",
  "169.254.0.23",
  "100.100.100.200",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
  "fd00:42::42",
  "168.63.129.16",
  "::ffff:168.63.129.16",
  "64:ff9b::a83f:8110",
  "2002:a83f:8110::1",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.0.2.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.7",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "fe80::1",
  "fe80::1%eth0",
  "fc00::1",
  "fd12:3456::1",
  "fec0::1",
  "ff02::1",
  "2001:db8::1",
  "2001::1",
  "100::1",
  "::127.0.0.1",
  "::8.8.8.8",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:169.254.169.254",
  "64:ff9b::10.0.0.1",
  "64:ff9b::a00:1",
  "64:ff9b:1::1",
  "2002:7f00:1::",
  "2002:a00:1::1",
  "not an address",
  "",
];
const open = [
  "1.1.1.1",
  "8.8.8.8",
  "168.63.129.15",
  "168.63.129.17",
  "172.32.0.1",
  "100.128.0.1",
  "2606:4700::1111",
  "2a00:1450::1",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
  "2002:808:808::1",
];

test.each(closed)("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));
test.each(open)("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

const hostile = [
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://0/",
  "http://[::1]/",
  "http://[::]:80/",
  "http://[::ffff:127.0.0.1]/",
  "http://[0:0:0:0:0:ffff:7f00:1]/",
  "http://169.254.169.254/latest/meta-data/",
  "http://[fe80::1]/",
  "http://[fd00::1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://192.168.0.1:8080/x",
  "HTTP://127.0.0.1/",
  "http:\\\\127.0.0.1\\x",
  "http://127.0.0.1#@example.com/",
  "http://１２７.０.０.１/",
  "http://127。0。0。1/",
  "https://10.0.0.1",
  "http://127.0.0.1:80?x=/example.com/",
];
const malformed = [
  "ftp://example.com/",
  "file:///etc/passwd",
  "gopher://x/",
  "javascript:alert(1)",
  "//example.com",
  "",
  "http://",
  "http://user:pw@example.com/",
  "http://a@127.0.0.1/",
];
const transport = createTransport({ clock: new TestClock(), allowPrivateHosts: ["127.0.0.1:4401", "Intranet.local"] });
const codeOf = (url: string) => {
  try {
    transport.resolve(url);
    return "allowed";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each(hostile)("%s is refused before a connection is thought of", (url) => expect(codeOf(url)).toBe("HOST_NOT_ALLOWED"));
test.each(malformed)("%s is no address to ask", (url) => expect(codeOf(url)).toBe("STEP_INPUT_INVALID"));

test("an allowed host may be asked, on the port that was allowed", () => {
  expect(codeOf("http://127.0.0.1:4401/contacts/")).toBe("allowed");
  expect(codeOf("http://127.0.0.1:4402/contacts/")).toBe("HOST_NOT_ALLOWED");
  const allows = allowList(["[::1]:8080", "box", "plain:80"]);
  expect([
    allows(new URL("http://[::1]:8080/")),
    allows(new URL("https://box:1/")),
    allows(new URL("http://plain/")),
    allows(new URL("http://other/")),
  ]).toEqual([true, true, true, false]);
});

test("the path goes out as it was written, and encoded where it was not", () => {
  expect(transport.resolve("https://example.com/a%2Fb?x=1&y=%2B").path).toBe("/a%2Fb?x=1&y=%2B");
  expect(transport.resolve("https://example.com/ä b?q=ü#hash").path).toBe("/%C3%A4%20b?q=%C3%BC");
  expect(transport.resolve("https://example.com").path).toBe("/");
});
