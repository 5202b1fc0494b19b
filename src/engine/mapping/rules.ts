import { MillraceError } from "#kernel/errors.ts";
import { isObject, sizeUpTo } from "#kernel/json.ts";
import { compileExpressionText } from "./expression.ts";
import { engineFor } from "./liquid.ts";
import type { Engine } from "./liquid.ts";
import { didYouMean } from "./nearest.ts";
import { isTrue } from "./operators.ts";
import { inField, mappingFailed, MappingProblem } from "./problem.ts";
import { asPerson, asPersonBefore } from "./person.ts";
import { asksSegments, ruleCalls, type RuleCall } from "./rule-names.ts";
import { noRuleInRule } from "./filters/rule.ts";
import { ruleKindsOf } from "./rule-format.ts";
import type { ConditionsRule, Otherwise, Rule, RuleKinds, Rules, ScriptRule, SegmentRule, TableRule } from "./rule-format.ts";
import { compileTemplate, isTemplate } from "./template.ts";
import { isBlank, quote, toText } from "./text.ts";
import type { AppliedRules, MappingSettings, Scope } from "./types.ts";
import { atOnce, currentWork, type EvaluationHost, type RuleResult } from "./work.ts";

/**
 * Transformation rules: named look-up tables, conditions, formats and scripts that the filter `rule` applies, and segments, which say whether a person
 * belongs to them. They are data that a mapping is compiled with, so a browser can evaluate them as well. A rule sees nothing but its value, and
 * cannot use another rule.
 */

/** The settings of a mapping that can use these rules. */
export const withRules = (settings: MappingSettings, rules: Rules): MappingSettings => ({
  ...settings,
  rules: new CompiledRules(rules, { ...settings, rules: undefined }),
});

/** Rules that are compiled when they are first used. */
class CompiledRules implements AppliedRules {
  readonly #rules: Rules;
  readonly #settings: MappingSettings;
  readonly #kinds: RuleKinds;
  readonly #compiled = new Map<string, Apply>();
  #segments: readonly [name: string, title: string][] | undefined;

  constructor(rules: Rules, settings: MappingSettings) {
    this.#rules = rules;
    this.#kinds = ruleKindsOf(rules);
    this.#settings = settings;
  }

  apply(name: string, value: unknown): unknown {
    this.#require({ filter: "rule", name });
    return this.#use(name, value);
  }

  isIn(name: string, person: unknown): boolean {
    this.#require({ filter: "in_segment", name });
    return this.#use(name, person) === true;
  }

  moved(how: "entered" | "left", name: string, person: unknown): boolean | undefined {
    this.#require({ filter: `${how}_segment`, name });
    const isIn = this.#use(name, person);
    const before = isObject(person) ? asPersonBefore(person) : undefined;
    if (isIn === undefined || before === undefined) return undefined;
    const wasIn = before !== null && this.#use(name, before) === true;
    return isIn !== wasIn && isIn === (how === "entered");
  }

  segmentsOf(person: unknown): string[] {
    this.#segments ??= Object.entries(this.#rules)
      .filter(([, { kind }]) => kind === "segment")
      .map(([name, { title }]): [string, string] => [name, title])
      .sort(([, a], [, b]) => a.localeCompare(b));
    const titles = this.#segments.filter(([name]) => this.#use(name, person) === true).map(([, title]) => title);
    return [...new Set(titles)];
  }

  #require(call: RuleCall): void {
    const wrong = wrongCall(call, this.#kinds);
    if (wrong !== null) throw new MappingProblem(wrong);
  }

  #use(name: string, value: unknown): unknown {
    const apply = this.#compiled.get(name) ?? compileRule(this.#rules[name]!, engineFor(this.#settings));
    this.#compiled.set(name, apply);
    return apply(value);
  }
}

/** What is wrong with a call of a rule or a segment; null where nothing is. */
export function wrongCall({ filter, name }: RuleCall, kinds: RuleKinds): string | null {
  const word = filter === "rule" ? "rule" : "segment";
  if (name === null) return `the filter '${filter}' takes the name of a ${word} in quotes, like ${filter}: '${exampleNames[word]}'`;
  const isSegment = (one: string) => kinds[one] === "segment";
  if (!Object.hasOwn(kinds, name))
    return `there is no ${word} ${quote(name)}${didYouMean(
      name,
      Object.keys(kinds).filter((one) => isSegment(one) === (word === "segment")),
    )}`;
  if (isSegment(name) === (word === "segment")) return null;
  return word === "rule"
    ? `${quote(name)} is a segment: write in_segment: ${quote(name)}`
    : `${quote(name)} is a rule and no segment: write rule: ${quote(name)}`;
}

