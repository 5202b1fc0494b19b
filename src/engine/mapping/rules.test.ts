import { describe, expect, test } from "vitest";
import type { Pace } from "#kernel/pace.ts";
import { compileCondition, compileKey, compileValue } from "./mapping.ts";
import { ruleCalls, rulesInInput } from "./rule-names.ts";
import { ruleSet, type Rule, type Rules } from "./rule-format.ts";
import { tryRule, withRules } from "./rules.ts";

const settings = { zone: "UTC", now: () => Date.UTC(2026, 0, 15, 9, 30) };
const table = (more: Partial<Extract<Rule, { kind: "table" }>> = {}): Rule => ({
  title: "Plans",
  kind: "table",
  rows: [
    { from: "p1", to: "Basic" },
    { from: "9", to: 9 },
    { from: "true", to: false },
    { from: "Crème", to: "cream" },
  ],
  otherwise: "fail",
  ...more,
});
const conditions = (more: Partial<Extract<Rule, { kind: "conditions" }>> = {}): Rule => ({
  title: "Scores",
  kind: "conditions",
  rows: [
    { if: "value >= 9", to: "promoter" },
    { if: "value > 6", to: "{{ value | plus: 1 }}" },
    { if: "value contains 'late'", to: "was {{ value }}" },
  ],
  otherwise: "keep",
  ...more,
});
const unhurried: Pace = { due: () => false, rest: async () => {} };
const applied = async (rule: Rule, value: unknown): Promise<unknown> => {
  const [tried] = await tryRule(rule, [value], settings, { pace: unhurried });
  return "problem" in tried! ? `problem: ${tried.problem}` : tried!.value;
};

describe("a look-up table", () => {
  test.each<[unknown, unknown]>([
    ["p1", "Basic"],
    ["  P1 ", "Basic"],
    [9, 9],
    [true, false],
    ["cre\u0300me", "cream"],
    [
      ["p1", "9"],
      ["Basic", 9],
    ],
    [undefined, undefined],
    ["", undefined],
    [["", null], undefined],
    ["p9", "problem: the rule 'Plans' has no row for 'p9'; add one, or choose what happens to all other values"],
    ["__proto__", "problem: the rule 'Plans' has no row for '__proto__'; add one, or choose what happens to all other values"],
  ])("gives for %j what its row says", async (value, expected) => expect(await applied(table(), value)).toEqual(expected));

  test.each([
    ["keep", "p9"],
    ["missing", undefined],
    [{ value: "other" }, "other"],
  ] as const)("with %j for all others", async (otherwise, expected) => {
    expect(await applied(table({ otherwise }), "p9")).toBe(expected);
    expect(await applied(table({ otherwise }), " ")).toBeUndefined();
  });

  test("leaves items out that give nothing", async () =>
    expect(await applied(table({ otherwise: "missing" }), ["p1", "x", "9"])).toEqual(["Basic", 9]));
  test("distinguishes upper and lower case where the rule says so", async () =>
    expect(await applied(table({ exact: true, otherwise: "keep" }), "P1")).toBe("P1"));
  test("has a row for nothing where it is wanted", async () => {
    const rule = table({ rows: [{ from: "", to: "none" }] });
    for (const nothing of [undefined, null, "", "  ", []]) expect(await applied(rule, nothing)).toBe("none");
  });
});

describe("conditions", () => {
  test.each<[unknown, unknown]>([
    ["10", "promoter"],
    [7, 8],
    ["too late", "was too late"],
    ["else", "else"],
    [undefined, undefined],
  ])("give for %j what the first row says that fits", async (value, expected) =>
    expect(await applied(conditions(), value)).toEqual(expected),
  );

  test("may have a row for nothing", async () => {
    expect(await applied(conditions({ rows: [{ if: "value == blank", to: "none" }] }), undefined)).toBe("none");
  });
});

