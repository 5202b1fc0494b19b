import { describe, expect, test } from "vitest";
import { beforeRow, confirmedRow, confirmInput, readInput } from "./confirm.ts";
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

  test("finds what has been seen at more than one place, the first of them first", () => {
    const messages = operation({ result: "messages.messages", resultOr: ["messages"], list: true });
    expect(unwrap(messages, { messages: { messages: [1], nextPage: false } })).toEqual([1]);
    expect(unwrap(messages, { messages: [2] })).toEqual([2]);
    expect(() => unwrap(messages, { messages: { nextPage: false } })).toThrow("no list");
    const business = operation({ result: "buiseness", resultOr: ["business"] });
    expect(unwrap(business, { success: true, business: { id: "b" } })).toEqual({ id: "b" });
  });

  test("a list of one may come as the one record, where it is known to", () => {
    const lone = operation({ result: "associations", resultOr: [""], list: true, lone: true, identity: "id" });
    expect(unwrap(lone, { id: "a" })).toEqual([{ id: "a" }]);
    expect(unwrap(lone, { associations: [{ id: "a" }] })).toEqual([{ id: "a" }]);
    expect(() => unwrap(lone, { message: "maintenance" })).toThrow("no list");
  });

  test("rows kept under dates become a list, and other keys beside the dates are no rows", () => {
    const slots = operation({ list: true, keyed: { pattern: "^\\d{4}-\\d{2}-\\d{2}$", key: "date", list: "slots", item: "slot" } });
    const answer = {
      "2026-02-01": { slots: ["a", "b"] },
      "2026-02-02": { slots: [] },
      "2026-02-03": {},
      next: { slots: ["c"] },
      traceId: "t",
    };
    expect(unwrap(slots, answer)).toEqual([
      { date: "2026-02-01", slot: "a" },
      { date: "2026-02-01", slot: "b" },
    ]);
    expect(unwrap(slots, { traceId: "t" })).toEqual([]);
    expect(() => unwrap(slots, "<html>")).toThrow("no list");
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

  test("a write with none of what tells its record apart has no look-up: any record would be taken for it", () => {
    const create = operation({ confirm: { operation: "list", input: {}, match: { email: "input.email", phone: "input.phone" } } });
    expect(confirmInput(create, { name: "Ada", email: "" })).toBeNull();
    expect(confirmInput(create, { phone: "+15550100" })).toEqual({});
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

describe("a time moved for a look-up", () => {
  const book = operation({
    effect: "create",
    confirm: { operation: "list", input: { from: "input.startTime-1m", to: "input.startTime+1d", who: "input.contactId" }, match: {} },
  });

  test("asks around the time of the write", () => {
    expect(confirmInput(book, { startTime: "2026-02-01T09:00:00+01:00", contactId: "c" })).toEqual({
      from: "2026-02-01T07:59:00.000Z",
      to: "2026-02-02T08:00:00.000Z",
      who: "c",
    });
  });

  test("is left out when the write has none", () => {
    expect(confirmInput(book, { contactId: "c" })).toEqual({ who: "c" });
  });
});

describe("the record as it was", () => {
  const row = (id: string) => ({ id, name: `Group ${id}` });

  test("is the row of a list that the write means", () => {
    const update = operation({ before: { operation: "list", input: {}, match: { id: "input.groupId" } } });
    expect(beforeRow(update, { groupId: "b" }, [row("a"), row("b")])).toEqual(row("b"));
    expect(beforeRow(update, { groupId: "c" }, [row("a"), row("b")])).toBeNull();
  });

  test("is the one record of a read by id", () => {
    const update = operation({ before: { operation: "get", input: { id: "input.id" } } });
    expect(beforeRow(update, { id: "a" }, row("a"))).toEqual(row("a"));
    expect(beforeRow(update, { id: "a" }, null)).toBeNull();
  });
});

test("a message is found again though an opt-out line was added to it", () => {
  const send = operation({ effect: "send", confirm: { operation: "list", input: {}, match: { body: "input.message" }, begins: ["body"] } });
  const row = (body: string) => [{ id: "m", body }];
  expect(confirmedRow(send, { message: "See you" }, row("See you Reply STOP to unsubscribe."), 0)).toMatchObject({ id: "m" });
  expect(confirmedRow(send, { message: "See you" }, row("Reply: See you"), 0)).toBeUndefined();
});
