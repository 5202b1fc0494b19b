import { expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { categoryKey, familiesOf, keysOf } from "./families.ts";

const entry = (app: string, category: string, kind: CatalogEntry["kind"]) => ({ app, category, kind }) as CatalogEntry;

test("categories are counted for each app, without what the clock and people start", () => {
  const entries = [
    entry("crm", "Contacts", "action"),
    entry("desk", "Contacts", "webhook"),
    entry("crm", "Contacts", "change"),
    entry("crm", "Tags", "trigger"),
    entry("own", "Clock", "schedule"),
    entry("own", "Clock", "manual"),
  ];
  expect(familiesOf(entries)).toEqual([
    {
      app: "crm",
      categories: [
        { name: "Contacts", count: 2 },
        { name: "Tags", count: 1 },
      ],
    },
    { app: "desk", categories: [{ name: "Contacts", count: 1 }] },
  ]);
});

test("a category is asked for by its app and its name, without the commas that separate names", () => {
  expect(categoryKey("own", "Tickets, and more")).toBe("own.Tickets and more");
  expect(keysOf([{ app: "own", categories: [{ name: "A", count: 1 }] }])).toEqual(["own.A"]);
});
