/** The action steps of a flow, and one of them filled anew. Pure. */
import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { alwaysThere } from "#engine/mapping/reserved-names.ts";
import type { Fields } from "./mapping-fields.ts";

/** An action step, and what its templates can read. */
export interface ActionStep {
  id: string;
  title: string | undefined;
  app: string;
  operation: string;
  input: Fields;
  visible: ReadonlySet<string>;
}

const innerLists = ["then", "else", "do"] as const;
type AnyStep = StepDefinition & Partial<Record<(typeof innerLists)[number], StepDefinition[]>>;

/** All action steps, in order, those inside others too. */
export function actionSteps({ steps }: Pick<FlowDefinition, "steps">): ActionStep[] {
  return stepsIn(steps, new Set(alwaysThere));
}

function stepsIn(steps: readonly StepDefinition[], before: ReadonlySet<string>): ActionStep[] {
  const visible = new Set(before);
  return steps.flatMap((step): ActionStep[] => {
    const seen = new Set(visible);
    if ("forEach" in step) for (const name of [step.as ?? "item", `${step.as ?? "item"}_index`]) seen.add(name);
    const inner = innerLists.flatMap((member) => stepsIn((step as AnyStep)[member] ?? [], seen));
    visible.add(step.id);
    if (!("app" in step)) return inner;
    const { id, title, app, operation, input = {} } = step;
    return [{ id, title, app, operation, input, visible: seen }, ...inner];
  });
}

/** The flow with the input of one step replaced. */
export function withInput(definition: FlowDefinition, id: string, input: Record<string, unknown>): FlowDefinition {
  return { ...definition, steps: filled(definition.steps, id, input) };
}

const filled = (steps: readonly StepDefinition[], id: string, input: Record<string, unknown>): StepDefinition[] =>
  steps.map((step) => {
    if (step.id === id) return { ...step, input } as StepDefinition;
    const inner = innerLists.flatMap((member) => {
      const list = (step as AnyStep)[member];
      return list ? [[member, filled(list, id, input)] as const] : [];
    });
    return inner.length === 0 ? step : { ...step, ...Object.fromEntries(inner) };
  });
