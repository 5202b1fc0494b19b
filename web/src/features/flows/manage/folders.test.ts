import { expect, test } from "vitest";
import type { FlowView } from "#api/schemas.ts";
import { byFolder, foldersOf, isFound } from "./folders.ts";

const flow = (name: string, folder: string | null) =>
  ({
    name,
    folder,
    sentence: "When an answer comes in, then create a contact",
    trigger: { title: "Answer", app: "sightmill" },
    subAccounts: [{ locationId: "l1", title: "Bright Smile" }],
  }) as FlowView;

test("flows are listed by folder in the order of the alphabet, and those in none come last", () => {
  const flows = [flow("c", null), flow("b", "Surveys"), flow("a", "Acme"), flow("d", "Surveys")];
  expect(foldersOf(flows)).toEqual(["Acme", "Surveys"]);
  expect(byFolder(flows).map(({ name, flows: inside }) => [name, inside.map((one) => one.name)])).toEqual([
    ["Acme", ["a"]],
    ["Surveys", ["b", "d"]],
    [null, ["c"]],
  ]);
});

test("a flow is found by words of its name, its sentence, its folder, its trigger and its sub-account, in any order", () => {
  const one = flow("Promoters", "Acme Dental");
  expect(isFound(one, "dental promoters")).toBe(true);
  expect(isFound(one, "contact SIGHTMILL")).toBe(true);
  expect(isFound(one, "smile promoters")).toBe(true);
  expect(isFound(one, "promoters gold")).toBe(false);
  expect(isFound(one, "")).toBe(true);
});
