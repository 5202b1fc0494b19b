import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import { comparisonsFor, type FilterGroup, lacksValue, readFilters, withField, withFilterAt, writeFilters } from "./filters.ts";

const vip = { field: "tags", operator: "eq", value: "vip" };
const recent = { field: "dateAdded", operator: "range", value: { gte: "{{ 'now' | minus_days: 7 }}" } };
const anyOf = { group: "OR", filters: [vip, { field: "phone", operator: "exists" }] };

describe("the filters of a search", () => {
  test("are read as rows, each with its comparison", () => {
    expect(readFilters([vip, recent, { field: "email", operator: "not_exists" }])).toEqual({
      kind: "group",
      match: "all",
      of: [
        { kind: "row", field: "tags", comparison: "is", value: "vip" },
        { kind: "row", field: "dateAdded", comparison: "atLeast", value: "{{ 'now' | minus_days: 7 }}" },
        { kind: "row", field: "email", comparison: "blank" },
      ],
    });
  });

  test("of which any is enough are one group", () => {
    expect(readFilters([anyOf])).toMatchObject({ match: "any", of: [{ field: "tags" }, { field: "phone" }] });
    expect(readFilters([anyOf, vip])).toMatchObject({ match: "all", of: [{ kind: "group", match: "any" }, { field: "tags" }] });
  });

  test.each([
    ["nothing", undefined],
    ["rows", [vip, recent]],
    ["any of some", [anyOf]],
    ["a group beside a row", [anyOf, vip]],
    ["a group of which all have to hold", [{ group: "AND", filters: [vip, recent] }]],
    ["a group within a group", [{ group: "OR", filters: [vip, { group: "AND", filters: [recent, vip] }] }]],
  ])("come back the same once they were read: %s", (_, filters) => {
    expect(writeFilters(readFilters(filters)!)).toEqual(filters);
  });

  test.each([
    ["a text", "{{ trigger.filters }}"],
    ["a range with two bounds", [{ field: "dateAdded", operator: "range", value: { gt: 1, lt: 2 } }]],
    ["an operator that has no words", [{ field: "email", operator: "wildcard", value: "a*" }]],
    ["a member that has no place", [{ ...vip, boost: 2 }]],
    ["a list of values", [{ ...vip, value: ["a", "b"] }]],
    ["a value where none is taken", [{ field: "email", operator: "exists", value: true }]],
    ["no object", [vip, 5]],
    ["a group of another kind", [{ group: "NOT", filters: [vip] }]],
    ["a field that is none", [{ field: 5, operator: "eq", value: 1 }]],
  ])("are left to their text where rows cannot show them: %s", (_, filters) => {
    expect(readFilters(filters)).toBeNull();
  });

  test("whatever they are, are written back the same or not shown as rows", () => {
    const any = fc.oneof(
      fc.constantFrom<unknown>(vip, recent, anyOf),
      fc.record(
        {
          field: fc.string(),
          operator: fc.constantFrom("eq", "range", "exists", "odd"),
          value: fc.jsonValue(),
          group: fc.constantFrom("OR", "X"),
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    );
    const rewritten = (filters: unknown[]) => {
      const group = readFilters(filters);
      return group === null || hasBlank(group) ? filters : writeFilters(group);
    };
    const { failed, counterexample } = fc.check(
      fc.property(fc.array(any, { minLength: 1 }), (filters) => JSON.stringify(rewritten(filters)) === JSON.stringify(filters)),
      { numRuns: trials(300) },
    );
    expect({ failed, counterexample }).toEqual({ failed: false, counterexample: null });
  });

  test("a row without its field is not written, and one without its value says so", () => {
    const group: FilterGroup = {
      kind: "group",
      match: "all",
      of: [withField("tags", "tags"), { kind: "row", field: "", comparison: "is" }],
    };
    expect(writeFilters(group)).toEqual([{ field: "tags", operator: "eq" }]);
    expect(lacksValue(withField("tags", "tags"))).toBe(true);
    expect(lacksValue({ kind: "row", field: "email", comparison: "blank" })).toBe(false);
  });

  test("are none once the last is taken away", () => {
    expect(writeFilters(withFilterAt(readFilters([vip])!, 0, null))).toBeUndefined();
  });
});

const hasBlank = ({ of }: FilterGroup): boolean =>
  of.length === 0 || of.some((one) => (one.kind === "group" ? hasBlank(one) : one.field === ""));

test("a field is compared in the words that suit it", () => {
  const words = (...of: Parameters<typeof comparisonsFor>) => comparisonsFor(...of).map((one) => one.words);
  expect(words("date")).toEqual(["is after", "is not before", "is before", "is not after", "has a value", "is empty"]);
  expect(words("tags")).toEqual(["include", "do not include", "are not empty", "are empty"]);
  expect(words("number")).toContain("is at least");
});
