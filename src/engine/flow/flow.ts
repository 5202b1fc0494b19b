import { MillraceError } from "#kernel/errors.ts";
import { deeperThan } from "#kernel/json.ts";
import { checkFlow } from "./check.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { stepKinds } from "./kinds/kinds.ts";
import type { StepKinds } from "./kinds/table.ts";
import type { FlowProblem } from "./read-shape.ts";
import type { FlowDefinition } from "../types/flows.ts";

export { compileFlow, homeOf } from "./compile.ts";
import { placeInWords } from "./place-words.ts";
export type { CompiledFlow } from "./compiled.ts";
export type { FlowKnowledge } from "./knowledge.ts";
export type { FlowProblem } from "./read-shape.ts";

const largestBytes = 256 * 1024;
const deepestJson = 64;
const mostProblems = 100;

/** Reads a flow as people write it. Throws FLOW_INVALID with all that is wrong in `details.problems`, each with its place. */
export function parseFlow(input: unknown, known: FlowKnowledge, kinds: StepKinds = stepKinds): FlowDefinition {
  const problems: FlowProblem[] = [];
  const definition = isReadable(input, problems) ? checkFlow(input, known, problems, kinds) : null;
  if (definition && problems.length === 0) return definition;
  const shown = problems.slice(0, mostProblems).map((each) => ({ ...each, where: placeInWords(input, each.at, known, kinds) }));
  throw new MillraceError("FLOW_INVALID", { details: { problem: summary(shown, problems.length - 1), problems: shown } });
}

/** Whether it is small and shallow enough to be looked at closely: what follows walks it recursively. */
function isReadable(input: unknown, problems: FlowProblem[]): boolean {
  const tooDeep = deeperThan(input, deepestJson);
  if (tooDeep) problems.push({ at: "", problem: `it is nested deeper than ${deepestJson} levels` });
  const tooLarge = !tooDeep && Buffer.byteLength(JSON.stringify(input) ?? "") > largestBytes;
  if (tooLarge) problems.push({ at: "", problem: `it is larger than ${largestBytes / 1024} KiB` });
  return !tooDeep && !tooLarge;
}

function summary([first]: (FlowProblem & { where: string })[], others: number): string {
  const sentence = first!.at === "" ? first!.problem : `${first!.where}: ${first!.problem}`;
  return others === 0 ? sentence : `${sentence} (and ${others} more)`;
}
