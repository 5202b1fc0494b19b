import type { TriggerDefinition } from "../types/triggers.ts";
import { checkDuration } from "./asking.ts";
import type { FlowKnowledge, TriggerInfo } from "./knowledge.ts";
import { didYouMean } from "../mapping/nearest.ts";
import type { FlowProblem } from "./read-shape.ts";

const bounds = { least: 60_000, words: "the shortest interval of a look is 1m" };

/** Checks that a read can find events whose webhook did not arrive, and that the read has the inputs it needs. */
export function checkReconcile(
  trigger: TriggerDefinition,
  info: TriggerInfo,
  knowledge: Pick<FlowKnowledge, "app" | "operation">,
  problems: FlowProblem[],
): void {
  if (trigger.reconcile === undefined || info.kind !== "webhook") return;
  checkDuration(trigger.reconcile, "trigger.reconcile", bounds, problems);
  if (!info.reconcile) return void problems.push({ at: "trigger.reconcile", problem: withoutRead(info) });
  const app = knowledge.app(trigger.app);
  if (app?.needsConnection && trigger.connection === undefined)
    problems.push({ at: "trigger.connection", problem: `${app.title} is asked for what was not delivered with a connection; name one` });
  checkInput(trigger, info.reconcile, knowledge, problems);
}

function withoutRead({ title, instead = [] }: TriggerInfo): string {
  const poll = instead.length
    ? `; instead of the webhook, ${instead.join(" or ")} can be polled`
    : "; nothing can be polled in its place either";
  return `no list tells of '${title}', so what was not delivered cannot be found${poll}`;
}

function checkInput(
  { app, input = {} }: TriggerDefinition,
  { operation, needs }: NonNullable<TriggerInfo["reconcile"]>,
  knowledge: Pick<FlowKnowledge, "operation">,
  problems: FlowProblem[],
): void {
  const read = knowledge.operation(app, operation);
  const title = read?.title ?? operation;
  for (const names of needs.map((need) => need.split("|"))) {
    if (names.some((name) => input[name] !== undefined && input[name] !== "")) continue;
    problems.push({
      at: "trigger.input",
      problem: `what was not delivered is looked for with '${title}', which wants ${names.join(" or ")} here`,
    });
  }
  const inputs = read?.inputs.map(({ name }) => name);
  for (const name of Object.keys(input)) {
    if (inputs && !inputs.includes(name))
      problems.push({ at: `trigger.input.${name}`, problem: `'${title}' has no input '${name}'${didYouMean(name, inputs)}` });
  }
}
