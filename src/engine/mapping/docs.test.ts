import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { createFilters } from "./filters.ts";
import { compileCondition, compileValue } from "./mapping.ts";
import { withRules } from "./rules.ts";
import { ruleSet } from "./rule-format.ts";
import { engineFor } from "./liquid.ts";
import type { MappingSettings, Scope } from "./mapping.ts";
import { supplying } from "./missing.ts";

const page = readFileSync(new URL("../../../docs/mapping.md", import.meta.url), "utf8");
const rules = ruleSet.parse(JSON.parse(blocks("json rules")[0]!));
const settings: MappingSettings = withRules({ zone: "UTC", now: () => Date.UTC(2026, 0, 15, 9, 30) }, rules);
const scope = JSON.parse(blocks("json scope")[0]!) as Scope;

/** The fenced parts of the page that are marked with these words. */
function blocks(mark: string): string[] {
  return [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].filter(([, info]) => info === mark).map(([, , body]) => body!);
}

const examples = (mark: string) =>
  blocks(mark)
    .flatMap((body) => body.trim().split("\n"))
    .map((line) => {
      const at = line.lastIndexOf(" → ");
      return [line.slice(0, at), line.slice(at + 3)] as const;
    });

/** What a template gives, written as the page writes it. */
function outcome(template: string): unknown {
  try {
    const value = compileValue(template, settings, "field").evaluate(scope);
    return value === undefined ? "missing" : JSON.stringify(value);
  } catch (thrown) {
    if (thrown instanceof MillraceError) return `problem: ${String(thrown.details.problem)}`;
    throw thrown;
  }
}

const normal = (expected: string) =>
  expected === "missing" || expected.startsWith("problem: ") ? expected : JSON.stringify(JSON.parse(expected));

// ---------------------------------------------------------------- filters and missing values

/** The rows of the table, a filter each: what it makes of a missing value, an empty text, spaces and an empty list. */
const ofNothing = page
  .slice(page.indexOf("## Filters and missing values"), page.indexOf("## Bounds"))
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .flatMap((line) => {
    const [names, ...cells] = line.slice(2, -2).split(" | ");
    return names!.split(", ").map((name) => [name.slice(1, -1), cells] as const);
  });
const nothings: [what: string, value: unknown][] = [
  ["missing", undefined],
  ["null", null],
  ["an empty text", ""],
  ["spaces", "   "],
  ["an unseen mark", "\u200b"],
  ["an empty list", []],
];
/** Arguments for the filters that need some; what they add must not be taken for the value. */
const withArguments = (name: string): string => {
  if (/^(?:plus|minus)_|^(?:plus|minus|times|divided_by|modulo|at_least|at_most|round_to)$/.test(name)) return `${name}: 1`;
  if (name.endsWith("_exp")) return `${name}: 'x', 'x.a'`;
  const special: Record<string, string> = {
    clamp: "1, 5",
    money: "'EUR'",
    default: "'x'",
    if_blank: "'x'",
    fallback: "'x'",
    map_value: "'a=b', 'c'",
    split: "','",
    slice: "0, 2",
    date_in_zone: "'UTC'",
    parse_date: "'%Y'",
    start_of: "'day'",
    end_of: "'day'",
    hmac_sha256: "'key'",
    concat: "list",
    push: "'x'",
    unshift: "'x'",
    tags: "'x'",
    rule: "'plan-names'",
    in_segment: "'customers'",
    entered_segment: "'customers'",
    left_segment: "'customers'",
  };
  return `${name}: ${special[name] ?? "'a', 'b'"}`;
};
const alone = new Set([
  "segments",
  "date",
  "sample",
  "age",
  "days_since",
  "compact",
  "json",
  "jsonify",
  "inspect",
  "round",
  "mask",
  "truncate",
  "truncate_words",
  "truncatewords",
]);
const callOf = (name: string) => (alone.has(name) ? name : withArguments(name));
const madeBy = (name: string, value: unknown): unknown =>
  compileValue(`{{ v | ${callOf(name)} }}`, settings, "field").evaluate({ v: value, list: ["l"] });

/** Whether a value is what a cell of the table says. */
function isAsSaid(value: unknown, cell: string): boolean {
  if (cell.includes("`"))
    return [/`([^`]+)`/.exec(cell)![1], ...(cell.includes("missing") ? [undefined] : [])].includes(JSON.stringify(value));
  if (cell === "its value") return value === "x";
  if (cell === "a text" || cell === "a number") return typeof value === cell.slice(2).replace("text", "string");
  if (cell === "a list of the other values, or missing") return Array.isArray(value) && value.length === 1;
  return value === undefined;
}

describe("docs/mapping.md, on filters and missing values", () => {
  const filters = Object.keys(engineFor(settings).liquid.filters);

  test("names every filter once", () => {
    expect(ofNothing.map(([name]) => name).sort()).toEqual([...filters].sort());
  });

  test.each(ofNothing)("%s makes of nothing what the table says (F1)", (name, [missing, ...others]) => {
    const [empty, spaces, list] = others.map((cell) => (cell === "the same" ? missing! : cell));
    const cells = [missing, missing, empty, spaces, spaces, list];
    const wrong = nothings.filter(([, value], i) => !isAsSaid(madeBy(name, value), cells[i]!));
    expect(wrong.map(([what]) => what)).toEqual([]);
  });

  test.each(ofNothing.filter(([name]) => !Object.hasOwn(supplying, name)))("%s takes a list of nothing for nothing (F1)", (name) => {
    expect(madeBy(name, ["", null, " ", []])).toBeUndefined();
  });

  test.each(ofNothing)("a field that is nothing but %s of what is missing is left out, unless another value stands in (F1)", (name) => {
    const standIns = ["default", "if_blank", "fallback", "concat", "push", "unshift", "tags"];
    for (const value of [undefined, null]) expect([name, madeBy(name, value) === undefined]).toEqual([name, !standIns.includes(name)]);
  });

  test("the filters that supply something are those with a reason in the code, and show it", () => {
    const shown = ofNothing.slice(-Object.keys(supplying).length).map(([name]) => name);
    expect(shown.sort()).toEqual(Object.keys(supplying).sort());
  });
});

describe("docs/mapping.md", () => {
  test.each(examples("liquid"))("%s", (template, expected) => {
    expect(outcome(template)).toBe(normal(expected));
  });
  test.each(examples("condition"))("%s", (condition, expected) => {
    expect(compileCondition(condition, settings, "if").test(scope)).toBe(expected === "true");
  });
  test("shows every filter of ours in an example", () => {
    const shown = examples("liquid")
      .map(([template]) => template)
      .join("\n");
    const unshown = Object.keys(createFilters(settings)).filter((name) => !new RegExp(`\\| ${name}\\b`).test(shown));
    expect(unshown).toEqual([]);
  });
});
