import { expect, test } from "vitest";
import { clientsFound, isFlowOf } from "./clients.ts";

const bright = { locationId: "l1", title: "Bright Smiles" };
const upright = { locationId: "l2", title: "Upright Backs" };
const flow = (name: string, ...subAccounts: (typeof bright)[]) => ({ name, subAccounts });
const flows = [flow("Survey", bright), flow("Leads", bright, upright)];

test("a client is found by its name, the one that begins with it first, with how many flows work there", () => {
  expect(clientsFound("right", flows, [])).toMatchObject([{ title: "Bright Smiles" }, { title: "Upright Backs" }]);
  expect(clientsFound("UP", flows, [])).toEqual([{ ...upright, flows: 1 }]);
  expect(clientsFound("bright", [], [bright])).toEqual([{ ...bright, flows: 0 }]);
  expect(clientsFound("b", flows, [bright])).toEqual([]);
  expect(clientsFound("right", [], [upright, { locationId: "l3", title: "Right Turn" }]).map(({ title }) => title)).toEqual([
    "Right Turn",
    "Upright Backs",
  ]);
});

test("a flow is found by its client", () => {
  expect(flows.filter((one) => isFlowOf(one, "upright")).map(({ name }) => name)).toEqual(["Leads"]);
  expect(isFlowOf(flows[0]!, "surv")).toBe(true);
});
