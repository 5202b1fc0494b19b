import { describe, expect, test } from "vitest";
import { compileCondition, compileValue } from "./mapping.ts";
import { asPerson, asPersonBefore } from "./person.ts";
import { asksSegments, ruleCalls } from "./rule-names.ts";
import { ruleKindsOf, ruleSet } from "./rule-format.ts";
import { checkRule, withRules, wrongCall } from "./rules.ts";

const segment = (title: string, condition: string) => ({ title, kind: "segment", if: condition });
const rules = ruleSet.parse({
  unhappy: segment("Unhappy promoters in Berlin", "person.tags contains 'promoter' and person.score <= 6 and person.city == 'Berlin'"),
  vip: segment("VIP", "person.tags contains 'vip' or (person.spent | to_number) > 1000"),
  again: segment("VIP", "person.tags contains 'vip'"),
  "score-tag": { title: "Score to tag", kind: "conditions", rows: [{ if: "value > 8", to: "happy" }], otherwise: "keep" },
});
const settings = withRules({ zone: "UTC", now: () => Date.UTC(2026, 0, 15) }, rules);
const value = (template: string, contact: unknown): unknown => compileValue(template, settings, "field").evaluate({ contact });
const holds = (condition: string, contact: unknown): boolean => compileCondition(condition, settings, "if").test({ contact });

const una = { tags: ["promoter", "lead"], nps: "4", city: "Berlin" };

describe("a segment", () => {
  test("decides by tags, score and any other field of the record", () => {
    expect(holds("contact | in_segment: 'unhappy'", una)).toBe(true);
    expect(holds("contact | in_segment: 'unhappy'", { ...una, nps: 9 })).toBe(false);
    expect(holds("not (contact | in_segment: 'vip')", una)).toBe(true);
  });

  test("has nobody in it who is not there, and a field that asks stays out of the request", () => {
    expect(holds("contact | in_segment: 'vip'", undefined)).toBe(false);
    expect(value("{{ contact | in_segment: 'vip' }}", null)).toBeUndefined();
    expect(value("{{ contact | segments }}", "")).toBeUndefined();
  });

  test("is listed by its title, each title once, and somebody in none has an empty list", () => {
    expect(value("{{ contact | segments }}", { ...una, tags: "promoter, vip" })).toEqual(["Unhappy promoters in Berlin", "VIP"]);
    expect(value("{{ contact | segments }}", { email: "a@b.c" })).toEqual([]);
    expect(value("In {{ contact | segments }}", { spent: "1200" })).toBe("In VIP");
  });

  test("takes one record and no list of them", () => {
    expect(() => value("{{ contact | segments }}", [una])).toThrow("takes one record, like a contact, and not a list");
  });
});

describe("who has just come into a segment, or left it", () => {
  const moved = (change: object, tags = ["vip"]) => [
    value("{{ contact | entered_segment: 'vip' }}", { tags, _change: change }),
    value("{{ contact | left_segment: 'vip' }}", { tags, _change: change }),
  ];

  test("is known of a record whose old values the flow keeps", () => {
    expect(moved({ kind: "changed", known: true, fields: ["tags"], old: { tags: ["lead"] } })).toEqual([true, false]);
    expect(moved({ kind: "changed", known: true, fields: ["tags"], old: {} })).toEqual([true, false]);
    expect(moved({ kind: "changed", known: true, fields: ["city"], old: { city: "Bonn" } })).toEqual([false, false]);
    expect(moved({ kind: "removed", fields: ["tags"], old: { tags: ["vip"] }, tag: "vip" }, [])).toEqual([false, true]);
  });

  test("is whoever is new, and unknown where there are no old values", () => {
    expect(moved({ kind: "new", known: false, fields: [], old: {} })).toEqual([true, false]);
    expect(moved({ kind: "changed", known: false, fields: [], old: {} })).toEqual([undefined, undefined]);
    expect(value("{{ contact | entered_segment: 'vip' }}", { tags: ["vip"] })).toBeUndefined();
    expect(value("{{ nobody | entered_segment: 'vip' }}", una)).toBeUndefined();
  });

  test("counts a custom field that a change trigger names by its id", () => {
    const record = { customFields: [{ id: "f1", value: 9 }], _change: { kind: "changed", fields: ["f1"], old: { f1: 3 } } };
    expect(asPersonBefore(record)).toMatchObject({ fields: { f1: 3 } });
  });
});

