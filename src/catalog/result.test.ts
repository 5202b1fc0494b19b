import { describe, expect, test } from "vitest";
import { confirmedRow, confirmInput, readInput } from "./confirm.ts";
import { identityOf, unwrap, versionOf } from "./result.ts";
import type { Operation } from "./types.ts";

const operation = (more: Partial<Operation>): Operation => ({
  id: "demo.read",
  app: "demo",
  title: "Read",
  category: "Demo",
  kind: "trigger",
  effect: "read",
  method: "GET",
  path: "/r",
  scopes: [],
  access: [],
  input: [],
  result: "",
  ...more,
});

describe("unwrap", () => {
  test("takes the record from its place, null included", () => {
    expect(unwrap(operation({ result: "contact" }), { contact: { id: 1 }, traceId: "t" })).toEqual({ id: 1 });
    expect(unwrap(operation({ result: "contact" }), { contact: null })).toBeNull();
  });

  test("gives the whole answer where the record is not in its place", () => {
    expect(unwrap(operation({ result: "contact" }), { succeded: true })).toEqual({ succeded: true });
    expect(unwrap(operation({ result: "contact" }), undefined)).toBeNull();
  });

  test("a list that is not there is an error, never an empty list", () => {
    const list = operation({ result: "contacts", list: true });
    expect(unwrap(list, { contacts: [] })).toEqual([]);
    expect(() => unwrap(list, { message: "maintenance" })).toThrow("the answer has no list at 'contacts'");
  });
});

describe("identity and version of a row", () => {
  const op = operation({ identity: "id", volatile: ["lastActivity"] });

  test("a row is known by its id, else by _id, else by its content", () => {
    expect([identityOf(op, { id: 7 }), identityOf(op, { _id: "x" })]).toEqual(["7", "x"]);
    expect(identityOf(op, { a: 1, b: 2 })).toBe(identityOf(op, { b: 2, a: 1 }));
  });

  test("a version changes with the content, and not with what moves by itself", () => {
    const row = { id: 1, tags: ["a"], lastActivity: 1, traceId: "t1" };
    expect(versionOf(op, { ...row, lastActivity: 2, traceId: "t2" })).toBe(versionOf(op, row));
    expect(versionOf(op, { ...row, tags: ["a", "b"] })).not.toBe(versionOf(op, row));
  });
});

describe("looking whether a write took effect", () => {
  const note = operation({
    confirm: {
      operation: "notes.list",
      input: { contactId: "input.contactId", order: "desc" },
      match: { body: "input.body", due: "input.due" },
      since: "dateAdded",
      needs: ["body"],
    },
  });
  const input = { contactId: "c1", body: " Prefers Mornings ", due: "2026-02-01T09:00:00Z" };
  const at = Date.parse("2026-01-15T09:30:00Z");
  const row = { id: "n1", body: "prefers mornings", due: "2026-02-01T10:00:00.000+01:00", dateAdded: "2026-01-15T09:30:02Z" };

  test("the look-up's input comes from the write's", () => {
    expect(confirmInput(note, input)).toEqual({ contactId: "c1", order: "desc" });
    expect(readInput({ a: "input.x", b: "input.gone" }, { x: 1 })).toEqual({ a: 1 });
  });

  test("nothing to look for means no look-up", () => {
    expect(confirmInput(note, { contactId: "c1", body: "" })).toBeNull();
    expect(confirmInput(operation({}), input)).toBeNull();
  });

  test("text is compared without case and spaces, times by their instant", () => {
    expect(confirmedRow(note, input, [{ ...row, id: "n0", body: "other" }, row], at)).toBe(row);
    expect(confirmedRow(note, { ...input, due: "2026-02-01T10:00:00Z" }, [row], at)).toBeUndefined();
  });

  test("a row from before the first attempt is somebody else's", () => {
    expect(confirmedRow(note, input, [{ ...row, dateAdded: "2026-01-15T09:00:00Z" }], at)).toBeUndefined();
  });

  test("a look-up may give one record, or none", () => {
    expect(confirmedRow(note, input, row, at)).toBe(row);
    expect(confirmedRow(note, input, null, at)).toBeUndefined();
  });
});
