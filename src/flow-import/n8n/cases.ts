import { NotConvertible } from "../expr.ts";
import { readCondition } from "../fields.ts";
import type { Condition } from "../neutral.ts";
import { readConditions, readRule, side } from "./conditions.ts";
import type { NodeContext } from "./context.ts";

/** Pure: the conditions of filters, IFs and switches, and which output each leads to. */

/** The condition of a filter or an IF. */
export function conditionOf(context: NodeContext): Condition {
  const { params, node } = context;
  const part = params?.get("conditions");
  if (!params || !part)
    return readCondition(node.part.get("type") ?? node.part, node.name, () => {
      throw new NotConvertible("has no condition");
    });
  params.ignoreAt("how strictly types are compared: numbers in texts count as numbers here", "options", "looseTypeValidation");
  params.get("combineOperation")?.converted();
  return readCondition(part, context.at("conditions"), () =>
    readConditions(part, params.textAt("combineOperation") || params.textAt("combineConditions"), context.place),
  );
}

/** An output of a node, and when it is taken; undefined where no other one is. */
export interface Case {
  out: number;
  if: Condition | undefined;
}

/** The two outputs of an IF. */
export const casesOfIf = (context: NodeContext): Case[] => [
  { out: 0, if: conditionOf(context) },
  { out: 1, if: undefined },
];

/** The outputs of a switch, in their order. */
export function casesOfSwitch(context: NodeContext): Case[] {
  const { params, node } = context;
  const rules = params?.get("rules", "values") ?? params?.get("rules", "rules");
  if (params?.textAt("mode") === "expression" || !rules) {
    const unclear = readCondition(params ?? node.part, node.name, () => {
      throw new NotConvertible("works out which way to take");
    });
    return node.outs.map((_, out) => ({ out, if: unclear }));
  }
  params?.ignoreAt("how a node is shown", "mode", "dataType");
  params?.get("value1")?.converted();
  const cases = rules.items().map((rule, i): Case => ({ out: outOf(rule.get("output")?.value, i), if: ruleOf(context, rule, i) }));
  const fallback = fallbackOf(context, cases.length);
  return fallback === undefined ? cases : [...cases, { out: fallback, if: undefined }];
}

const outOf = (value: unknown, otherwise: number): number => (typeof value === "number" && value >= 0 && value < 100 ? value : otherwise);

function ruleOf(context: NodeContext, rule: NonNullable<NodeContext["params"]>, i: number): Condition {
  const { params, place } = context;
  const label = rule.textAt("outputKey") || `rule ${i + 1}`;
  return readCondition(rule, context.at(label), () => {
    const conditions = rule.get("conditions");
    return conditions
      ? readConditions(conditions, "all", place)
      : readRule(side(params!.get("value1"), place), rule, params!.textAt("dataType"), place);
  });
}

function fallbackOf({ params, node }: NodeContext, rules: number): number | undefined {
  const part = params?.get("options", "fallbackOutput") ?? params?.get("fallbackOutput");
  part?.converted();
  if (part?.value === "extra") return rules;
  return typeof part?.value === "number" && part.value >= 0 && part.value < node.outs.length ? part.value : undefined;
}