const exampleNames = { rule: "score-tag", segment: "unhappy-promoters" } as const;

/** What all values of one trial together may take and give: a person looks at a few of them. */
const longestTrialMs = 1000;
/** Scripts are executed elsewhere, one after another. */
const longestScriptTrialMs = 10_000;
const largestTrial = 1024 * 1024;

/** What a rule gives for some values. It is compiled once, and others have their turn between two values. */
export async function tryRule(
  rule: Rule,
  values: readonly unknown[],
  settings: MappingSettings,
  { pace, now = () => performance.now() }: { pace: EvaluationHost; now?: () => number },
): Promise<RuleResult[]> {
  const tried: RuleResult[] = [];
  let spentMs = 0;
  let left = largestTrial;
  const measured = (work: () => RuleResult): RuleResult => {
    const began = now();
    const result = attempt(work);
    spentMs += now() - began;
    return result;
  };
  let apply: Apply = () => undefined;
  const unreadable = measured(() => {
    apply = compileRule(rule, engineFor({ ...settings, rules: undefined }));
    return { value: undefined };
  });
  const plain = (value: unknown): RuleResult =>
    spentMs > longestTrialMs ? { problem: tooLong } : measured(() => ({ value: atOnce(() => apply(value), {}) }));
  const scripted = async (script: ScriptRule, value: unknown): Promise<RuleResult> => {
    if (isBlank(value)) return { value: undefined };
    if (spentMs > longestScriptTrialMs) return { problem: tooLong };
    const began = now();
    const result = await pace.runScript?.(scriptCall(script, value));
    spentMs += now() - began;
    return result ?? { value: undefined };
  };
  for (const value of values) {
    if (pace.due()) await pace.rest();
    const result = rule.kind === "script" ? await scripted(rule, value) : plain(value);
    const outcome = "problem" in unreadable ? unreadable : result;
    left -= "value" in outcome ? sizeUpTo(outcome.value, left) : outcome.problem.length;
    tried.push(left < 0 ? { problem: tooLarge } : outcome);
  }
  return tried;
}

const tooLong = "it was not tried: the values before it took too long";
const tooLarge = "it is not shown: the results together are larger than 1 MiB. Try fewer values";

function attempt(work: () => RuleResult): RuleResult {
  try {
    return work();
  } catch (thrown) {
    const failed = mappingFailed("the rule", thrown);
    if (!(failed instanceof MillraceError)) throw failed;
    return { problem: String(failed.details["problem"]) };
  }
}

type Apply = (value: unknown) => unknown;

function compileRule(rule: Rule, engine: Engine): Apply {
  if (rule.kind === "table") return compileTable(rule);
  if (rule.kind === "conditions") return compileConditions(rule, engine);
  if (rule.kind === "segment") return compileSegment(rule, engine);
  if (rule.kind === "script") return (value) => (isBlank(value) ? undefined : currentWork().script(scriptCall(rule, value)));
  const { evaluate } = compileFormat(rule.filters, engine);
  return (value) => evaluate({ value });
}

const scriptCall = (rule: ScriptRule, value: unknown) => ({ rule, value, key: JSON.stringify([rule.title, rule.code, value]) });

// ---------------------------------------------------------------- tables

/** As cells are compared: without spaces around them, and letters that look the same are the same. */
function keyOf(text: string, { exact = false }: Pick<TableRule, "exact">): string {
  const key = text.trim().normalize("NFC");
  return exact ? key : key.toLowerCase();
}

function compileTable(rule: TableRule): Apply {
  const rows = new Map(rule.rows.map(({ from, to }) => [keyOf(from, rule), to]));
  const one: Apply = (value) => {
    const key = isBlank(value) ? "" : keyOf(toText(value), rule);
    return rows.get(key) ?? (key === "" ? undefined : others(rule, value));
  };
  return (value) =>
    Array.isArray(value) && !isBlank(value) ? value.map((item: unknown) => one(item)).filter((result) => result !== undefined) : one(value);
}

