import { describe, expect, test } from "vitest";
import { brokenRule } from "./rules.ts";

const day = 86_400_000;

describe("a rule between fields", () => {
  test("at least one: an empty one counts as none", () => {
    const rule = { kind: "atLeastOne", fields: ["email", "number"] } as const;
    expect(brokenRule({ ...rule, fields: ["email", "number"] }, { email: "", number: null })).toEqual([
      "email",
      "is needed unless number is given",
    ]);
    expect(brokenRule({ ...rule, fields: ["email", "number"] }, { email: "a@b.c", number: "1" })).toBeNull();
  });

  test("exactly one: neither none nor two", () => {
    const fields = ["calendarId", "assignedUserId"];
    expect(brokenRule({ kind: "exactlyOne", fields }, {})).toEqual(["calendarId", "is needed unless assignedUserId is given"]);
    expect(brokenRule({ kind: "exactlyOne", fields }, { calendarId: "c", assignedUserId: "u" })).toEqual([
      "assignedUserId",
      "cannot be given together with calendarId",
    ]);
    expect(brokenRule({ kind: "exactlyOne", fields }, { assignedUserId: "u" })).toBeNull();
  });

  test("at most one: none is fine", () => {
    expect(brokenRule({ kind: "atMostOne", fields: ["a", "b"] }, {})).toBeNull();
    expect(brokenRule({ kind: "atMostOne", fields: ["a", "b"] }, { a: 1, b: 2 })).toEqual(["b", "cannot be given together with a"]);
  });

  test("a window ends after it begins, and is no longer than allowed", () => {
    const rule = { kind: "window", from: "start", to: "end", maxDays: 31 } as const;
    expect(brokenRule(rule, { start: 0, end: 31 * day })).toBeNull();
    expect(brokenRule(rule, { start: "0", end: String(31 * day + 1) })).toEqual(["end", "must be within 31 days of start"]);
    expect(brokenRule(rule, { start: 5, end: 5 })).toEqual(["end", "must be later than start"]);
    expect(brokenRule(rule, { start: 5 })).toBeNull();
  });
});
