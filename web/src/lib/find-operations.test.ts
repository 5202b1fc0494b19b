import { expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { findOperations } from "#surfaces/find-operations.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { keyToPath, pathToKey } from "./operation-path.ts";

const entry = (key: string, title: string, more: Partial<CatalogEntry> = {}): CatalogEntry => ({
  key,
  title,
  app: "highlevel",
  kind: "action",
  category: "Contacts",
  effect: "create",
  method: "POST",
  path: "/contacts/",
  version: null,
  scopes: [],
  deprecated: false,
  inputs: [],
  recipe: false,
  takesMore: true,
  empties: [],
  replaces: [],
  pages: [],
  ...more,
});
const catalog = [
  entry("contacts.list", "List contacts", { deprecated: true }),
  entry("contacts.create", "Create contact"),
  entry("tags.create", "Create tag", { category: "Tags", path: "/tags" }),
  entry("notes.create", "Create note for contact", { category: "Notes" }),
];
const keys = (words: string) => findOperations(catalog, words).map(({ key }) => key);

test("every word must be there, in whatever place", () => {
  expect(keys("create contact")).toEqual(["contacts.create", "notes.create"]);
  expect(keys("post tags")).toEqual(["tags.create"]);
  expect(keys("nothing")).toEqual([]);
});

test("a word that says what a thing is narrows nothing down where nothing has it, and does where something has it", () => {
  const all = [...catalog, entry("tag_added", "Tag added"), entry("links.create", "Create trigger link")];
  const found = (words: string) => findOperations(all, words).map(({ key }) => key);
  expect(found("tag added trigger")[0]).toBe("tag_added");
  expect(found("create trigger")).toEqual(["links.create"]);
  expect(found("trigger")).toEqual(["links.create"]);
  expect(found("nothing trigger")).toEqual([]);
  expect(keys("trigger")).toEqual([]);
});

test("a title that begins with the word comes before one that has it, and that before one that is only filed there", () => {
  const entries = [entry("a", "New contact"), entry("b", "Contact tags"), entry("c", "Merge")];
  expect(findOperations(entries, "contact").map(({ key }) => key)).toEqual(["b", "a", "c"]);
});

test("among equals what is deprecated comes last", () => {
  expect(findOperations([entry("old", "Get task", { deprecated: true }), entry("new", "Get task")], "task").map(({ key }) => key)).toEqual([
    "new",
    "old",
  ]);
});

test("without words the catalog stays as it is", () => {
  expect(keys("")).toEqual(catalog.map(({ key }) => key));
});

test("a key survives the address", () => {
  expect(pathToKey(keyToPath("contacts.add_tags"))).toBe("contacts.add_tags");
  expect(keyToPath("contacts.get")).not.toContain(".");
});

test("an operation is found by what it is called where it is chosen, and by what the app calls it", () => {
  const upsert = [entry("contacts.upsert", "Upsert Contact")];
  expect(operationTitle(upsert[0]!)).toBe("Create or update contact");
  expect(findOperations(upsert, "create or update contact")).toEqual(upsert);
  expect(findOperations(upsert, "upsert")).toEqual(upsert);
});

test("who types the name of an app means what is in it", () => {
  const found = findOperations(
    [
      {
        title: "Check blog URL slug",
        key: "blogs.check",
        category: "Blogs",
        app: "highlevel",
        path: "/http",
        effect: "read",
        replaces: [],
      },
      { title: "Send data to a web address", key: "post", category: "HTTP", app: "http", effect: "other", replaces: [] },
    ] as never,
    "http",
  );
  expect(found.map(({ app }) => app)).toEqual(["http", "highlevel"]);
});

test("what is found in an app without a login comes after what is found where there is one", () => {
  const both = [entry("contacts.create", "Create contact", { app: "flocksy" }), entry("contacts.create", "Create contact")];
  const apps = findOperations(both, "create contact", ({ app }) => app === "flocksy").map(({ app }) => app);
  expect(apps).toEqual(["highlevel", "flocksy"]);
});
