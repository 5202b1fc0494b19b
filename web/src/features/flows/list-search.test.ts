import { expect, test } from "vitest";
import type { FlowView } from "#api/schemas.ts";
import { isNarrowed, nextSort, noFilter, readFlowsSearch, shownFlows, type FlowsSearch } from "./list-search.ts";

const flow = (name: string, status: FlowView["status"], lastRunAt: number | null, locationId: string) =>
  ({
    name,
    status,
    lastRunAt,
    sentence: "",
    folder: name === "alpha" ? "Leads" : null,
    lint: null,
    counts: name === "Gamma" ? { failed: 1 } : {},
    trigger: { title: "", app: "", lastError: null },
    subAccounts: [{ locationId, title: `Account ${locationId}` }],
  }) as unknown as FlowView;
const flows = [flow("Beta", "draft", null, "l1"), flow("alpha", "on", 10, "l2"), flow("Gamma", "off", 30, "l1")];
const names = (search: FlowsSearch) => shownFlows(flows, search).map(({ name }) => name);

test("flows are sorted by name, state or last run, either way, and else stay as they were made", () => {
  expect(names({})).toEqual(["Beta", "alpha", "Gamma"]);
  expect(names({ sort: "name" })).toEqual(["alpha", "Beta", "Gamma"]);
  expect(names({ sort: "-name" })).toEqual(["Gamma", "Beta", "alpha"]);
  expect(names({ sort: "ran" })).toEqual(["Gamma", "alpha", "Beta"]);
  expect(names({ sort: "state" })).toEqual(["alpha", "Gamma", "Beta"]);
});

test("only those of the chosen sub-account are shown, and its name finds them too", () => {
  expect(names({ account: "l1" })).toEqual(["Beta", "Gamma"]);
  expect(names({ q: "account l2" })).toEqual(["alpha"]);
  expect(names({ account: "l2", q: "gamma" })).toEqual([]);
});

test("a state, a folder, and what has a problem narrow the list, until every filter is taken away", () => {
  expect(names({ show: "draft" })).toEqual(["Beta"]);
  expect(names({ show: "trouble" })).toEqual(["Gamma"]);
  expect(names({ folder: "Leads" })).toEqual(["alpha"]);
  expect(isNarrowed({ folder: "Leads", sort: "name" })).toBe(true);
  expect(isNarrowed({ folder: "Leads", sort: "name", ...noFilter })).toBe(false);
});

test("the head of a column turns its order round at the second press", () => {
  expect([nextSort("name", undefined), nextSort("name", "name"), nextSort("name", "-name"), nextSort("ran", "name")]).toEqual([
    "name",
    "-name",
    "name",
    "ran",
  ]);
});

test("an address that somebody wrote by hand gives what it can", () => {
  expect(readFlowsSearch({ sort: "colour", account: 7, q: "" })).toEqual({
    new: undefined,
    q: undefined,
    account: undefined,
    sort: undefined,
  });
});
