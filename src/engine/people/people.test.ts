import { describe, expect, test } from "vitest";
import { fits, type PersonKey } from "#kernel/person-key.ts";
import { processorMs } from "#test/support/cost.ts";
import { keysOfEvent, keysOfStep } from "./extract.ts";
import { nameIn } from "./name.ts";
import { personMatch, personSearch } from "./search.ts";

const keysOf = (payload: unknown, person: string | null = null, record: string | null = null) => keysOfEvent({ person, record, payload });
const finds = (typed: string, keys: readonly PersonKey[]) => personSearch(typed).some((search) => keys.some((key) => fits(key, search)));
const matches = (payload: unknown, ...typed: string[]) => typed.filter((text) => finds(text, keysOf(payload)));

describe("a person is found in an event", () => {
  test.each<[string, unknown, string[]]>([
    ["at its root", { email: "Ada@Example.com" }, ["ada@example.com", "ADA@", "ada"]],
    ["by a mistyped address as it stands", { email: "aisha@@example" }, ["aisha@@example", "aisha@@"]],
    [
      "in a list of addresses",
      { emails: ["a@x.io", { value: "b@x.io" }], to: "Bo <c@x.io>; d@x.io" },
      ["a@x.io", "b@x.io", "c@x.io", "d@x.io"],
    ],
    ["by phone", { contact: { phone: "+1 (212) 555-0110" } }, ["+12125550110", "2125550110", "(212) 555 0110", "001 212 555 0110", "0110"]],
    ["by a phone number that is a number", { mobile: 12125550110 }, ["212-555-0110"]],
    ["by a phone with a zero in brackets", { phone: "+44 (0)20 7946 0958" }, ["020 7946 0958", "+442079460958", "7946 0958"]],
    ["by a national number typed in full", { phone: "079 123 45 67" }, ["+41 79 123 45 67", "0041791234567", "791234567"]],
    ["by an Italian landline", { phone: "+39 06 1234567" }, ["06 1234567", "+39061234567"]],
    ["by the digits of another script", { phone: "+٤١٧٩١٢٣٤٥٦٧" }, ["0791234567"]],
    [
      "by first and last name, in any order",
      { first_name: "Zoë", last_name: "O'Brien-Núñez" },
      ["zoe", "Zoe O’Brien", "nunez", "OBRIEN NUNEZ zoë", "zo nun"],
    ],
    ["by a name in one field", { customer: { name: "Straße, Anna Ł." } }, ["strasse", "anna strasse", "l"]],
    ["by a name in parts", { attendee: { name: { first: "Ada", last: "Byron" } } }, ["byron ada"]],
    ["by the contact's id", { contactId: "ocQHyuzHvysMo5N5VsXc" }, ["ocQHyuzHvysMo5N5VsXc", "ocQHyuzHvys"]],
    ["by an id beside the address", { type: "ContactCreate", id: "c_1", email: "a@b.co" }, ["c_1"]],
    ["deep down", { a: [{ b: { c: [{ contact: { email: "deep@x.io", id: "77" } }] } }] }, ["deep@x.io", "77"]],
  ])("%s", (_, payload, typed) => expect(matches(payload, ...typed)).toEqual(typed));

  test("and not by what is no person's: the sub-account, the owner, a deal, a tag", () => {
    const payload = {
      email: "ada@x.io",
      name: "Ada",
      location: { name: "Acme Dental", email: "desk@acme.io", id: "loc_1" },
      user: { firstName: "Olga", email: "olga@acme.io" },
      opportunity: { id: "opp_1", name: "Whitening" },
      tags: ["vip"],
    };
    expect(matches(payload, "acme", "desk@acme.io", "loc_1", "olga", "olga@acme.io", "opp_1", "whitening", "vip")).toEqual([]);
    expect(matches(payload, "ada", "ada@x.io")).toHaveLength(2);
  });

  test("and not by another number, name or address", () => {
    const payload = { email: "ada@x.io", phone: "+12125550110", firstName: "Ada", lastName: "Byron" };
    expect(matches(payload, "+442125550110", "2125550111", "555", "bob@x.io", "ada lovelace", "byron byron", "yron", "a@x")).toEqual([]);
  });

  test("as the trigger says, and by the record the event is of", () => {
    expect(finds("Acme Ltd", keysOf({}, "Acme Ltd"))).toBe(true);
    expect(finds("opp_7", keysOf({}, null, "opp_7"))).toBe(true);
    expect(finds("ocQHyuzHvysMo5N5VsXc", keysOf({}, "ocQHyuzHvysMo5N5VsXc"))).toBe(true);
  });
});

