import { MillraceError } from "#kernel/errors.ts";
import { deeperThan } from "#kernel/json.ts";
import { capital } from "#kernel/words.ts";
import { checkFlow } from "./check.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { stepKinds } from "./kinds/kinds.ts";
import type { StepKinds } from "./kinds/table.ts";
import type { FlowProblem } from "./read-shape.ts";
import type { FlowDefinition } from "../types/flows.ts";

export { compileFlow, homeOf } from "./compile.ts";
import { placesInWords } from "./place-words.ts";
export type { CompiledFlow } from "./compiled.ts";
export type { FlowKnowledge } from "./knowledge.ts";
export type { FlowProblem } from "./read-shape.ts";

const largestBytes = 256 * 1024;
const deepestJson = 64;
const mostProblems = 100;

/** Something that a definition still lacks, or that is wrong in it. */
export interface DraftProblem {
  /** `steps[2].input.email`. */
  at: string;
  /** The same as people call it: "step 3 'Create contact', E-mail". */
  where: string;
  problem: string;
}

/** A definition that can be kept as a draft, and what keeps it from running. */
export interface Draft {
  definition: FlowDefinition;
  problems: DraftProblem[];
}

/** What a flow is called as long as nobody has named it. */
export const untitled = "Untitled flow";

/** Reads a flow that can run. Throws FLOW_INVALID with all that is wrong in `details.problems`, each with its place. */
export function parseFlow(input: unknown, knowledge: FlowKnowledge, kinds: StepKinds = stepKinds): FlowDefinition {
  const { definition, problems } = readDraft(input, knowledge, kinds);
  if (problems.length > 0) throw invalid(problems);
  return definition;
}

/** Reads a flow that somebody may still be writing. Throws FLOW_INVALID only where it is no flow at all. */
export function readDraft(input: unknown, knowledge: FlowKnowledge, kinds: StepKinds = stepKinds): Draft {
  const problems: FlowProblem[] = [];
  const definition = isReadable(input, problems) ? checkFlow(input, knowledge, problems, kinds) : null;
  const inWords = placesInWords(input, knowledge, kinds);
  const placed = withoutRepeats(problems).map(({ at, problem }) => ({ at, where: inWords(at), problem }));
  if (!definition) throw invalid(placed);
  return { definition, problems: placed };
}

/** What keeps a draft from being published. */
export function problemsOf(draft: FlowDefinition, knowledge: FlowKnowledge): DraftProblem[] {
  const { problems } = readDraft(draft, knowledge);
  const isNamed = draft.name.trim() !== untitled;
  return isNamed ? problems : [{ at: "name", where: "Name", problem: "give the flow a name" }, ...problems];
}

/** The same mistake ten times in one text is reported once. */
function withoutRepeats(problems: readonly FlowProblem[]): FlowProblem[] {
  return [...new Map(problems.map((each) => [`${each.at}\n${each.problem}`, each])).values()];
}

function invalid(problems: readonly DraftProblem[]): MillraceError {
  return new MillraceError("FLOW_INVALID", { details: { problem: summary(problems), problems: problems.slice(0, mostProblems) } });
}

/** A draft that cannot run yet, with what it lacks. */
export function notReady(flow: { id: string; name: string }, problems: readonly DraftProblem[]): MillraceError {
  const details = { flow: flow.name, flowId: flow.id, problem: capital(summary(problems)), problems: problems.slice(0, mostProblems) };
  return new MillraceError("FLOW_NOT_READY", { details });
}

/** Whether it is small and shallow enough to be looked at closely: what follows walks it recursively. */
function isReadable(input: unknown, problems: FlowProblem[]): boolean {
  const tooDeep = deeperThan(input, deepestJson);
  if (tooDeep) problems.push({ at: "", problem: `it is nested deeper than ${deepestJson} levels` });
  const tooLarge = !tooDeep && Buffer.byteLength(JSON.stringify(input) ?? "") > largestBytes;
  if (tooLarge) problems.push({ at: "", problem: `it is larger than ${largestBytes / 1024} KiB` });
  return !tooDeep && !tooLarge;
}

function summary([first, ...more]: readonly DraftProblem[]): string {
  const others = more.length;
  const sentence = first!.at === "" ? first!.problem : `${first!.where}: ${first!.problem}`;
  return others === 0 ? sentence : `${sentence} (and ${others} more)`;
}
