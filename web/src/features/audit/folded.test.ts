import { expect, test } from "vitest";
import type { ChangeView } from "#api/schemas.ts";
import { foldedChanges } from "./folded.ts";

let seq = 100;
const change = (more: Partial<ChangeView>): ChangeView => ({
  seq: seq--,
  kind: "flow",
  id: "f",
  what: "saved",
  name: "Welcome",
  by: "account:1",
  who: "Ana",
  at: seq,
  fields: [],
  ...more,
});

test("what one person saved of a draft in a row is one entry, and nothing else is", () => {
  const folded = foldedChanges([
    change({}),
    change({}),
    change({}),
    change({ by: "account:2" }),
    change({ id: "g", by: "account:2" }),
    change({ what: "published" }),
    change({ what: "published" }),
    change({}),
  ]);
  expect(folded.map(({ older }) => older.length)).toEqual([2, 0, 0, 0, 0, 0]);
});

test("a person who signs in several times in a row is one entry", () => {
  const signIn = (id: string, by = "account:1") => change({ kind: "session", what: "signed in", id, by });
  const folded = foldedChanges([signIn("a"), signIn("b"), signIn("c", "account:2"), change({}), signIn("d")]);
  expect(folded.map(({ older }) => older.length)).toEqual([1, 0, 0, 0]);
});
