import { type FlowDefinition, flowLimits } from "#engine/flow/format.ts";
import { layoutLeft } from "./fields.ts";
import { type ReportLine, shortened } from "./report.ts";
import { titleOf } from "./names.ts";
import type { NeutralFlow, NeutralStep } from "./neutral.ts";
import type { ExportNode } from "./export-node.ts";
import type { ImportedFlow } from "./result.ts";
import { measure, writeFlow } from "./write-flow.ts";

const { steps: mostSteps, depth: deepestSteps } = flowLimits;

/** What became of one flow: its drafts, and the account of its values. */
export function collect(tool: string, name: string, part: ExportNode, flows: readonly NeutralFlow[]): ImportedFlow {
  const { report } = part;
  const todo = report.todo(part);
  const drafts: FlowDefinition[] = [];
  const refused: string[] = [];
  for (const flow of flows) {
    const { steps, depth } = measure(flow.steps);
    if (steps > mostSteps) refused.push(`It would have ${steps} steps, and a flow has ${mostSteps} at most: divide it into several.`);
    else if (depth > deepestSteps) refused.push(`Its branches and loops lie ${depth} levels deep, and a flow has ${deepestSteps} at most.`);
    else drafts.push(writeFlow(withNotes(flow, tool, todo)));
  }
  return {
    name,
    drafts,
    counts: report.counts(part),
    todo,
    ignored: report.ignored(part),
    ...(drafts.length === 0 ? { refused: refused[0] ?? "There is nothing in it that starts a flow." } : {}),
  };
}

/** What a person has to do, written where it has to be done: at the step, or else at the flow. */
function withNotes(flow: NeutralFlow, tool: string, todo: readonly ReportLine[]): NeutralFlow {
  const byStep = new Map<string, string[]>();
  for (const line of todo) {
    const title = titleOf(line.at.split(" › ")[0]!);
    const lines = byStep.get(title);
    if (lines) lines.push(inWords(line));
    else byStep.set(title, [inWords(line)]);
  }
  const noted = (steps: readonly NeutralStep[]): NeutralStep[] =>
    steps.map((step) => {
      const own = byStep.get(step.title ?? "") ?? [];
      byStep.delete(step.title ?? "");
      const inner = { ...step, ...(own.length > 0 ? { todo: own } : {}) };
      if (inner.does === "branch") return { ...inner, yes: noted(inner.yes), ...(inner.no ? { no: noted(inner.no) } : {}) };
      return inner.does === "forEach" ? { ...inner, steps: noted(inner.steps) } : inner;
    });
  const steps = noted(flow.steps);
  const others = [...byStep.values()].flat();
  return { ...flow, steps, description: [...flow.description, `Imported from ${tool}.`], ...(others.length > 0 ? { todo: others } : {}) };
}

/** A line of the report as a sentence for the editor. */
function inWords({ at, value, why, todo }: ReportLine): string {
  const was = value === undefined ? "" : ` It was: ${shortened(value, 120)}`;
  return `${at}: ${why}; ${todo}.${was}`;
}

/** Lists whatever of a part nobody has read: its members, each with its value. */
export function listRest(part: ExportNode, at: string): void {
  if (part.report.isSettled(part)) return;
  for (const [key, member] of part.entries())
    if (!part.report.isSettled(member)) {
      const untouched = member.report.counts(member);
      if (untouched.lost === member.end - member.start) member.check(unread(`${at} › ${key}`));
      else listRest(member, `${at} › ${key}`);
    }
}

const unread = (at: string) => ({
  at,
  why: "this setting has no equal here, or it is not known",
  todo: "look whether the flow needs it",
});

/** Leaves what only an editor needs. */
export const ignoreLayout = (part: ExportNode, ...names: string[]): void => part.ignoreAt(layoutLeft, ...names);
