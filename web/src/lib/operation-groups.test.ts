import { expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { catalogJson } from "#test/support/built-in.ts";
import { canStart, isStep } from "../features/flows/starter.ts";
import { groupOf, inGroups } from "./operation-groups.ts";

const catalog = catalogJson() as unknown as CatalogEntry[];
const connections = [{ app: "sightmill" }, { app: "highlevel" }];
const groups = (fits: (entry: CatalogEntry) => boolean) =>
  inGroups(catalog.filter(fits), connections)
    .map((entry) => groupOf(entry, (app) => app))
    .filter((group, index, all) => group !== all[index - 1]);

test.each([
  ["triggers", canStart],
  ["steps", isStep],
] as const)("%s of an app and a subject stand together, once", (_, fits) => {
  const found = groups(fits);
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBeGreaterThan(8);
});

test("the clock comes first, then what is connected, then the rest", () => {
  const found = groups(canStart);
  expect(found[0]).toBe("millrace · Millrace");
  expect(found[1]).toBe("highlevel · Contacts");
  expect(found.at(-1)).toBe("http · HTTP");
});

test("what is noticed at once comes before lists that have to be asked", () => {
  const contacts = inGroups(catalog.filter(canStart), connections).filter(
    ({ app, category }) => app === "highlevel" && category === "Contacts",
  );
  const kinds = contacts.map(({ kind }) => kind === "trigger");
  expect(kinds).toEqual(kinds.toSorted((a, b) => Number(a) - Number(b)));
  expect(kinds).toContain(true);
});
