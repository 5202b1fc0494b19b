import type { FlowDefinition, FlowDetail, LintFinding, StepDefinition } from "#api/schemas.ts";
import { listMembersOf } from "../document/kinds.ts";
import { allSteps, type Place, placeOf, stepAt, valueAt } from "../document/place.ts";

/** Pure: which verdicts on an older draft still hold for the draft on the page. The others are dropped until the server has looked again. */

/** What is wrong with the draft as it was last saved, without what has been changed since. */
export const freshProblems = ({ problems, definition: saved }: Pick<FlowDetail, "problems" | "definition">, now: FlowDefinition) =>
  problems.filter(({ at }) => {
    const place = placeOf(at);
    return idAround(saved, place) === idAround(now, place) && isEqual(valueAt(saved, place), valueAt(now, place));
  });

/** The id of the step that a place is in; undefined in the trigger and the settings. */
function idAround(definition: FlowDefinition, place: Place): string | undefined {
  for (let depth = place.length; depth > 1; depth--) {
    const step = stepAt(definition, place.slice(0, depth));
    if (step !== undefined) return step.id;
  }
  return undefined;
}

/** What a check of a definition found, without what it says of steps that are others now. */
export function freshFindings(findings: readonly LintFinding[], checked: FlowDefinition, now: FlowDefinition): readonly LintFinding[] {
  if (findings.length === 0 || checked === now) return findings;
  const before = ownTexts(checked);
  const after = ownTexts(now);
  const isSameTrigger = isEqual(checked.trigger, now.trigger);
  return findings.filter(({ step, at }) =>
    step === null
      ? at === "todo"
        ? checked.todo === now.todo
        : isSameTrigger || !at.startsWith("trigger")
      : before.get(step) === after.get(step),
  );
}

/** Each step as a text, without the steps inside. */
const ownTexts = (definition: FlowDefinition): ReadonlyMap<string, string> =>
  new Map(allSteps(definition).map(({ step }) => [step.id, JSON.stringify(withoutInner(step))]));

function withoutInner(step: StepDefinition): object {
  const lists = listMembersOf(step);
  return Object.fromEntries(Object.entries(step).filter(([member]) => !lists.includes(member)));
}

const isEqual = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
