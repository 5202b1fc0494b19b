import { describe, expect, test } from "vitest";
import type { RecordField } from "#catalog/record-types.ts";
import { personType, syncField, syncTypes } from "#test/support/sync-sides.ts";
import { checkSync } from "./check.ts";
import { syncDefinition } from "./format.ts";
import { suggestSync } from "./suggest.ts";

const of = { a: { app: "one", type: "contact", connection: "one" }, b: { app: "two", type: "profile", connection: "two" } };
const suggest = (a: RecordField[], b: RecordField[], more: object = {}) =>
  suggestSync(of, { a: personType("contact", { fields: a }), b: personType("profile", { fields: b, ...more }) });
const rows = (a: RecordField[], b: RecordField[]) => suggest(a, b).fields.map((row) => `${row.a} ${row.way} ${row.b}`);

describe("a suggestion", () => {
  test("pairs what is called alike, also in other words, and can hold the same", () => {
    const a = [
      syncField("firstName"),
      syncField("email", "email"),
      syncField("mobile", "phone"),
      syncField("tags", "tags"),
      syncField("name", "number"),
    ];
    const b = [
      syncField("given_name"),
      syncField("mail", "email"),
      syncField("telephone", "phone"),
      syncField("segments", "tags"),
      syncField("name", "moment"),
    ];
    expect(rows(a, b)).toEqual(["firstName both given_name", "email both mail", "mobile both telephone", "tags both segments"]);
  });
  test("takes the surest pair, and each field once", () => {
    const a = [syncField("workEmail", "email"), syncField("email", "email")];
    expect(rows(a, [syncField("email", "email")])).toEqual(["email both email"]);
  });
  test("lets a row go where it can be written, and leaves out what nobody can write and ids of other records", () => {
    const fixed = { write: null };
    const a = [
      syncField("score", "number", fixed),
      syncField("made", "moment", fixed),
      syncField("owner", "text", { refers: "user" }),
      syncField("born", "date"),
    ];
    const b = [syncField("score", "number"), syncField("made", "moment", fixed), syncField("owner"), syncField("born", "date", fixed)];
    expect(rows(a, b)).toEqual(["score toB score", "born toA born"]);
  });
  test("knows people by e-mail, then phone; others by their name", () => {
    expect(suggestSync(of, syncTypes).match).toEqual([[{ a: "email", b: "email" }], [{ a: "phone", b: "phone" }]]);
    expect(suggest([syncField("name")], [syncField("name")]).match).toEqual([[{ a: "name", b: "name" }]]);
  });
  test("knows a record by the id that its counterpart keeps", () => {
    const b = [syncField("name"), syncField("externalId")];
    const create = { operation: "profiles.create", key: "externalId" };
    expect(suggest([syncField("id", "text", { write: null }), syncField("name")], b, { create }).match).toEqual([
      [{ a: "id", b: "externalId" }],
    ]);
  });
  test("is a definition that can start, and deletes nothing", () => {
    const definition = suggestSync(of, syncTypes);
    expect(syncDefinition.parse(definition)).toEqual(definition);
    expect(definition.deletes).toEqual({ a: "nothing", b: "nothing", most: 0.05 });
    const problems = checkSync({ definition, types: syncTypes, others: [], settings: { zone: "UTC", now: () => 0 } });
    expect(problems.filter(({ level }) => level === "error")).toEqual([]);
  });
});
