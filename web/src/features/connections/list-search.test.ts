import { expect, test } from "vitest";
import type { ConnectionView } from "#api/schemas.ts";
import { type ConnectionsFilter, fittingConnections, readConnectionsFilter } from "./list-search.ts";

const connection = (name: string, more: Partial<ConnectionView> = {}) =>
  ({ name, title: name, app: "highlevel", status: "connected", usedBy: { flows: [], inboxes: [] }, ...more }) as ConnectionView;
const used = { flows: [{ id: "f", name: "F", status: "on" as const, draft: true, published: true }], inboxes: [] };
const all = [
  connection("acme", { title: "Acme Dental", locationId: "ve9EPM42", usedBy: used }),
  connection("bright", { title: "Bright Smile", status: "broken", formerNames: ["smile"] }),
  connection("erp", { app: "http", status: "untested" }),
];
const names = (filter: ConnectionsFilter) =>
  fittingConnections(all, filter, (app) => (app === "http" ? "HTTP" : "HighLevel")).map(({ name }) => name);

test("a connection is found by its title, a former name, its app or the id of its sub-account", () => {
  expect(names({ q: "dental" })).toEqual(["acme"]);
  expect(names({ q: "smile" })).toEqual(["bright"]);
  expect(names({ q: "VE9epm42" })).toEqual(["acme"]);
  expect(names({ q: "highlevel bright" })).toEqual(["bright"]);
  expect(names({ q: "nobody" })).toEqual([]);
});

test("app and state narrow the list, together too", () => {
  expect(names({ app: "http" })).toEqual(["erp"]);
  expect(names({ state: "trouble" })).toEqual(["bright"]);
  expect(names({ state: "working" })).toEqual(["acme"]);
  expect(names({ state: "unused" })).toEqual(["bright", "erp"]);
  expect(names({ state: "unused", app: "highlevel" })).toEqual(["bright"]);
  expect(readConnectionsFilter({ state: "nonsense", q: "a" })).toEqual({ q: "a", app: undefined, state: undefined });
});
