import { expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import { sideRecord, syncOf } from "#test/support/sync-sides.ts";
import { rowValues } from "./differences.ts";

const sync = syncOf({
  fields: [
    { a: "name", b: "name", way: "both", toB: "{{ value | upcase }}" },
    { a: "email", b: "email", way: "toB" },
    { a: "tags", b: "tags", way: "toB" },
    { a: "seen", b: "born", way: "toB", toB: "{{ value | date: '%Y' }}" },
  ],
});
const differ = (a: JsonObject, b: JsonObject | null) =>
  rowValues(sync, { a: sideRecord(a), b: b && sideRecord(b) })
    .filter(({ differs }) => differs)
    .map(({ field }) => field);

test("a row differs where neither value is what the other becomes", () => {
  expect(differ({ name: "Ada" }, { name: "ADA" })).toEqual([]);
  expect(differ({ name: "Ada" }, { name: "Eve" })).toEqual(["name=name"]);
});
test("a one-way row differs where its target lacks what its source says", () => {
  expect(differ({ email: "a@x.org" }, { email: "A@X.org" })).toEqual([]);
  expect(differ({ email: "a@x.org" }, {})).toEqual(["email=email"]);
  expect(differ({ tags: ["x"] }, { tags: ["own", "X"] })).toEqual([]);
  expect(differ({ tags: ["x"] }, { tags: ["own"] })).toEqual(["tags=tags"]);
});
test("a row whose template fails differs", () => expect(differ({ seen: "never" }, {})).toEqual(["seen=born"]));
test("nothing differs where one record is missing, and what the other has is shown", () => {
  expect(differ({ name: "Ada" }, null)).toEqual([]);
  expect(rowValues(sync, { a: sideRecord({ name: "Ada" }), b: null })[0]).toMatchObject({ a: "Ada", b: null, way: "both", labelA: "name" });
});
