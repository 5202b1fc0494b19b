import { expect, test } from "vitest";
import type { TagView } from "#api/schemas.ts";
import { readTagsSearch, shownTags } from "./search.ts";

const tag = (name: string, carriers: number | null, connection = "con_1"): TagView => ({
  kind: "crm.contact",
  name,
  colour: null,
  description: name === "vip" ? "Asks for us" : null,
  there: [{ connection, carriers, countedAt: null, readAt: 1 }],
  carriers,
  unusedSince: null,
});
const all = [tag("old", 0), tag("vip", 3), tag("new", null, "con_2"), tag("big", 9)];
const names = (search: object) => shownTags(all, readTagsSearch({ ...search })).map(({ name }) => name);

test("tags are found by name and description, by sub-account and by use, the most carried first", () => {
  expect(names({})).toEqual(["big", "vip", "old", "new"]);
  expect(names({ q: "ASKS" })).toEqual(["vip"]);
  expect(names({ show: "unused" })).toEqual(["old"]);
  expect(names({ show: "uncounted" })).toEqual(["new"]);
  expect(names({ account: "con_2" })).toEqual(["new"]);
  expect(names({ show: "nonsense" })).toHaveLength(4);
});
