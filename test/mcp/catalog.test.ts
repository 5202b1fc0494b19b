import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import { createAppRegistry } from "#apps/index.ts";
import { apiPrefix } from "#api/addresses.ts";
import { type CatalogEntry, catalogQuery } from "#api/schemas.ts";
import { createClient } from "#api/client.ts";
import type { App } from "#catalog/types.ts";
import { searchCatalog } from "#server/catalog/catalog-search.ts";
import { findOperation } from "#test/support/built-in.ts";
import { openMcp } from "#test/support/mcp.ts";
import { described } from "#mcp/describe.ts";

const registry = createAppRegistry();
/** The API's catalog of a workspace, and nothing else of the API. */
const catalogOf = (workspaceId: string) =>
  createClient(async ({ path }) => {
    const query = Object.fromEntries(new URL(path, `http://mill.example${apiPrefix}`).searchParams);
    return { operations: searchCatalog(registry.of(workspaceId), catalogQuery.parse(query)) };
  });
const whole = searchCatalog(registry.of("any"), { endpoints: true });
interface Page {
  operations: { app: string; operation: string }[];
  cursor?: string;
}

describe("the catalog, for an agent", () => {
  test("is found as a whole, page by page, each operation once", async () => {
    const { call } = await openMcp({ api: catalogOf("any") });
    const found: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { data } = await call("find_operations", { limit: 50, ...(cursor !== undefined && { cursor }) });
      const page = data as Page;
      found.push(...page.operations.map(({ app, operation }) => `${app} ${operation}`));
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    expect(found.length).toBeGreaterThan(800);
    expect(found.toSorted()).toEqual(whole.map(({ app, key }) => `${app} ${key}`).toSorted());
  });

  test("is described as a whole: each input schema is sound, and takes the catalog's own example", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const examples = new Set<string>();
    for (const entry of whole) {
      const { input, calling } = described(entry);
      expect([entry.key, ajv.validateSchema(input), ajv.errors]).toEqual([entry.key, true, null]);
      expect(calling, entry.key).not.toBe("");
      const example = (entry.example as { input?: unknown } | undefined)?.input;
      if (entry.effect === null || example === undefined) continue;
      examples.add(entry.key);
      expect([entry.key, ajv.validate(input, example), ajv.errors]).toEqual([entry.key, true, null]);
    }
    expect(examples.size).toBeGreaterThan(50);
  });

  test("lets an operation be found by what a person would call it", async () => {
    const { call } = await openMcp({ api: catalogOf("any") });
    const first = async (words: string, more = {}) =>
      ((await call("find_operations", { words, ...more })).data as Page).operations[0]?.operation;
    expect(await first("create contact")).toBe("contacts.create");
    expect(await first("new lead", { effect: "create" })).toBe("contacts.create");
    expect(await first("tag added", { use: "trigger" })).toBe("contacts.tag_added");
  });

  test("has an operation of the workspace's own app without a further line, and of no other workspace", async () => {
    const read = findOperation("http", "get")!;
    const app: App = {
      id: "pets",
      title: "Pets",
      auth: [],
      baseUrl: "https://pets.example.com",
      triggers: [],
      operations: [{ ...read, id: "pets.groom", app: "pets", title: "Groom Pet", effect: "create" }],
    } as unknown as App;
    registry.put("ws_pets", app);
    const own = await openMcp({ api: catalogOf("ws_pets") });
    expect((await own.call("find_operations", { words: "groom pet" })).data).toMatchObject({
      operations: [{ app: "pets", operation: "pets.groom" }],
    });
    expect((await own.call("describe_operation", { app: "pets", operation: "pets.groom" })).data).toMatchObject({
      title: "Groom pet",
      effect: "create",
    });
    const other = await openMcp({ api: catalogOf("ws_other") });
    expect((await other.call("find_operations", { words: "groom pet" })).data).toEqual({ operations: [] });
    const unknown = await other.call("describe_operation", { app: "pets", operation: "pets.groom" });
    expect(unknown).toMatchObject({ failed: true, data: { code: "OPERATION_UNKNOWN" } });
    expect(unknown.text).toContain("find_operations");
  });

  test("warns of what an agent gets wrong", () => {
    const upsert = described(whole.find(({ key }) => key === "contacts.upsert") as CatalogEntry);
    expect(upsert.traps.join("\n")).toContain("`tags` replace the whole list");
    expect(upsert.traps.join("\n")).toContain("$empty");
  });
});
