import { describe, expect, test } from "vitest";
import { definitionOf, personType, syncField, syncTypes } from "#test/support/sync-sides.ts";
import { checkSync, type CheckInput } from "./check.ts";

const settings = { zone: "UTC", now: () => 0 };
const check = (change: Parameters<typeof definitionOf>[0] = {}, more: Partial<CheckInput> = {}) =>
  checkSync({ definition: definitionOf(change), types: syncTypes, others: [], settings, ...more });
const row = (change: object) => ({ fields: [{ a: "name", b: "name", way: "both" as const, ...change }] });
const places = (change: Parameters<typeof definitionOf>[0], more: Partial<CheckInput> = {}) =>
  check(change, more).map(({ field, level }) => `${level} ${field}`);
const side = { app: "one", type: "contact", connection: "one" };

test("a definition that fits has no problem", () => expect(check()).toEqual([]));

describe("what does not fit is said beside its field", () => {
  test.each([
    ["a field that does not exist", row({ b: "nmae" }), "error fields.0.b"],
    ["a field that cannot be written in that direction", row({ a: "made", b: "seen" }), "error fields.0.way"],
    ["a field that is only taken when a record is made", row({ a: "source", b: "source", way: "toB" }), "warning fields.0.way"],
    ["kinds that do not fit", row({ a: "tags", b: "name", way: "toA" }), "error fields.0.toA"],
    ["a template that cannot be read", row({ toB: "{{ value | nope }}" }), "error fields.0.toB"],
    ["a two-way template that reads other fields", row({ toB: "{{ record.name }}" }), "warning fields.0.toB"],
    ["two rows that write one field", { fields: [...row({}).fields, { a: "phone", b: "name", way: "toB" as const }] }, "error fields.1"],
    ["one row twice", { fields: [...row({ way: "toA" }).fields, ...row({ way: "toB" }).fields] }, "error fields.1"],
    ["a rule on a field that does not exist", { match: [[{ a: "email", b: "mail" }]] }, "error match.0.0.b"],
    ["a rule on fields that are never the same", { match: [[{ a: "score", b: "seen" }]] }, "error match.0.0"],
    ["a rule on lists", { match: [[{ a: "tags", b: "tags" }]] }, "error match.0.0"],
    ["no rule at all", { match: [] }, "warning match"],
    ["a condition that cannot be read", { only: { b: "record.name ==" } }, "error only.b"],
    ["a time between reads that is none", { every: "often" }, "error every"],
    ["the same records on both sides", { b: side, a: side }, "error b.type"],
    ["parents of a sync that is gone", { parents: [{ a: "source", b: "source", sync: "x" }] }, "error parents.0.sync"],
  ])("%s", (_, change, place) => expect(places(change)).toEqual([place]));

  test("with the name that was meant", () => {
    expect(check(row({ b: "nmae" }))[0]?.problem).toBe("Profiles have no field \"nmae\"; did you mean 'name'?");
  });
  test("a template makes kinds fit", () =>
    expect(check(row({ a: "tags", b: "name", way: "toB", toB: "{{ value | join: ', ' }}" }))).toEqual([]));
});

describe("what an app cannot do", () => {
  const { create: _, remove: __, archive: ___, ...fixed } = personType("profile");
  const types = { a: syncTypes.a, b: fixed };
  test("is said where it is asked for", () => {
    expect(places({}, { types })).toEqual(["error create.b", "error deletes.b"]);
    expect(places({ create: { a: true, b: false }, deletes: { a: "nothing", b: "archive" } }, { types })).toEqual(["error deletes.b"]);
  });
  test("a kind of record that it does not have", () =>
    expect(places({}, { types: { a: null, b: syncTypes.b } })).toEqual(["error a.type"]));
  test("a field that its list lacks cannot be looked up, and without a read of one cannot be synced", () => {
    const unlisted = personType("profile", { fields: [syncField("email", "email", { listed: null })] });
    const { one: ____, ...listOnly } = unlisted;
    const change = { fields: [{ a: "email", b: "email", way: "toA" as const }], match: [[{ a: "email", b: "email" }]] };
    expect(places(change, { types: { a: syncTypes.a, b: unlisted } })).toEqual(["error match.0.0.b"]);
    expect(places(change, { types: { a: syncTypes.a, b: listOnly } })).toEqual(["error fields.0.b", "error match.0.0.b"]);
  });
});

describe("parents", () => {
  const of = { type: "contact", field: "parent", input: "parent" };
  const child = (id: string, refers: string) =>
    personType(id, { of: { ...of, type: refers }, fields: [syncField("name"), syncField("parent", "text", { refers, once: true })] });
  const types = { a: child("note", "contact"), b: child("memo", "profile") };
  const base = { a: { ...side, type: "note" }, fields: [{ a: "name", b: "name", way: "both" as const }], match: [] };
  const others = [{ id: "people", definition: definitionOf() }];
  const linked = { ...base, parents: [{ a: "parent", b: "parent", sync: "people" }] };
  test("have to be known where records are made under them", () => {
    expect(places(base, { types })).toEqual(["warning match", "error parents", "error parents"]);
    expect(places(linked, { types, others })).toEqual(["warning match"]);
  });
  test("are known by a sync that has the two accounts the other way round", () => {
    const known = definitionOf();
    const turned = [{ id: "people", definition: { ...known, a: known.b, b: known.a } }];
    expect(places(linked, { types, others: turned })).toEqual(["warning match"]);
  });
  test("are of the types and accounts that the other sync knows", () => {
    const tags = [{ id: "people", definition: definitionOf({ a: { app: "one", type: "tag", connection: "one" } }) }];
    expect(places(linked, { types, others: tags })).toEqual(["warning match", "error parents.0.a"]);
    const elsewhere = [{ id: "people", definition: definitionOf({ b: { app: "two", type: "profile", connection: "another" } }) }];
    expect(places(linked, { types, others: elsewhere })).toEqual(["warning match", "error parents.0.sync"]);
  });
});

test("another sync of the same records is worth a warning, whichever way round", () => {
  const definition = definitionOf();
  const others = [{ id: "x", definition: { ...definition, a: definition.b, b: definition.a } }];
  expect(places({}, { others })).toEqual(["warning name"]);
});
