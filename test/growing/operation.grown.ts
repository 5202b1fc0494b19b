/** Run in the copy where docs/add-an-operation.md was followed. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { openBench } from "#sandbox/testing.ts";
import { openServer, withKey } from "#test/fakes/server.ts";
import { zapierParts } from "#surfaces/zapier/parts.ts";
import { builtIn, findOperation } from "#test/support/built-in.ts";

const operation = () => findOperation("highlevel", "links.search")!;

test("the sandbox answers links.search by its example", async () => {
  const bench = await openBench();
  const reply = await bench.call("GET", `/links/search?locationId=${bench.acme}&query=review`, undefined, { version: "2021-04-15" });
  expect([reply.status, reply.rows("links")]).toEqual([200, [expect.objectContaining((operation().example!.output as object[])[0]!)]]);
  await bench.sandbox.close();
});

test("the form of links.search asks for words first, and not for the sub-account", async () => {
  const { app, key } = await openServer();
  const reply = await app.inject({ url: "/api/v1/catalog?app=highlevel&key=links.search", headers: withKey(key) });
  const [entry] = reply.json<{ operations: CatalogEntry[] }>().operations;
  expect(entry).toMatchObject({ title: "Search Trigger Links", effect: "read" });
  const asked = entry!.inputs.filter(({ fill }) => fill === undefined);
  expect(asked[0]).toMatchObject({ name: "query", label: "Words to look for" });
  expect(asked.map(({ name }) => name)).not.toContain("locationId");
});

test("the docs show links.search", () => {
  const page = readFileSync(new URL("../../docs/catalog/other-operations.md", import.meta.url), "utf8");
  expect(page).toContain("Search Trigger Links");
});

test("the Zapier project has links.search without a further line", () => {
  const [search] = zapierParts(builtIn.of("any").apps, { only: ["links.search"] }).searches;
  expect(search).toMatchObject({ display: { label: "Search Trigger Links" }, operation: "links.search" });
});
