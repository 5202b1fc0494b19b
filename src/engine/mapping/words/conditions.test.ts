import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import { compileCondition } from "../mapping.ts";
import type { MappingSettings, Scope } from "../mapping.ts";
import { withRules } from "../rules.ts";
import { type Condition, printCondition, readCondition, rowOperators, type RowOperator, takesRight } from "./conditions.ts";

const settings: MappingSettings = withRules(
  { zone: "UTC", now: () => Date.UTC(2026, 0, 15, 9, 30) },
  { x: { title: "X", kind: "segment", if: "person.tags contains 'x'" } },
);

const scalar = fc.constantFrom<unknown>(
  "",
  " ",
  "x",
  "7",
  "10",
  "lead",
  7,
  -1,
  0,
  true,
  false,
  null,
  "2026-01-15T09:00:00Z",
  [],
  ["lead", "x"],
  { tags: ["x"] },
);
const scopes = fc.record({
  trigger: fc.dictionary(fc.constantFrom("a", "b", "c"), scalar, { noNullPrototype: true }),
}) as fc.Arbitrary<Scope>;

const operand = fc.constantFrom(
  "(trigger.c | in_segment: 'x')",
  "trigger.a",
  "trigger.b",
  "trigger.c",
  "trigger.c.size",
  "(trigger.a | downcase)",
  "now",
  "'x'",
);
const right = fc.constantFrom("'x'", "7", "trigger.b", "'lead'", "''", "true", "blank", "(trigger.b | default: 'x')");

/** What the condition evaluates to, or that it cannot be evaluated. */
function outcome(text: string, scope: Scope): unknown {
  try {
    return compileCondition(text, settings, "if").test(scope);
  } catch {
    return "threw";
  }
}

describe("a condition that is read and printed", () => {
  const comparison = fc
    .tuple(operand, fc.constantFrom("==", "!=", "<", ">", "<=", ">=", "contains"), right)
    .map((parts) => parts.join(" "));
  const atom = fc.oneof({ weight: 3, arbitrary: comparison }, operand);
  const { text } = fc.letrec<{ text: string; term: string }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3 },
      atom,
      atom.map((one) => `not ${one}`),
      tie("text").map((one) => (one.startsWith("not ") ? one : `(${one})`)),
    ),
    text: fc.oneof(
      { maxDepth: 3 },
      tie("term"),
      fc.tuple(tie("term"), fc.constantFrom("and", "or"), tie("term")).map((parts) => parts.join(" ")),
      fc.tuple(tie("term"), fc.constantFrom("and", "or"), tie("term"), tie("term")).map(([a, by, b, c]) => [a, by, b, by, c].join(" ")),
    ),
  }));

  test("means the same", () => {
    let read = 0;
    fc.assert(
      fc.property(text, scopes, (written, scope) => {
        const condition = readCondition(written);
        if (condition === null) return;
        read++;
        const printed = printCondition(condition);
        expect([printed, outcome(printed, scope)]).toEqual([printed, outcome(written, scope)]);
      }),
      { numRuns: trials(3000) },
    );
    expect(read).toBeGreaterThan(trials(3000) / 2);
  });

  test.each([
    "trigger.score <= 6 and trigger.email contains '@'",
    "not trigger.consent.email",
    "(trigger.email | strip | downcase) == 'ada@example.com'",
    "(trigger.vip | to_boolean) and (trigger.score > 8 or trigger.plan == 'p2')",
    "trigger.a or (trigger.b and trigger.c)",
    "(trigger | in_segment: 'x') and not ((trigger.a | parse_json) | in_segment: 'y')",
    "not (trigger.a or trigger.b)",
    "trigger.a != blank and (false or not trigger.b contains 'x' or trigger.c)",
  ])("stays as it was: %s", (written) => {
    expect(printCondition(readCondition(written)!)).toBe(written);
  });

  test.each(["a == b == c", "a and b or c", "a b", "a ==", "", Array<string>(20_000).fill("a").join(" and ")])(
    "is not read where it could be read in two ways: %s",
    (written) => {
      expect(readCondition(written)).toBeNull();
    },
  );
});

describe("rows that are printed and read", () => {
  const row = fc
    .tuple(operand, fc.constantFrom(...(Object.keys(rowOperators) as RowOperator[])), right)
    .map(([left, operator, other]): Condition => ({ kind: "row", left, operator, right: takesRight(operator) ? other : "" }));
  const { group } = fc.letrec<{ group: Condition }>((tie) => ({
    group: fc
      .tuple(
        fc.constantFrom("all", "any", "none", "notAll" as const),
        fc.array(fc.oneof({ maxDepth: 2 }, row, tie("group")), { minLength: 1, maxLength: 3 }),
      )
      .map(([match, of]) => ({ kind: "group", match, of }) as Condition),
  }));

  test("mean what the rows say", () => {
    fc.assert(
      fc.property(group, scopes, (condition, scope) => {
        const printed = printCondition(condition);
        const expected = said(condition, scope);
        if (expected === "threw") return;
        expect([printed, outcome(printed, scope)]).toEqual([printed, expected]);
      }),
      { numRuns: trials(3000) },
    );
  });

  test("are the same rows, for every operator", () => {
    for (const operator of Object.keys(rowOperators) as RowOperator[]) {
      const one: Condition = { kind: "row", left: "trigger.a", operator, right: takesRight(operator) ? "'x'" : "" };
      expect(readCondition(printCondition(one))).toEqual(one);
      const both: Condition = { kind: "group", match: "any", of: [one, { kind: "group", match: "all", of: [one, one] }] };
      expect(readCondition(printCondition(both))).toEqual(both);
    }
  });

  /** Worked out row by row. */
  function said(condition: Condition, scope: Scope): unknown {
    if (condition.kind === "row") return outcome(printCondition(condition), scope);
    const all = condition.of.map((one) => said(one, scope));
    if (all.includes("threw")) return "threw";
    const { match } = condition;
    const holds = match === "all" || match === "notAll" ? all.every(Boolean) : all.some(Boolean);
    return match === "none" || match === "notAll" ? !holds : holds;
  }
});
