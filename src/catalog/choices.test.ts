import { expect, test } from "vitest";
import { choiceRows } from "./choices.ts";

const pipelines = [
  { id: "p1", name: "Sales", stages: [{ id: "s1", name: "New" }] },
  { id: "p2", name: "Care", stages: [{ id: "s2", name: "New" }, "noise"] },
  { id: "p3", name: "Empty" },
];
const stage = { operation: "list", value: "id", label: "name", list: "stages", within: { row: "id", field: "pipelineId" } };

test("a plain list offers its rows", () => {
  expect(choiceRows({ operation: "list", value: "id", label: "name" }, pipelines)).toHaveLength(3);
  expect(choiceRows({ operation: "list", value: "id", label: "name" }, { no: "list" })).toEqual([]);
});

test("a list within rows offers those of the chosen row, or of all while none is chosen", () => {
  expect(choiceRows(stage, pipelines, { pipelineId: "p2" })).toEqual([{ id: "s2", name: "New" }]);
  expect(choiceRows(stage, pipelines).map((row) => row["id"])).toEqual(["s1", "s2"]);
  expect(choiceRows(stage, pipelines, { pipelineId: "p3" })).toEqual([]);
});