/** What happens to a value that no row is for. */
function others({ title, otherwise }: { title: string; otherwise: Otherwise }, value: unknown): unknown {
  if (otherwise === "keep") return value;
  if (otherwise === "missing") return undefined;
  if (otherwise !== "fail") return otherwise.value;
  throw new MappingProblem(`the rule ${quote(title)} has no row for ${quote(value)}; add one, or choose what happens to all other values`);
}

// ---------------------------------------------------------------- conditions and formats

/** What deciding a row costs, as characters gone through. */
const rowCharge = 64;

function compileConditions(rule: ConditionsRule, engine: Engine): Apply {
  const rows = rule.rows.map((row) => ({ test: compileExpressionText(row.if, engine).evaluate, give: compileResult(row.to, engine) }));
  return (value) => {
    const scope: Scope = { value };
    const row = rows.find(({ test }) => {
      currentWork().charge(rowCharge);
      return isTrue(test(scope));
    });
    if (row) return row.give(scope);
    return isBlank(value) ? undefined : others(rule, value);
  };
}

/** Whether a record belongs to it. */
function compileSegment(rule: SegmentRule, engine: Engine): Apply {
  const { evaluate } = compileExpressionText(rule.if, engine);
  return (value) => {
    currentWork().charge(rowCharge);
    if (isBlank(value)) return undefined;
    if (!isObject(value))
      throw new MappingProblem(
        `the segment ${quote(rule.title)} takes one record, like a contact, and not ${Array.isArray(value) ? "a list" : quote(value)}`,
      );
    return isTrue(evaluate({ person: asPerson(value) }));
  };
}

function compileResult(to: ConditionsRule["rows"][number]["to"], engine: Engine): (scope: Scope) => unknown {
  return typeof to === "string" && isTemplate(to) ? compileTemplate(to, engine).evaluate : () => to;
}

const compileFormat = (filters: string, engine: Engine) => compileExpressionText(`value | ${filters.replace(/^\s*\|/, "")}`, engine, true);

// ---------------------------------------------------------------- checks

/** Something wrong in a rule, with its place: `rows[3].if`. */
export interface RuleProblem {
  at: string;
  problem: string;
}

const largestCharacters = 256 * 1024;
const settings: MappingSettings = { zone: "UTC", now: () => 0 };

/** What is wrong in a rule of the right shape: rows that say the same, conditions and filters that cannot be read. */
export function checkRule(rule: Rule): RuleProblem[] {
  if (JSON.stringify(rule).length > largestCharacters) return [{ at: "rows", problem: "take more than 256 KiB together" }];
  if (rule.kind === "table") return repeatedRows(rule);
  if (rule.kind === "script") return []; // its syntax is checked where scripts are executed
  const engine = engineFor(settings);
  if (rule.kind === "format") return problemsOf(rule.filters, "filters", () => compileFormat(rule.filters, engine));
  if (rule.kind === "segment") return problemsOf(rule.if, "if", () => compileExpressionText(rule.if, engine), "person");
  return rule.rows.flatMap(({ if: condition, to }, i) => [
    ...problemsOf(condition, `rows[${i}].if`, () => compileExpressionText(condition, engine)),
    ...(typeof to === "string" && isTemplate(to) ? problemsOf(to, `rows[${i}].to`, () => compileTemplate(to, engine)) : []),
  ]);
}

function repeatedRows(rule: TableRule): RuleProblem[] {
  const first = new Map<string, number>();
  return rule.rows.flatMap(({ from }, i): RuleProblem[] => {
    const key = keyOf(from, rule);
    const before = first.get(key);
    if (before === undefined) first.set(key, i);
    return before === undefined ? [] : [{ at: `rows[${i}].from`, problem: `${quote(from)} is in row ${before + 1} already` }];
  });
}

function problemsOf(
  text: string,
  at: string,
  compile: () => { uses: readonly string[] },
  sees: "value" | "person" = "value",
): RuleProblem[] {
  try {
    const word = sees === "value" ? "rule" : "segment";
    const foreign = inField(at, compile).uses.find((path) => /^[^.[]*/.exec(path)![0] !== sees);
    if (foreign !== undefined)
      return [{ at, problem: `there is no '${foreign}' in a ${word}: it sees only '${sees}'. Quote text like 'this'` }];
    const code = `| ${text}`;
    return ruleCalls(code, true).length > 0 || asksSegments(code, true) ? [{ at, problem: noRuleInRule }] : [];
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    return [{ at, problem: String(thrown.details.problem) }];
  }
}
