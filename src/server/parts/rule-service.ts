import type { FlowUse, Rule, RuleDetail, RuleView, TryRuleReply } from "#api/schemas.ts";
import { ruleDefinition } from "#engine/flow/format.ts";
import type { FlowService } from "#engine/api.ts";
import { rulesOf, usesAllSegments } from "#engine/flow/rule-uses.ts";
import { rulesInInput } from "#engine/mapping/rule-names.ts";
import type { ScriptCall } from "#engine/mapping/problem.ts";
import { checkRule, tryRule } from "#engine/mapping/rules.ts";
import type { RuleResult } from "#engine/mapping/work.ts";
import { scriptRuleProblems } from "#engine/scripts/rules.ts";
import type { MappingTemplate } from "#engine/flow/format.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { createPace } from "#kernel/pace.ts";
import type { PartStore } from "#storage/part-store.ts";
import { flowTexts, usesIn } from "./part-use.ts";
import { PartsOfKind, type Part } from "./parts-of-kind.ts";
import type { RuleBook } from "./rule-book.ts";

interface RuleServiceParts {
  store: PartStore;
  book: RuleBook;
  flows: Pick<FlowService, "list" | "published">;
  mappings(workspaceId: string): Promise<readonly Pick<Part<MappingTemplate>, "name" | "definition">[]>;
  /** Called with each rule that was saved or removed. */
  changed(workspaceId: string, uses: (definition: FlowDefinition) => boolean): void;
  /** What the script of a rule gives for a value. */
  script(workspaceId: string, call: ScriptCall): Promise<RuleResult>;
  clock: Clock;
}

const problemsOf = (rule: Rule) => (rule.kind === "script" ? scriptRuleProblems(rule) : checkRule(rule));

/** The transformation rules of workspaces, as the API offers them. */
export class RuleService {
  readonly #parts: RuleServiceParts;
  readonly rules: PartsOfKind<Rule>;
  readonly #pace = createPace();

  constructor(parts: RuleServiceParts) {
    this.#parts = parts;
    const { store, book, clock, changed } = parts;
    this.rules = new PartsOfKind<Rule>({
      kind: "rule",
      word: "rule",
      shape: ruleDefinition,
      check: (_, rule) => problemsOf(rule),
      cannotReplace: (before, { kind }) => cannotBecome(before, kind),
      changed(workspaceId, name, row) {
        if (row) book.put(row);
        else book.remove(workspaceId, name);
        changed(workspaceId, (flow) => rulesOf(flow).has(name) || usesAllSegments(flow));
      },
      store,
      clock,
    });
  }

  async list(workspaceId: string): Promise<{ rules: RuleView[] }> {
    const [rules, flows] = await Promise.all([this.rules.list(workspaceId), flowTexts(this.#parts.flows, workspaceId)]);
    return { rules: rules.map((rule) => viewOf(rule, usesIn(flows, usesRule(rule)).length)) };
  }

  async get(workspaceId: string, name: string): Promise<RuleDetail> {
    return this.#detail(await this.rules.get(workspaceId, name));
  }

  async put(workspaceId: string, name: string, rule: Rule, how: { replaces?: number | undefined; by?: string }): Promise<RuleDetail> {
    return this.#detail(await this.rules.put(workspaceId, name, rule, how));
  }

  /** Removes a rule that nothing names. */
  async remove(workspaceId: string, name: string, by?: string): Promise<void> {
    const { definition, title, mappings } = await this.get(workspaceId, name);
    const word = definition.kind === "segment" ? "segment" : "rule";
    const usedBy = usesIn(await flowTexts(this.#parts.flows, workspaceId), (flow) => rulesOf(flow).has(name));
    const users = [...usedBy.map((flow) => `the flow '${flow.name}'`), ...mappings.map((one) => `the mapping template '${one.title}'`)];
    if (users.length > 0) {
      const problem = `The ${word} '${title}' is used by ${users.join(", ")}. Take it out of ${users.length === 1 ? "it" : "them"} and publish, then remove it`;
      throw new MillraceError("CONFLICT", { details: { problem } });
    }
    await this.rules.remove(workspaceId, name, by);
  }

  /** What a rule gives for some values. Nothing is saved. */
  async try(workspaceId: string, rule: Rule, values: readonly unknown[]): Promise<TryRuleReply> {
    const [first] = problemsOf(rule);
    if (first) throw new MillraceError("BAD_INPUT", { details: { field: `rule.${first.at}`, problem: first.problem } });
    const settings = { zone: "UTC", now: () => this.#parts.clock.now() };
    const tried = await tryRule(rule, values, settings, {
      pace: { ...this.#pace, runScript: (call) => this.#parts.script(workspaceId, call) },
    });
    return {
      results: tried.map((each) => {
        if ("problem" in each) return { missing: false, problem: each.problem };
        return { ...(each.value !== undefined && { value: each.value }), missing: each.value === undefined, problem: null };
      }),
    };
  }

  async #detail(rule: Part<Rule>): Promise<RuleDetail> {
    const { flows, mappings } = this.#parts;
    const [texts, templates] = await Promise.all([flowTexts(flows, rule.workspaceId), mappings(rule.workspaceId)]);
    const usedBy: FlowUse[] = usesIn(texts, usesRule(rule));
    return {
      ...viewOf(rule, usedBy.length),
      definition: rule.definition,
      usedBy,
      mappings: templates
        .filter(({ definition }) => rulesInInput(definition.input).has(rule.name))
        .map(({ name, definition }) => ({ name, title: definition.title })),
    };
  }
}

/** What a flow uses of the rules: read once for each definition. */
const usedRules = new WeakMap<FlowDefinition, { names: ReadonlySet<string>; allSegments: boolean }>();

/** Whether a flow uses a rule: by its name, or because it asks for all segments. */
const usesRule =
  ({ name, definition: { kind } }: Pick<Part<Rule>, "name" | "definition">) =>
  (flow: FlowDefinition): boolean => {
    const used = usedRules.get(flow) ?? { names: rulesOf(flow), allSegments: usesAllSegments(flow) };
    usedRules.set(flow, used);
    return used.names.has(name) || (kind === "segment" && used.allSegments);
  };

/** A segment is written into flows in another way than the other rules, so neither can take the other's place. */
function cannotBecome(before: Rule, kind: Rule["kind"]): { at: string; problem: string } | null {
  if ((before.kind === "segment") === (kind === "segment")) return null;
  const is = before.kind === "segment" ? "is a segment" : "is a rule and no segment";
  return { at: "kind", problem: `the one of this name, '${before.title}', ${is}; choose another name` };
}

const viewOf = ({ name, definition, version, createdAt, updatedAt }: Part<Rule>, flows: number): RuleView => ({
  name,
  title: definition.title,
  description: definition.description ?? null,
  kind: definition.kind,
  rows: "rows" in definition ? definition.rows.length : 0,
  version,
  createdAt,
  updatedAt,
  flows,
});
