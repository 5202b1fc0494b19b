import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { gives } from "./kinds.ts";
import { idOf, itemNames } from "./step-id.ts";
import { type Place, stepAt, stepsAt, triggerPlace } from "./place.ts";
import { namesRead } from "./references.ts";

/** Something a place can read, under its name in templates. */
export type Seen =
  | { kind: "trigger"; name: "trigger"; place: Place }
  | { kind: "step"; name: string; place: Place; step: StepDefinition }
  /** The item of a loop around the place, or its number. */
  | { kind: "item" | "index"; name: string; place: Place; step: StepDefinition };

/** What a step at a place can read: the trigger, the results of steps before it and of those before the steps around it, and the items of loops. What is switched off gives nothing. */
export function seenFrom(definition: FlowDefinition, place: Place): Seen[] {
  const seen: Seen[] = [{ kind: "trigger", name: "trigger", place: triggerPlace }];
  for (let depth = 1; depth < place.length; depth += 2) {
    const list = place.slice(0, depth);
    const around = depth > 1 ? stepAt(definition, place.slice(0, depth - 1)) : undefined;
    if (around && "forEach" in around) {
      const [item, index] = itemNames(around);
      const loop = place.slice(0, depth - 1);
      seen.push({ kind: "item", name: item, place: loop, step: around }, { kind: "index", name: index, place: loop, step: around });
    }
    for (const [index, step] of stepsAt(definition, list).slice(0, Number(place[depth])).entries())
      if (gives(step) && step.off !== true && idOf(step) !== "")
        seen.push({ kind: "step", name: idOf(step), place: [...list, index], step });
  }
  return seen;
}

/** Which of these names the step at a place reads although it cannot: they come later, are switched off, or are in a branch or loop it is not in. */
export function unseenReads(definition: FlowDefinition, place: Place, names: ReadonlySet<string>): string[] {
  const step = stepAt(definition, place);
  const own = new Set(seenFrom(definition, place).map(({ name }) => name));
  return step === undefined ? [] : [...namesRead(step)].filter((name) => names.has(name) && !own.has(name));
}
