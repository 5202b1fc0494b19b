import { expect, test } from "vitest";
import type { App, TagFacts } from "#catalog/types.ts";
import type { Connection } from "#vault/types.ts";
import { accountsOf } from "./tag-kinds.ts";

const connection = (id: string, more: Partial<Connection> = {}): Connection => ({
  id,
  workspaceId: "ws_1",
  name: id,
  title: id,
  app: "crm",
  auth: "token",
  status: "connected",
  locationId: id,
  createdAt: 1,
  updatedAt: 1,
  ...more,
});
const kind = { key: "crm.contact", app: { id: "crm" } as App, facts: { has: "locationId" } as TagFacts };
const idsOf = (...connections: Connection[]) => accountsOf(kind, connections).map(({ id }) => id);

test("each sub-account is there once, by a connection that works, and sorted by its title", () => {
  const broken = connection("b1", { locationId: "acme", status: "broken", title: "Acme" });
  const working = connection("b2", { locationId: "acme", createdAt: 9, title: "Acme" });
  expect(idsOf(connection("z", { title: "Zoo" }), broken, working)).toEqual(["b2", "z"]);
  expect(idsOf(broken)).toEqual(["b1"]);
});

test("an agency, another app and a connection without a sub-account have no such tags; the same sub-account elsewhere is another", () => {
  const { locationId: _, ...nowhere } = connection("n");
  expect(idsOf(connection("a", { access: "agency" }), connection("o", { app: "other" }), nowhere)).toEqual([]);
  expect(idsOf(connection("x", { locationId: "acme" }), connection("y", { locationId: "acme", baseUrl: "http://sandbox" }))).toEqual([
    "x",
    "y",
  ]);
});
