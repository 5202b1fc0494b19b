import type { AnyStep } from "../flow/kinds/kind.ts";
import { stepKinds } from "../flow/kinds/kinds.ts";
import type { StepKinds } from "../flow/kinds/table.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { Place, Source, Spots } from "./spots.ts";

/** Every place and condition of a flow, in written order. Throws MAPPING_FAILED where an expression cannot be read. */
export const spotsOf = (definition: FlowDefinition, kinds: StepKinds = stepKinds): Spots => gathered(definition, kinds, false);

/** Only the places. A draft may have an expression that cannot be read yet; that hides none of them. */
export const placesOf = (definition: FlowDefinition): Place[] => gathered(definition, stepKinds, true).places;

/** The ids of all steps, those inside others included. */
export const idsOf = (steps: readonly AnyStep[]): Set<string> =>
  new Set(steps.flatMap((step) => [step.id, ...stepKinds.listsOf(step).flatMap(([, inner]) => [...idsOf(inner)])]));

function gathered({ trigger, steps }: FlowDefinition, kinds: StepKinds, isDraft: boolean): Spots {
  const { app, operation, connection, input = {} } = trigger;
  const start = { at: "trigger", step: null, app, operation, connection, input };
  const spots: Spots = { places: [{ ...start, names: new Map() }], conditions: [], scripts: [], looped: new Set(), waits: [] };
  walk(steps, "steps", new Map([["trigger", { kind: "call", place: start }]]), { spots, kinds, isDraft });
  return spots;
}

interface Walk {
  spots: Spots;
  kinds: StepKinds;
  /** What cannot be read is passed over. */
  isDraft: boolean;
}

/** `names` grows as steps finish; a branch or loop has a copy, for its steps are unknown outside of it. */
function walk(steps: readonly AnyStep[], at: string, names: Map<string, Source>, way: Walk): void {
  for (const [i, step] of steps.entries()) visit(step, `${at}[${i}]`, names, way);
}

function visit(step: AnyStep, at: string, names: Map<string, Source>, way: Walk): void {
  const { spots, kinds } = way;
  const kind = kinds.find(step);
  if (!kind || step.off === true) return;
  for (const [member, use] of Object.entries(kind.templates)) {
    const text = step[member];
    if (use === "condition" && typeof text === "string")
      spots.conditions.push({ at: `${at}.${member}`, step: step.id, text, names: new Map(names) });
  }
  const inner = new Map(names);
  let result: Source | null = null;
  const look = () =>
    kind.lint?.(step, {
      at,
      names,
      spots,
      gives: (source) => void (result = source),
      inside: (name, source) => void inner.set(name, source),
    });
  if (way.isDraft) ignoreUnreadable(look);
  else look();
  for (const [member, steps] of kinds.listsOf(step)) walk(steps, `${at}.${member}`, new Map(inner), way);
  if (result) names.set(step.id, result);
}

function ignoreUnreadable(look: () => void): void {
  try {
    look();
  } catch (thrown) {
    if (!(thrown instanceof MillraceError && thrown.code === "MAPPING_FAILED")) throw thrown;
  }
}
