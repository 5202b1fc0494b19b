/** What the platform's reviewers look at and its schema does not check, for every action of the catalog. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { InputField } from "#catalog/types.ts";
import { packageRoot } from "#kernel/root.ts";
import { builtIn } from "#test/support/built-in.ts";
import { oddApp } from "#test/zapier/odd-app.ts";
import { thingsOf, unknownInChoice } from "../catalog-choice.ts";
import { leftOutKinds, zapierParts } from "./parts.ts";
import { platformVersion, zapierProject } from "./project.ts";
import type { ZapierAction, ZapierField } from "./shapes.ts";

const { apps } = builtIn.of("any");

const everything = zapierParts([...apps, oddApp]);
const { triggers, searches, creates, choices, searchOrCreates } = everything;
const kinds = { triggers, searches, creates };
const visible = Object.values(kinds).flat();
const flat = (fields: readonly ZapierField[]): ZapierField[] => fields.flatMap((field) => [field, ...flat(field.children ?? [])]);
const named = (actions: readonly ZapierAction[]) => actions.map((action) => [action.key, action] as const);

test("every operation and trigger of the catalog is in the project, but those of the clock and the button, which say why", () => {
  const there = new Set(visible.map(({ app, operation }) => `${app}.${operation}`));
  for (const app of [...apps, oddApp]) for (const { key } of thingsOf(app)) expect(there).toContain(`${app.id}.${key}`);
  for (const app of apps) for (const { kind } of app.builtIns ?? []) expect(leftOutKinds[kind]).toMatch(/\.$/);
});

test("no default and no choice of a catalog is something that the platform fills in", () => {
  const braces = "{{bundle.authData.api_key}}";
  const schemas = [{ default: braces }, { enum: [braces, "b"] }, { enum: [braces] }];
  const input = schemas.map((schema, i): InputField => ({ name: `f${i}`, in: "body", schema: { type: "string", ...schema } }));
  const odd = { ...oddApp, operations: [{ ...oddApp.operations[0]!, input }] };
  expect(
    JSON.stringify(
      zapierParts([odd])
        .creates.concat(zapierParts([odd]).searches)
        .map(({ fields }) => fields),
    ),
  ).not.toContain("{{");
  expect(JSON.stringify(zapierParts([odd]))).toContain('"value":"b"');
});

describe.each(named(visible))("%s", (_, action) => {
  const { key, noun, display, fields, places, sample, outputFields, customFields = [] } = action;
  test("has a label in title case, a noun and a sentence, as a reader expects them", () => {
    expect(key).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{1,99}$/);
    for (const text of [display.label, noun]) expect([...text].length).toSatisfy((length: number) => length >= 2 && length <= 64);
    expect(display.label.charAt(0)).toBe(display.label.charAt(0).toUpperCase());
    expect(display.description).toMatch(/^[\p{Lu}\d"].*\.$/su);
    expect(display.description).not.toMatch(/https?:/);
    expect(display.description.length).toBeLessThanOrEqual(1000);
    if (triggers.includes(action)) expect(display.description).toMatch(/^Triggers when /);
  });
  test("has fields with legal keys that differ, labels, and help that is a sentence", () => {
    const all = flat(fields);
    expect(new Set(all.map((field) => field.key)).size).toBe(all.length);
    for (const field of all) {
      expect(field.key).toMatch(/^[a-zA-Z](?!.*__)[a-zA-Z0-9_]*$/);
      expect(field.label.length).toBeGreaterThan(1);
      if (field.helpText !== undefined) {
        expect(field.helpText).toMatch(/^[\p{Lu}\d"'`([{].*[.!?]$/su);
        expect(field.helpText).not.toMatch(/https?:/);
      }
    }
    const placed = [...Object.keys(places), ...(fields[0]?.key === "millrace_connection" ? ["millrace_connection"] : [])];
    expect(placed.sort()).toEqual(fields.map((field) => field.key).sort());
  });
  test("has drop-downs that are there, a sample, and fields of what it gives", () => {
    const hidden = new Set(choices.map((list) => list.key));
    for (const { dynamic } of fields) if (dynamic !== undefined) expect(hidden).toContain(dynamic.split(".")[0]);
    expect(Object.keys(sample).length).toBeGreaterThan(0);
    expect(outputFields.length).toBeGreaterThan(0);
    if (!creates.includes(action)) expect(sample["id"]).toSatisfy((id: unknown) => id !== undefined && id !== null && id !== "");
    if (customFields.length > 0) expect(fields[0]!.altersDynamicFields).toBe(true);
  });
});

test("no key is used twice, and no label twice among triggers, searches or actions", () => {
  const keys = [...visible, ...choices].map(({ key }) => key.toLowerCase());
  expect(new Set(keys).size).toBe(keys.length);
  for (const actions of Object.values(kinds)) expect(new Set(actions.map(({ display }) => display.label)).size).toBe(actions.length);
});

test("a search is offered with the create of its family", () => {
  expect(searchOrCreates.find(({ search }) => search === "highlevel_contacts_search")).toMatchObject({
    create: "highlevel_contacts_create",
    display: { label: "Find or Create Contact" },
  });
  for (const { search, create } of searchOrCreates) {
    expect(searches.map(({ key }) => key)).toContain(search);
    expect(creates.map(({ key }) => key)).toContain(create);
  }
});

test("a list that is read newest first is polled; any other is watched by Millrace, which sees all of it", () => {
  const kindOf = (operation: string) =>
    triggers.find((trigger) => trigger.key.startsWith("new_in") && trigger.operation === operation)?.kind;
  expect([kindOf("contacts.search"), kindOf("calendars.list"), kindOf("contacts.get")]).toEqual(["poll", "hook", undefined]);
});

describe("a choice", () => {
  test("holds what is named, whole or by its key alone", () => {
    const parts = zapierParts(apps, { only: ["contacts.upsert", "highlevel.ContactCreate"] });
    expect([parts.triggers, parts.searches, parts.creates].map((all) => all.map(({ operation }) => operation))).toEqual([
      ["ContactCreate"],
      [],
      ["contacts.upsert"],
    ]);
  });
  test("takes a category of one app, also where its name has a comma", () => {
    const parts = zapierParts([...apps, oddApp], { categories: ["own-desk.Über alles", "flocksy.Tags"] });
    expect(new Set([...parts.searches, ...parts.creates].map(({ app }) => app))).toEqual(new Set(["flocksy", "own-desk"]));
  });
  test("of what is not there says so, with what was meant", () => {
    expect(unknownInChoice(apps, { only: ["contacts.upsrt"] })).toEqual({
      field: "only",
      problem: "there is no 'contacts.upsrt' in the catalog; did you mean 'contacts.upsert'",
    });
    expect(unknownInChoice(apps, { apps: ["flocksy"], only: ["contacts.upsert"] })).toMatchObject({ field: "apps" });
    expect(unknownInChoice(apps, { apps: ["flocksy"] })).toBeNull();
  });
});

describe("the project", () => {
  const files = zapierProject([...apps, oddApp]);
  test("depends on the platform's package of the version that it is tested with", () => {
    const own = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { devDependencies: Record<string, string> };
    expect(own.devDependencies["zapier-platform-core"]).toBe(platformVersion);
    expect(JSON.parse(files["package.json"]!)).toMatchObject({ dependencies: { "zapier-platform-core": platformVersion } });
  });
  test("puts no text of a catalog into code: all of it is JSON", () => {
    const code = Object.entries(files).filter(([path]) => path.endsWith(".js"));
    expect(code.map(([path]) => path)).toEqual(["index.js", "lib/call.js", "lib/input.js", "lib/actions.js", "authentication.js"]);
    for (const [, text] of code) expect(text).not.toMatch(/desk\.example\.com|Ünser/);
  });
  test("stays inside its folder, whatever an app calls its operations", () => {
    for (const path of Object.keys(files)) expect(path).toMatch(/^(\.gitignore|[\w-]+\.\w+|\w+\/[a-zA-Z][\w]*\.\w+)$/);
  });
});
