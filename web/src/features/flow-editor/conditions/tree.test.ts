import { describe, expect, test } from "vitest";
import type { ConditionGroup } from "#engine/mapping/words/conditions.ts";
import {
  addedTo,
  blankRow,
  chainOf,
  complete,
  dateOfRight,
  fixedText,
  isUnfinished,
  replacedAt,
  rightOfDate,
  sideOf,
  textOfTree,
  treeOf,
  writtenRight,
} from "./tree.ts";

const row = { kind: "row", left: "trigger.a", operator: "is", right: "'x'" } as const;

describe("a condition as it is edited", () => {
  test.each([
    "trigger.a == 'x'",
    "trigger.a == 'x' and trigger.b != blank",
    "trigger.a or (trigger.b and not trigger.c contains 'x')",
    "not (trigger.a == 1 or trigger.b == 2)",
    "trigger.at > ('now' | minus_days: 3)",
  ])("%s is saved as it was", (text) => {
    expect(textOfTree(treeOf(text)!)).toBe(text);
  });

  test("begins with one row that is not written yet, and is an empty text until it is", () => {
    const tree = treeOf("")!;
    expect(tree.of).toEqual([blankRow]);
    expect(textOfTree(tree)).toBe("");
    expect(complete(addedTo(tree, [], { kind: "group", match: "any", of: [blankRow] }))).toBeNull();
    expect(textOfTree(addedTo(tree, [], row))).toBe("trigger.a == 'x'");
  });

  test("is unfinished while a row has a field and lacks the value it is compared with", () => {
    const all = (...of: ConditionGroup["of"]): ConditionGroup => ({ kind: "group", match: "all", of });
    expect(isUnfinished(all(row, { ...row, right: "" }))).toBe(true);
    expect(isUnfinished(all(row, all({ ...row, operator: "atLeast", right: writtenRight("", "number", row) })))).toBe(true);
    expect(isUnfinished(all(row, blankRow, { ...row, operator: "blank", right: "" }, { ...row, right: "''" }))).toBe(false);
  });

  test.each(["trigger.a contains", "not trigger.a contains", "trigger.b != blank and trigger.a =="])(
    "that lacks a value is kept in the draft, and lacks it again when it is read: %s",
    (text) => {
      const lacking = `${text} value?`;
      const tree = treeOf(lacking)!;
      expect(isUnfinished(tree)).toBe(true);
      expect(textOfTree(tree)).toBe(lacking);
    },
  );

  test("that no rows can show is none", () => {
    expect(treeOf("a == b == c")).toBeNull();
  });

  test("is changed at a place, and a group goes with its last row", () => {
    const tree: ConditionGroup = { kind: "group", match: "all", of: [row, { kind: "group", match: "any", of: [row, row] }] };
    expect(textOfTree(replacedAt(tree, [1, 0], { ...row, left: "trigger.b" }))).toBe(
      "trigger.a == 'x' and (trigger.b == 'x' or trigger.a == 'x')",
    );
    expect(replacedAt(replacedAt(tree, [1, 0], null), [1, 0], null).of).toEqual([row]);
    expect(textOfTree(addedTo(tree, [1], row))).toContain("or trigger.a == 'x' or trigger.a == 'x')");
  });
});

describe("the sides of a row", () => {
  test("have their filters in parentheses", () => {
    expect(chainOf("(trigger.a | downcase)")).toEqual({ value: "trigger.a", filters: [{ name: "downcase", arguments: [] }] });
    for (const side of ["(trigger.a | downcase)", "trigger.a", "'x'", "7", "(trigger.a or trigger.b)", "(1..3)"])
      expect(sideOf(chainOf(side))).toBe(side);
  });

  test.each([
    ["", ""],
    ["'2026-01-15'", "2026-01-15"],
    ["'2026-01-15T09:00'", "2026-01-15T09:00"],
    ["('now' | minus_days: 3)", "{{ 'now' | minus_days: 3 }}"],
  ])("at the right may be a date: %s", (right, date) => {
    expect(dateOfRight(right)).toBe(date);
    expect(rightOfDate(date)).toBe(right);
  });

  test.each(["trigger.at", "(trigger.at | plus_days: 3)", "('now' | plus_days: trigger.days)"])("at the right are no date: %s", (right) => {
    expect(dateOfRight(right)).toBeNull();
  });

  test("at the right are a text, or a number where numbers are compared", () => {
    expect([fixedText("'it\\'s'"), fixedText("7"), fixedText("trigger.a"), fixedText("")]).toEqual(["it's", "7", null, ""]);
    expect(writtenRight("7", "text", row)).toBe("'7'");
    expect(writtenRight("7", "number", row)).toBe("7");
    expect(writtenRight("007", "number", row)).toBe("'007'");
    expect(writtenRight("7", "any", { ...row, operator: "atMost" })).toBe("7");
  });
});