describe("what a payload can cost is bounded", () => {
  const many = (n: number, of: (i: number) => unknown) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, of(i)]));
  test.each<[string, unknown]>([
    ["a megabyte of addresses", { list: Array.from({ length: 40_000 }, (_, i) => `a${i}@example.com`) }],
    ["100,000 members", many(100_000, (i) => ({ email: `a${i}@x.io` }))],
    ["hostile addresses", many(3_000, () => `a@${".".repeat(300)}`)],
    ["hostile phones", many(3_000, () => ({ phone: `1${" ".repeat(300)}x` }))],
    ["hostile names", many(3_000, () => ({ firstName: "'".repeat(300), lastName: "á ".repeat(150) }))],
    ["a megabyte of text", { email: `${"x".repeat(1_000_000)}@x.io`, name: "y".repeat(1_000_000), contactId: "z".repeat(1_000_000) }],
    ["a depth of 50,000", JSON.parse(`${'{"a":'.repeat(5_000)}{"email":"a@x.io"}${"}".repeat(5_000)}`)],
  ])("%s takes a moment and gives a few keys", (_, payload) => {
    const tries = Array.from({ length: 5 }, () => processorMs(() => keysOf(payload)));
    expect(Math.min(...tries)).toBeLessThan(500); // without the bounds it is many seconds
    const keys = keysOf(payload);
    expect(keys.length).toBeLessThanOrEqual(32);
    expect(JSON.stringify(keys).length).toBeLessThan(20_000);
  });

  test("what stands at the top comes before what is buried", () => {
    const keys = keysOf({
      attachments: Array.from({ length: 500 }, (_, i) => ({ email: `a${i}@x.io` })),
      email: "ada@x.io",
      phone: "+12125550110",
    });
    expect([finds("ada@x.io", keys), finds("2125550110", keys)]).toEqual([true, true]);
  });
});

describe("a step adds", () => {
  const step = { app: "highlevel", state: "succeeded", effect: "upsert", input: undefined, output: undefined } as const;
  test("the contact it matched by phone, and nothing that is known", () => {
    const earlier = keysOf({ email: "aisha@@example", phone: "+12125550110" });
    const output = {
      matchedBy: "phone",
      contact: { id: "c_9", email: "aisha.ivanova@example.com", phone: "+12125550110", firstName: "Aisha" },
    };
    const keys = keysOfStep({ ...step, input: { phone: "+12125550110" }, output }, earlier);
    expect(keys.map(({ kind, key }) => [kind, key])).toEqual([
      ["email", "aisha.ivanova@example.com"],
      ["name", "aisha"],
      ["id", "c_9"],
    ]);
    expect(keysOfStep({ ...step, output }, [...earlier, ...keys])).toEqual([]);
  });

  test("the contact of a write that was refused, and nothing while it is under way", () => {
    expect(keysOfStep({ ...step, state: "failed", input: { contactId: "c_1" } }, [])).toMatchObject([{ key: "c_1" }]);
    expect(keysOfStep({ ...step, state: "running", input: { contactId: "c_1" } }, [])).toEqual([]);
  });

  test("nobody of a long list that was read", () => {
    const contacts = Array.from({ length: 20 }, (_, i) => ({ id: `c_${i}`, email: `a${i}@x.io` }));
    expect(keysOfStep({ ...step, effect: "read", output: { contacts } }, [])).toEqual([]);
    expect(keysOfStep({ ...step, effect: "read", output: { contacts: contacts.slice(0, 1) } }, [])).toHaveLength(2);
  });

  test("nothing beyond what one run may have", () => {
    const earlier = Array.from({ length: 199 }, (_, i): PersonKey => ({ kind: "id", key: String(i) }));
    expect(keysOfStep({ ...step, input: { contactIds: ["a", "b", "c"] } }, earlier)).toHaveLength(1);
  });
});

test("the key that was found is shown as it was written", () => {
  const keys = keysOf({ phone: "(212) 555-0110", fullName: "Zoë Núñez" });
  const match = (typed: string) => personMatch(keys, personSearch(typed))?.text;
  expect([match("+12125550110"), match("nunez"), match("nobody")]).toEqual(["(212) 555-0110", "Zoë Núñez", undefined]);
});

describe("the name of the person", () => {
  test.each<[unknown, string | null]>([
    [{ email: "m@x.io", firstname: "Maya", surname: "Kelly" }, "Maya Kelly"],
    [{ contact: { email: "m@x.io", name: "Zoë Núñez" } }, "Zoë Núñez"],
    [{ email: "m@x.io", first_name: "Maya" }, "Maya"],
    [{ contact: { name: "Maya Kelly" }, customer: { name: "Sam Hill" } }, null],
    [{ email: "m@x.io" }, null],
  ])("of %j is %s", (payload, name) => {
    expect(nameIn(keysOf(payload))).toBe(name);
  });

  test("is not known of a run that was not read for it", () => {
    expect(nameIn(undefined)).toBeNull();
  });
});
