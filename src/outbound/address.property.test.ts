import fc from "fast-check";
import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { trials } from "#test/support/trials.ts";
import { isPublicAddress } from "./address.ts";
import { createTransport } from "./transport.ts";

/** Every spelling that some resolver takes for an address of a closed net is refused, whatever the address. */

const octet = fc.nat(255);
type Ip = [number, number, number, number];
const closed: fc.Arbitrary<Ip> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
);

const numberOf = ([a, b, c, d]: Ip) => ((a * 256 + b) * 256 + c) * 256 + d;
const groups = ([a, b, c, d]: Ip) => [a * 256 + b, c * 256 + d].map((n) => n.toString(16)).join(":");
const percent = (text: string) => [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join("");
const fullWidth = (text: string) => text.replace(/\d/g, (n) => String.fromCharCode(0xff10 + Number(n)));

const spellings: Record<string, (ip: Ip) => string> = {
  dotted: (ip) => ip.join("."),
  "with a dot at the end": (ip) => `${ip.join(".")}.`,
  decimal: (ip) => String(numberOf(ip)),
  hexadecimal: (ip) => `0x${numberOf(ip).toString(16)}`,
  octal: (ip) => `0${numberOf(ip).toString(8)}`,
  "octal parts": (ip) => ip.map((n) => `0${n.toString(8)}`).join("."),
  "hexadecimal parts": (ip) => ip.map((n) => `0x${n.toString(16)}`).join("."),
  "two parts": ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  "three parts": ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  "percent-encoded": (ip) => percent(ip.join(".")),
  "full-width digits": (ip) => fullWidth(ip.join(".")),
  "ideographic dots": (ip) => ip.join("。"),
  mapped: (ip) => `[::ffff:${ip.join(".")}]`,
  "mapped in groups": (ip) => `[::ffff:${groups(ip)}]`,
  "mapped in full": (ip) => `[0:0:0:0:0:FFFF:${groups(ip).toUpperCase()}]`,
  compatible: (ip) => `[::${groups(ip)}]`,
  NAT64: (ip) => `[64:ff9b::${ip.join(".")}]`,
  "local NAT64": (ip) => `[64:ff9b:1::${groups(ip)}]`,
  "6to4": (ip) => `[2002:${groups(ip)}::1]`,
};

const transport = createTransport({ clock: new TestClock(), allowPrivateHosts: [] });
const codeOf = (url: string) => {
  try {
    transport.resolve(url);
    return "allowed";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each(Object.entries(spellings))("a closed address, %s, is refused before a connection is thought of", (_, spell) => {
  const scheme = fc.constantFrom("http", "https", "HTTP");
  const rest = fc.constantFrom("", "/", ":8080/x", "?x=1", "#@example.com/", "\\x");
  fc.assert(
    fc.property(closed, scheme, rest, (ip, before, after) => {
      expect(codeOf(`${before}://${spell(ip)}${after}`)).toBe("HOST_NOT_ALLOWED");
    }),
    { numRuns: trials(200) },
  );
});

test("a login before the host does not make another host of it", () => {
  fc.assert(
    fc.property(closed, fc.constantFrom("example.com", "a:b", "example.com%2f"), (ip, user) => {
      expect(codeOf(`http://${user}@${ip.join(".")}/`)).toBe("STEP_INPUT_INVALID");
    }),
    { numRuns: trials(60) },
  );
});

test("no answer of a resolver that is closed, or is none, is taken for public", () => {
  fc.assert(
    fc.property(closed, (ip) => {
      for (const text of [ip.join("."), `::ffff:${ip.join(".")}`, `::ffff:${groups(ip)}`, `64:ff9b::${groups(ip)}`, `2002:${groups(ip)}::`])
        expect(isPublicAddress(text), text).toBe(false);
    }),
    { numRuns: trials(300) },
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      if (/^[\d.]+$|:/.test(text)) return;
      expect(isPublicAddress(text)).toBe(false);
    }),
    { numRuns: trials(300) },
  );
});
