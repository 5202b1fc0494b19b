import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { Json } from "#kernel/json.ts";
import { compileCondition, compileExpression, compileValue } from "../mapping/mapping.ts";
import type { MappingSettings } from "../mapping/mapping.ts";
import { answerReadBy } from "../mapping/answers.ts";
import { changeMembers, pollMembers } from "../run/change.ts";
import { didYouMean } from "../mapping/nearest.ts";
import { ruleCalls } from "../mapping/rule-names.ts";
import type { RuleKinds } from "../mapping/rule-format.ts";
import { wrongCall } from "../mapping/rules.ts";
import { lackingValue } from "../mapping/words/conditions.ts";
import { attempt } from "./asking.ts";
import { joinPath } from "./read-shape.ts";
import type { FlowProblem } from "./read-shape.ts";

/** Which names a template may use at one place of the flow. */
export interface Visible {
  names: ReadonlySet<string>;
  /** Every step id of the flow and whether it stands for a result, to tell what is too early from what is unknown. */
  allSteps: ReadonlyMap<string, boolean>;
  /** What people call a step. */
  titleOf: (step: string) => string;
  /** Whether the flow has `trigger._change`; for a change trigger, its members. */
  changes?: boolean | readonly string[];
  /** Steps that have no answer of their own to read the status of, and why. */
  unanswered?: ReadonlyMap<string, string>;
  /** The kinds of the workspace's rules. */
  rules: RuleKinds;
}

/** A template is compiled here to see whether it can be; the flow's own zone and clock make no difference to that. */
const settings: MappingSettings = { zone: "UTC", now: () => 0 };

export const checkCondition = (text: string, at: string, visible: Visible, problems: FlowProblem[]): void =>
  check({ text, isCode: true }, (text) => compileCondition(text, settings, at).uses, at, visible, problems);

export const checkExpression = (text: string, at: string, visible: Visible, problems: FlowProblem[]): void =>
  check({ text, isCode: true }, (text) => compileExpression(text, settings, at).uses, at, visible, problems);

/** Checks every text inside a value by itself, so that each problem names its own field. */
export function checkValue(value: Json, at: string, visible: Visible, problems: FlowProblem[]): void {
  if (Array.isArray(value)) value.forEach((item, i) => checkValue(item, joinPath(at, [i]), visible, problems));
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) checkValue(member as Json, joinPath(at, [key]), visible, problems);
  else if (typeof value === "string") check({ text: value }, (text) => compileValue(text, settings, at).uses, at, visible, problems);
}

/** A text of a flow. A condition and an expression need no braces. */
interface Written {
  text: string;
  isCode?: boolean;
}

function check(written: Written, pathsIn: (text: string) => string[], at: string, visible: Visible, problems: FlowProblem[]): void {
  try {
    const paths = pathsIn(written.text);
    checkRules(written, at, visible.rules, problems);
    for (const path of paths) {
      checkName(path, at, visible, problems);
      checkChange(path, at, visible, problems);
      checkAnswer(path, at, visible, problems);
    }
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    problems.push({ at, problem: String(thrown.details.problem) });
  }
}

/** Checks a text alone, when nothing is known of what it could read. */
export function checkWriting(text: string, at: string, rules: RuleKinds, problems: FlowProblem[]): void {
  attempt(at, problems, () => void compileValue(text, settings, at));
  checkRules({ text }, at, rules, problems);
}

/** Which rules a text uses must be plain to see, since a rule in use cannot be removed. */
function checkRules({ text, isCode }: Written, at: string, rules: RuleKinds, problems: FlowProblem[]): void {
  for (const call of ruleCalls(text, isCode)) {
    const problem = wrongCall(call, rules);
    if (problem !== null) problems.push({ at, problem });
  }
}

/** Only of a step: an event has no status of an answer. */
const readsAnswer = /^[^.[]+\._(?:status|headers|complete|total)\b/;

function checkName(path: string, at: string, { names, allSteps, titleOf }: Visible, problems: FlowProblem[]): void {
  const root = /^[^.[]*/.exec(path)![0];
  if (names.has(root)) return;
  if (path === lackingValue) {
    problems.push({ at, problem: "a condition lacks its value" });
    return;
  }
  if (allSteps.get(root) === false)
    problems.push({ at, problem: `'${path}' cannot be read: the step '${titleOf(root)}' gives no result; actions and format steps do` });
  else if (allSteps.has(root))
    problems.push({
      at,
      problem: `'${path}' is not there yet: the step '${titleOf(root)}' comes later, or belongs to a branch or loop that this step is not in`,
    });
  else
    problems.push({
      at,
      problem: `there is no '${root}' here${didYouMean(root, names) || (readsAnswer.test(path) ? "; no step of that id comes before" : `; fields of the event are written like trigger.${path}`)}`,
    });
}

/** What stands under `trigger._change`: some of it a poll says by itself, the rest is kept only for a flow that asks. */
function checkChange(path: string, at: string, { changes = false }: Visible, problems: FlowProblem[]): void {
  const [, member] = /^trigger\._change\.([^.[]+)/.exec(path) ?? [];
  if (member === undefined) return;
  if (typeof changes !== "boolean") {
    if (!changes.includes(member))
      problems.push({ at, problem: `there is no '${member}' in trigger._change${didYouMean(member, changes)}` });
    return;
  }
  if (pollMembers.includes(member)) return;
  if (!changeMembers.includes(member))
    problems.push({ at, problem: `there is no '${member}' in trigger._change${didYouMean(member, [...changeMembers, ...pollMembers])}` });
  else if (!changes) problems.push({ at, problem: `'${path}' is not kept for this flow: ask for it with "previous": true in the trigger` });
}

/** Checks a path to a step's status or headers: the step must have one answer, and header names are in lower case. */
function checkAnswer(path: string, at: string, { unanswered, titleOf }: Visible, problems: FlowProblem[]): void {
  const step = answerReadBy(path);
  if (step === undefined) return;
  const why = unanswered?.get(step);
  if (why !== undefined) problems.push({ at, problem: `'${path}' is never there: the step '${titleOf(step)}' ${why}` });
  const [, header] = /\._headers\.(.+)$/s.exec(path) ?? [];
  if (header !== undefined && header !== header.toLowerCase())
    problems.push({ at, problem: `the names of headers are in lower case: write ${step}._headers.${header.toLowerCase()}` });
}
