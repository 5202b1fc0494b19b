import { describe, expect, test } from "vitest";
import { catalogEntry } from "#api/schemas.ts";
import { builtIn } from "#test/support/built-in.ts";
import { searchCatalog } from "./catalog-search.ts";

const catalog = builtIn.of("any");
const keys = (search: Parameters<typeof searchCatalog>[1]) => searchCatalog(catalog, search).map(({ key }) => key);

describe("the catalog, searched", () => {
  test("finds one by its key, listed or not", () => {
    expect(keys({ key: "contacts.create" })).toEqual(["contacts.create"]);
    expect(keys({ key: "invoices/create-invoice" })).toEqual(["invoices/create-invoice"]);
    expect(keys({ key: "contacts.create@v3" })).toEqual(["contacts.create@v3"]);
    expect(keys({ key: "contacts.list@v3" })).toEqual([]);
    expect(keys({ key: "contacts.make_tea" })).toEqual([]);
  });

  test("finds by words and synonyms, the likeliest first, narrowed and as many as asked", () => {
    expect(keys({ find: "new lead", limit: 3 })).toContain("contacts.create");
    expect(keys({ find: "contact", limit: 3 })).toHaveLength(3);
    const reads = searchCatalog(catalog, { find: "contact", effect: "read", use: "step", category: "contacts" });
    expect(reads.map(({ effect, category }) => `${effect} ${category}`)).toEqual(reads.map(() => "read Contacts"));
    expect(reads.length).toBeGreaterThan(1);
    expect(searchCatalog(catalog, { use: "trigger" }).some(({ kind }) => kind === "action")).toBe(false);
  });

  test("tells of each what the newer API calls it", () => {
    const [entry] = searchCatalog(catalog, { key: "contacts.create" });
    expect(entry).toMatchObject({ version: "2021-07-28", newer: "contacts.create@v3" });
    expect(searchCatalog(catalog, { key: entry!.newer })[0]).toMatchObject({ version: "v3", path: "/contacts/" });
  });

  test("lists endpoints when asked to, and the newer API's never: they would double it", () => {
    expect(keys({ q: "invoice" })).not.toContain("invoices/create-invoice");
    expect(keys({ q: "invoice", endpoints: true })).toContain("invoices/create-invoice");
    expect(keys({ endpoints: true }).filter((key) => key.endsWith("@v3"))).toEqual([]);
  });

  test("marks scopes that follow from a rule of ours", () => {
    expect(searchCatalog(catalog, { key: "locations/get-custom-value" })[0]).toMatchObject({ scopesLikely: true });
    expect(searchCatalog(catalog, { key: "contacts.get" })[0]).not.toHaveProperty("scopesLikely");
  });

  test("has the shape the API promises, endpoints and newer ones included", () => {
    for (const line of [...searchCatalog(catalog, { endpoints: true }), ...searchCatalog(catalog, { key: "opportunities.search@v3" })]) {
      const { data, error } = catalogEntry.safeParse(line);
      expect([line.key, error]).toEqual([line.key, undefined]);
      expect(data!.inputs, line.key).toEqual(line.inputs); // what the schema does not name would be left out of the answer
    }
  });
});
