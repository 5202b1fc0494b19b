import { nearest } from "#catalog/nearest.ts";
import type { FlowDefinition } from "#engine/flow/format.ts";
import { defined } from "#kernel/defined.ts";
import { badInput } from "#kernel/errors.ts";
import type { FlowTemplate } from "./format.ts";
import { choiceProblem, type ChoiceValue, questionsOf, sendTo, writeChoice, writeConnection } from "./places.ts";
import { type Receiver, receiversFor, receiverKey } from "./receivers.ts";

/** What is known when a flow is made from a template; the rest is asked at its set-up. */
export interface TemplateAnswers {
  /** The flow's name, where it is not to be the template's. */
  name?: string;
  /** The workspace's connections, by what the template calls them. */
  connections: Readonly<Record<string, string>>;
  choices: Readonly<Record<string, ChoiceValue>>;
}

/**
 * The flow of a template with answers in it. Throws BAD_INPUT naming the answer that does not fit. `own`: the operations of the workspace's own
 * apps, by whose keys an address may be answered.
 */
export function fillTemplate(template: FlowTemplate, { name, ...answers }: TemplateAnswers, own: readonly Receiver[] = []): FlowDefinition {
  const questions = questionsOf(template);
  const connections = new Map(Object.entries(answers.connections)); // a template may call one 'constructor'
  const choices = new Map(Object.entries(answers.choices));
  requireKnown("connections", [...connections.keys()], questions.connections);
  requireKnown("choices", [...choices.keys()], questions.choices);
  let flow: FlowDefinition = { ...template.flow, ...defined({ name }) };
  for (const connection of questions.connections) {
    const chosen = connections.get(connection.name);
    // One that is still missing keeps the template's name for it, so that the check of the flow says which.
    if (chosen !== undefined || connection.optional) flow = writeConnection(flow, connection, chosen);
  }
  for (const choice of questions.choices) {
    const value = choices.get(choice.name);
    if (value === undefined) continue;
    const receiver = choice.sends && receiversFor(choice.sends, own).find((each) => receiverKey(each) === value);
    if (receiver) {
      flow = sendTo(flow, choice, receiver);
      continue;
    }
    const problem = choiceProblem(choice, value);
    if (problem !== null) throw badInput(`choices.${choice.name}`, `'${choice.label}' ${problem}`);
    flow = writeChoice(flow, choice, value);
  }
  return flow;
}

function requireKnown(field: string, answers: readonly string[], asked: readonly { name: string }[]): void {
  const names = asked.map(({ name }) => name);
  const unknown = answers.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  const hint = near === undefined ? (names.length === 0 ? "" : `; it asks for ${names.join(", ")}`) : `; did you mean '${near}'?`;
  throw badInput(`${field}.${unknown}`, `the template does not ask for it${hint}`);
}
