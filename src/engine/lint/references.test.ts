import { expect, test } from "vitest";
import type { Lookup } from "#catalog/types.ts";
import type { Literal } from "./literals.ts";
import { judge } from "./references.ts";

const rows = [
  { id: "pr_1", name: "Alpha" },
  { id: "pr_2", name: "Beta" },
];
const judged = (text: string, more: Partial<Lookup> = {}) => {
  const lookup: Lookup = { operation: "projects.list", value: "id", label: "name", ...more };
  const place = { step: "bill", connection: "bill main", input: {} } as unknown as Literal["place"];
  const field: Literal["field"] = { name: "projectId", label: "Project", in: "body", schema: { type: "string" }, lookup };
  const { findings } = judge({ place, field, lookup, at: "steps[0].input.projectId", text }, rows, [], undefined, null);
  return findings.map(({ level, problem, fix }) => `${level}: ${problem}. ${fix}`);
};

test("a name where only an id can be given is said to be one, with the id to write", () => {
  expect(judged("Alpha")).toEqual([
    "error: 'Alpha' is the name of a project, and names are not looked up here. Write the id: Alpha (pr_1).",
  ]);
  expect(judged("pr_1")).toEqual([]);
  expect(judged("Alpha", { by: ["name"] })).toEqual([]);
});
