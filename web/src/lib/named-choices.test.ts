import { describe, expect, test } from "vitest";
import { namesIn } from "../features/flows/set-up/names.ts";
import { choiceLine, namedChoices } from "./named-choices.ts";

const users = { value: "id", label: "name", retired: { row: "deleted", values: [true] } };
const stages = { operation: "list", value: "id", label: "name", list: "stages", within: { row: "id", label: "name", field: "pipelineId" } };
const pipelines = [
  {
    id: "p1",
    name: "Sales",
    stages: [
      { id: "s1", name: "New" },
      { id: "s2", name: "Won" },
    ],
  },
  { id: "p2", name: "Care", stages: [{ id: "s3", name: "New" }] },
];

describe("what can be chosen", () => {
  test("has its name for a value, unless another is called the same", () => {
    const rows = [
      { id: "u1", name: "Sam Hill", email: "sam@acme.example" },
      { id: "u2", name: "Sam Hill", email: "hill@acme.example" },
      { id: "u3", name: "Ada" },
      { id: "u4", name: "Gone", deleted: true },
    ];
    expect(namedChoices(rows, users)).toEqual([
      { value: "u1", label: "Sam Hill", note: "sam@acme.example" },
      { value: "u2", label: "Sam Hill", note: "hill@acme.example" },
      { value: "Ada", label: "Ada", note: undefined },
    ]);
    expect(choiceLine({ value: "u1", label: "Sam Hill", note: "sam@acme.example" })).toBe("Sam Hill (sam@acme.example)");
  });

  test("is shown with what it lies within, until that is chosen", () => {
    expect(namedChoices(pipelines, stages).map((one) => [one.value, choiceLine(one)])).toEqual([
      ["s1", "New (Sales)"],
      ["Won", "Won (Sales)"],
      ["s3", "New (Care)"],
    ]);
    expect(namedChoices(pipelines, stages, { pipelineId: "Sales" })).toEqual([
      { value: "New", label: "New", note: undefined },
      { value: "Won", label: "Won", note: undefined },
    ]);
  });

  test("in a set-up is named with its pipeline, and told apart where even that is the same", () => {
    expect(namesIn(pipelines, stages).map(({ value }) => value)).toEqual(["Sales / New", "Sales / Won", "Care / New"]);
    const twice = [...pipelines, { id: "p3", name: "Care", stages: [{ id: "stage7", name: "New" }] }];
    expect(namesIn(twice, stages).slice(2)).toEqual([
      { value: "s3", label: "Care / New", note: "ends in s3" },
      { value: "stage7", label: "Care / New", note: "ends in stage7" },
    ]);
  });
});
