/** The platform's own schema has nothing against a project, whatever is chosen. */
import { describe, expect, test } from "vitest";
import { platformVersion, zapierProject } from "#surfaces/zapier/project.ts";
import type { CatalogChoice } from "#surfaces/catalog-choice.ts";
import { builtIn } from "#test/support/built-in.ts";
import { oddApp } from "./odd-app.ts";
import { loadProject } from "./project.ts";

const catalog = builtIn.of("any");
const { apps } = catalog;

const choices: [string, CatalogChoice][] = [
  ["the whole catalog", {}],
  ["one app", { apps: ["flocksy"] }],
  ["two categories", { categories: ["Contacts", "Opportunities"] }],
  ["one operation", { only: ["contacts.upsert"] }],
  ["one trigger, by its full name", { only: ["highlevel.ContactCreate"] }],
];

describe.each(choices)("a project of %s", (_, choice) => {
  test("is accepted by the platform's schema", () => {
    const project = loadProject(zapierProject(apps, choice));
    expect(project.problems()).toEqual([]);
    expect(project.app.platformVersion).toBe(platformVersion);
    project.remove();
  });
});

test("a project with every endpoint is accepted too", () => {
  const unlisted = catalog.unlisted();
  const all = apps.map((app) => ({ ...app, operations: [...app.operations, ...unlisted.filter((operation) => operation.app === app.id)] }));
  const project = loadProject(zapierProject(all));
  expect(project.problems()).toEqual([]);
  project.remove();
});

test("a project of an app with odd names and texts is accepted too", () => {
  const project = loadProject(zapierProject([...apps, oddApp]));
  expect(project.problems()).toEqual([]);
  project.remove();
});

test("a project that breaks a rule is refused, so the schema really looks", () => {
  const files = zapierProject(apps, { only: ["contacts.upsert"] });
  const name = "creates/highlevel_contacts_upsert.json";
  const project = loadProject({ ...files, [name]: files[name]!.replace('"noun": "Contact"', '"noun": "C"') });
  expect(project.problems().join()).toMatch(/noun/);
  project.remove();
});
