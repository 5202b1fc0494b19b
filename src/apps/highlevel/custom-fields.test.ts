import { describe, expect, test } from "vitest";
import { namedCustomFields, resolveCustomFields, type CustomFieldDefinition } from "./custom-fields.ts";

const field = (id: string, name: string, dataType: string, more: Partial<CustomFieldDefinition> = {}): CustomFieldDefinition => ({
  id,
  name,
  fieldKey: `contact.${name.toLowerCase().replaceAll(" ", "_")}`,
  dataType,
  ...more,
});
const definitions = [
  field("f1", "Net promoter score", "NUMERICAL", { fieldKey: "contact.nps" }),
  field("f2", "Interests", "MULTIPLE_OPTIONS", { picklistOptions: ["Braces", "Whitening"] }),
  field("f3", "Plan", "SINGLE_OPTIONS", { picklistOptions: ["Basic", "Plus"] }),
  field("f4", "Joined", "DATE"),
  field("f5", "Notes", "LARGE_TEXT"),
  field("f6", "Papers", "FILE_UPLOAD"),
  field("f7", "Notes", "TEXT", { fieldKey: "contact.notes_2" }),
  field("f8", "Nickname", "TEXT"),
];
const settings = { at: "/customFields", keepMarks: false };
const resolve = (values: Record<string, unknown>) => resolveCustomFields(definitions, values, settings);

describe("custom fields by name", () => {
  test.each(["Net promoter score", "net promoter score ", "contact.nps", "nps", "f1"])("'%s' finds the field", (name) => {
    expect(resolve({ [name]: 9 })).toEqual([{ id: "f1", key: "contact.nps", field_value: 9 }]);
  });

  test.each([
    ["nps", " 9.5 ", 9.5],
    ["Interests", "braces, Whitening", ["Braces", "Whitening"]],
    ["Interests", ["whitening"], ["Whitening"]],
    ["Plan", "plus", "Plus"],
    ["Joined", "2026-01-31T09:00:00Z", "2026-01-31"],
    ["Joined", "2026-01-31", "2026-01-31"],
    ["Nickname", 42, "42"],
    ["Papers", { u1: { url: "https://x.example/a.pdf" } }, { u1: { url: "https://x.example/a.pdf" } }],
  ])("%s takes %j as %j", (name, value, expected) => {
    expect(resolve({ [name]: value })[0]?.field_value).toEqual(expected);
  });

  test("what is empty is left out, so that it blanks nothing", () => {
    expect(resolve({ nps: "", Plan: null, Nickname: undefined })).toEqual([]);
  });

  test.each([
    [{ nps: "nine" }, `Custom field 'nps': must be a number, but is "nine"`],
    [{ Plan: "Gold" }, "Custom field 'Plan': must be one of Basic, Plus, but is 'Gold'"],
    [{ "Nik name": "x" }, "Custom field 'Nik name': the sub-account has no such custom field; did you mean 'Nickname'"],
    [{ Nickname: ["a"] }, "Custom field 'Nickname': must be text, but is a list or an object"],
  ])("%j is refused: %s", (values, message) => {
    expect(() => resolve(values)).toThrow(message);
  });

  test("two fields of one name are not guessed between; a key tells them apart", () => {
    const twins = [
      field("t1", "Size", "TEXT", { fieldKey: "contact.size_a" }),
      field("t2", "Size", "TEXT", { fieldKey: "contact.size_b" }),
    ];
    expect(() => resolveCustomFields(twins, { Size: "L" }, settings)).toThrow("write contact.size_a or contact.size_b");
    expect(resolveCustomFields(twins, { size_b: "L" }, settings)[0]?.id).toBe("t2");
  });

  test("what a contact carries is read back by key", () => {
    expect(
      namedCustomFields(definitions, [
        { id: "f1", value: 9 },
        { id: "gone", value: "x" },
      ]),
    ).toEqual({ "contact.nps": 9, gone: "x" });
    expect(namedCustomFields(definitions, undefined)).toEqual({});
  });
});
