import { brokenRule } from "#catalog/rules.ts";
import { fold, textOf } from "#catalog/text.ts";
import { didYouMean } from "../mapping/nearest.ts";
import type { FlowSettings } from "../types/flows.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import type { TriggerInfo } from "./knowledge.ts";
import type { FlowProblem } from "./read-shape.ts";

/** Checks the settings of a change trigger, and that the flow has no options that it does not support. */
export function checkWatch(
  trigger: TriggerDefinition,
  { settle }: FlowSettings,
  { title, watch }: TriggerInfo,
  problems: FlowProblem[],
): void {
  if (!watch) return;
  const { input = {} } = trigger;
  for (const option of ["emit", "record", "previous"] as const)
    if (trigger[option] !== undefined)
      problems.push({
        at: `trigger.${option}`,
        problem: `has no effect on '${title}', which starts once for each change and always includes old and new values`,
      });
  if (settle !== undefined)
    problems.push({ at: "settings.settle", problem: `would merge several changes into one run, but '${title}' starts once for each` });
  const names = watch.settings.map(({ name }) => name);
  for (const [name, value] of Object.entries(input)) {
    const at = `trigger.input.${name}`;
    const setting = watch.settings.find((one) => one.name === name);
    if (!setting) problems.push({ at, problem: `'${title}' has no setting '${name}'${didYouMean(name, names)}` });
    else if (typeof value !== "string" && value !== null) problems.push({ at, problem: "must be a text" });
    else if (setting.choices && textOf(value).trim() !== "" && !setting.choices.some((choice) => fold(choice) === fold(textOf(value))))
      problems.push({ at, problem: `must be one of ${setting.choices.join(", ")}, not '${textOf(value)}'` });
  }
  for (const rule of watch.rules) {
    const broken = brokenRule(rule, input, (name) => `'${watch.settings.find((one) => one.name === name)?.label ?? name}'`);
    if (broken) problems.push({ at: `trigger.input.${broken[0]}`, problem: broken[1] });
  }
}
