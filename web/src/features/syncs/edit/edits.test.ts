import { describe, expect, test } from "vitest";
import { anyDefinition, contactType, profileType } from "../syncs.test-support.ts";
import type { BothWords } from "../types.ts";
import {
  fieldLabelOf,
  mayStart,
  movedRule,
  nextWay,
  problemsAt,
  putRule,
  saysTheSame,
  wayOfKey,
  waysOf,
  withConflict,
  withOnly,
  withoutPair,
  withPair,
} from "./edits.ts";

const words: BothWords = {
  a: { app: "left", account: "Acme Dental", one: "contact", many: "contacts", type: contactType },
  b: { app: "right", account: "Harbour", one: "profile", many: "profiles", type: profileType },
};

describe("the arrow of a row", () => {
  test("goes through both ways, to the one side and to the other", () => {
    const all = waysOf({ a: "email", b: "mail" }, words);
    expect(all).toEqual(["both", "toB", "toA"]);
    expect([nextWay("both", all), nextWay("toB", all), nextWay("toA", all)]).toEqual(["toB", "toA", "both"]);
  });

  test("leads to no field that can only be read, and stays where there is no other way", () => {
    const only = waysOf({ a: "score", b: "points" }, words);
    expect(only).toEqual(["toA"]);
    expect(nextWay("toA", only)).toBe("toA");
    expect(nextWay("both", only)).toBe("toA");
  });

  test("follows the arrow keys, to the side at which they point", () => {
    expect(["ArrowLeft", "ArrowRight", "ArrowUp", "x"].map(wayOfKey)).toEqual(["toA", "toB", "both", undefined]);
  });

  test("is not hindered by what is not loaded yet", () => {
    const unloaded = { a: { ...words.a, type: null }, b: { ...words.b, type: null } };
    expect(waysOf({ a: "score", b: "points" }, unloaded)).toHaveLength(3);
    expect(fieldLabelOf(unloaded, "a", "email")).toBe("email");
    expect(fieldLabelOf(words, "a", "email")).toBe("E-mail");
  });
});

describe("the rows", () => {
  test("a new one goes both ways if it can, and is not added twice", () => {
    const one = anyDefinition({ fields: [{ a: "email", b: "mail", way: "toB" }] });
    expect(withPair(one, { a: "score", b: "points" }, words).fields.at(-1)).toEqual({ a: "score", b: "points", way: "toA" });
    expect(withPair(one, { a: "email", b: "mail" }, words)).toBe(one);
  });

  test("the last one cannot be taken away", () => {
    const one = anyDefinition({ fields: [{ a: "email", b: "mail", way: "toB" }] });
    expect(withoutPair(one, 0)).toBe(one);
    expect(withoutPair(anyDefinition(), 1).fields.map(({ a }) => a)).toEqual(["email", "score"]);
  });

  test("a policy of its own is left out again where the common one is to count", () => {
    const pair = { a: "email", b: "mail", way: "both" } as const;
    expect(withConflict(withConflict(pair, "ask"), undefined)).toEqual(pair);
    expect(withConflict(pair, "ask")).toEqual({ ...pair, conflict: "ask" });
  });
});

describe("the rules by which records are the same", () => {
  const three = anyDefinition({ match: [[{ a: "1", b: "1" }], [{ a: "2", b: "2" }], [{ a: "3", b: "3" }]] });
  const order = (definition: typeof three) => definition.match.map(([pair]) => pair!.a).join("");

  test("are moved up and down, and not beyond the ends", () => {
    expect(order(movedRule(three, 0, 2))).toBe("231");
    expect(order(movedRule(three, 2, 0))).toBe("312");
    expect(movedRule(three, 0, -1)).toBe(three);
    expect(movedRule(three, 2, 3)).toBe(three);
  });

  test("one that has no pair left is gone", () => {
    expect(order(putRule(three, 1, []))).toBe("13");
    expect(order(putRule(three, 1, null))).toBe("13");
  });
});

describe("which records take part", () => {
  test("all of them once both conditions are empty", () => {
    const one = withOnly(anyDefinition(), "a", "record.email != blank");
    expect(one.only).toEqual({ a: "record.email != blank" });
    expect(withOnly(one, "b", "record.x == 1").only).toEqual({ a: "record.email != blank", b: "record.x == 1" });
    expect(saysTheSame(withOnly(one, "a", " "), anyDefinition())).toBe(true);
  });
});

describe("what stands in the way", () => {
  const problem = (field: string, level: "error" | "warning" = "error") => ({ field, problem: "is wrong", level });

  test("is beside its row, however its place is written", () => {
    const problems = [problem("fields.2.toA"), problem("fields[2]"), problem("fields.21"), problem("match.0")];
    expect(problemsAt(problems, "fields.2").map(({ field }) => field)).toEqual(["fields.2.toA", "fields[2]"]);
  });

  test("hinders a start only where it is a mistake", () => {
    expect(mayStart(undefined)).toBe(false);
    expect(mayStart([problem("match", "warning")])).toBe(true);
    expect(mayStart([problem("match", "warning"), problem("a.type")])).toBe(false);
  });
});