describe("a trial", () => {
  const slow = conditions({ rows: [{ if: "value == 1", to: "x" }] });
  const values = Array.from({ length: 100 }, () => 1);

  test("gives others their turn between its values", async () => {
    let rests = 0;
    await tryRule(slow, values, settings, { pace: { due: () => true, rest: async () => void rests++ } });
    expect(rests).toBe(100);
  });

  test("ends where its values take too long together", async () => {
    let at = 0;
    const tried = await tryRule(slow, values, settings, { pace: unhurried, now: () => (at += 100) });
    const tooLong = tried.filter((each) => "problem" in each && each.problem.includes("took too long"));
    expect(tooLong.length).toBeGreaterThan(80);
    expect(tried.length).toBe(100);
  });

  test.each<[string, Rule, unknown]>([
    ["a table", table({ rows: [{ from: "a", to: "b".repeat(4096) }] }), Array.from({ length: 1000 }, () => "a")],
    [
      "conditions",
      conditions({ rows: [{ if: "value != blank", to: "{% for i in (1..200) %}{{ value }}{% endfor %}" }] }),
      "v".repeat(4000),
    ],
    ["a format", { title: "F", kind: "format", filters: "append: value" }, "v".repeat(400_000)],
  ])("shows no more than a page can: %s", async (_, rule, value) => {
    const tried = await tryRule(
      rule,
      Array.from({ length: 100 }, () => value),
      settings,
      { pace: unhurried },
    );
    expect(JSON.stringify(tried).length).toBeLessThan(1.1 * 1024 * 1024);
    expect(tried.at(-1)).toEqual({ problem: expect.stringContaining("larger than 1 MiB") });
  });
});

describe("the filter", () => {
  const rules: Rules = ruleSet.parse({
    plans: table(),
    scores: conditions(),
    trim: { title: "Trim", kind: "format", filters: "strip | default: '-'" },
  });
  const using = withRules(settings, rules);
  const value = (template: string, trigger: object) =>
    compileValue({ x: template }, using, "input").evaluate({ trigger }) as { x?: unknown };

  test("keeps the type of a whole field, and the field is left out where a rule gives nothing", () => {
    expect(value("{{ trigger.a | rule: 'plans' }}", { a: 9 })).toEqual({ x: 9 });
    expect(value("{{ trigger.a | rule: 'plans' }}", {})).toEqual({});
  });
  test("works within text, in tags, in conditions and after another rule", () => {
    expect(value("Plan {{ trigger.a | rule: 'plans' }}", { a: "P1" })).toEqual({ x: "Plan Basic" });
    expect(value("{% assign p = trigger.a | rule: 'plans' %}{{ p }}!", { a: "P1" })).toEqual({ x: "Basic!" });
    expect(value("{{ trigger.a | rule: 'plans' | rule: 'scores' }}", { a: 9 })).toEqual({ x: "promoter" });
    expect(compileCondition("(trigger.a | rule: 'plans') == 'Basic'", using, "if").test({ trigger: { a: "p1" } })).toBe(true);
    expect(value("{{ trigger.a | rule: 'trim' }}", {})).toEqual({ x: "-" });
  });
  test("makes no key of a rule that gives nothing", () => {
    expect(compileKey("k-{{ trigger.a | rule: 'plans' }}", using, "key").evaluate({ trigger: {} })).toBeUndefined();
  });
  test("cannot reach what an object inherits", () => {
    expect(() => value("{{ trigger.a | rule: 'constructor' }}", { a: 1 })).toThrow("there is no rule 'constructor'");
  });
  test("stops at a list that would take too many conditions", () => {
    const slow = conditions({ rows: Array.from({ length: 200 }, () => ({ if: "value contains 'zz'", to: "x" })), otherwise: "keep" });
    const many = withRules(settings, { slow });
    const text = "{{ trigger.list | where_exp: 'x', '(x.a | rule: \"slow\") == 1' | size }}";
    const list = Array.from({ length: 4_000 }, (_, a) => ({ a: `v${a}` }));
    expect(() => compileValue(text, many, "x").evaluate({ trigger: { list } })).toThrow(/too long to work out|would go through more than/);
  });
});

describe("the names of the rules that a text uses", () => {
  test.each([
    ["{{ a | rule: 'x' }} and {% if (b | rule: \"y\") == 1 %}{% endif %}", false, ["x", "y"]],
    ["a | rule: 'x'", false, []],
    ["a | rule: 'x'", true, ["x"]],
    ["{{ a | rule: b }}", false, [null]],
    ["{{ a | ruler: 'x' | rule_of: 'y' }}", false, []],
    ["{{ a | rule }}", false, [null]],
    ["{{ a|rule:'x' }}", false, ["x"]],
  ])("%s", (text, isCode, names) => expect(ruleCalls(text, isCode).map(({ name }) => name)).toEqual(names));

  test("are found however deep in an input", () => {
    expect([...rulesInInput({ a: ["{{ x | rule: 'one' }}", { b: "{{ x | rule: 'two' }}" }], c: 5 })]).toEqual(["one", "two"]);
  });
});