describe("the check of a segment", () => {
  const problems = (condition: string) => checkRule(ruleSet.parse({ x: segment("X", condition) })["x"]!).map(({ problem }) => problem);

  test("lets it read the person alone, and no other segment", () => {
    expect(problems("person.tags contains 'x' and (person.fields['NPS'] | to_number) > 3")).toEqual([]);
    expect(problems("tags contains 'x'")).toEqual(["there is no 'tags' in a segment: it sees only 'person'. Quote text like 'this'"]);
    expect(problems("person | in_segment: 'vip'")).toHaveLength(1);
    expect(problems("(person | segments) contains 'VIP'")).toHaveLength(1);
    expect(problems("person.tags contains")).toHaveLength(1);
  });

  test("tells a rule and a segment apart where a flow uses one", () => {
    const wrong = (text: string) => ruleCalls(text, true).map((call) => wrongCall(call, ruleKindsOf(rules)));
    expect(wrong("(contact | in_segment: 'vip') and (contact.score | rule: 'score-tag') == 'happy'")).toEqual([null, null]);
    expect(wrong("contact | in_segment: 'score-tag'")).toEqual(["'score-tag' is a rule and no segment: write rule: 'score-tag'"]);
    expect(wrong("contact | in_segment: contact.segment")[0]).toContain("takes the name of a segment in quotes");
    expect(wrong("contact | in_segment: 'vips'")).toEqual(["there is no segment 'vips'; did you mean 'vip'?"]);
  });

  test("knows which texts ask for all segments", () => {
    expect(["{{ contact | segments }}", "{{ contact|segments | join: ',' }}"].map((text) => asksSegments(text))).toEqual([true, true]);
    expect(["contact.segments", "{{ contact.segments }}", "| segments"].map((text) => asksSegments(text))).toEqual([false, false, false]);
    expect(asksSegments("(contact | segments) contains 'VIP'", true)).toBe(true);
  });
});

describe("a record as segments read it", () => {
  test.each<[what: string, record: object, expected: object]>([
    ["tags as records", { tags: [{ id: "t1", name: "VIP" }, { tagName: " x " }, null] }, { tags: ["VIP", "x"] }],
    ["a score under another name", { nps_score: 7 }, { score: 7 }],
    ["a score of nothing", { score: 0, nps: 9 }, { score: 0 }],
    ["the sub-account of a contact", { locationId: "loc_1" }, { subAccount: "loc_1" }],
    ["the sub-account of a workflow's webhook", { location: { id: "loc_1" } }, { subAccount: "loc_1" }],
    ["the sub-accounts of a user", { roles: { locationIds: ["loc_1", "loc_2"] } }, { subAccount: ["loc_1", "loc_2"] }],
    [
      "custom fields",
      {
        customFields: [
          { id: "f1", value: 9 },
          { id: "f2", fieldKey: "contact.nps", name: "NPS", field_value: "8" },
        ],
      },
      { fields: { f1: 9, f2: "8", nps: "8", NPS: "8" } },
    ],
    ["no custom fields", { customFields: [] }, {}],
  ])("has %s", (_, record, expected) => expect(asPerson(record as Record<string, unknown>)).toEqual({ ...record, ...expected }));

  test("has no field that it inherits, and a field's name cannot change what it inherits", () => {
    const person = asPerson(JSON.parse('{"customFields":[{"id":"__proto__","value":{"tags":["vip"]}}]}') as Record<string, unknown>);
    expect(Object.getPrototypeOf(person["fields"])).toBe(Object.prototype);
    expect(holds("contact | in_segment: 'vip'", JSON.parse('{"__proto__":{"tags":["vip"]}}'))).toBe(false);
  });
});
