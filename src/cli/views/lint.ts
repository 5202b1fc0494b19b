/** Pure: what the checks of flows found, as people read it. */
import type { LintFinding, LintView } from "#api/schemas.ts";
import { clean, count, paint, type Paper } from "../text.ts";

export type LintedFlow = LintView & { flow: string; name: string };

/** A line for a flow in which nothing is wrong; else each finding with its place and what to do. */
export function lintPage(flows: readonly LintedFlow[], paper: Paper): string {
  if (flows.length === 0) return "There is no flow yet. Make one: millrace flow save flow.json";
  return flows.map((flow) => flowPart(flow, paper)).join("\n\n");
}

function flowPart({ name, findings }: LintedFlow, paper: Paper): string {
  const head = `${paint(paper, "bold", clean(name))}: ${lintLine(countsOf(findings))}`;
  return [head, ...findings.map((finding) => findingLines(finding, paper))].join("\n");
}

function findingLines({ level, where, problem, fix }: LintFinding, paper: Paper): string {
  const mark = level === "error" ? paint(paper, "red", "error  ") : paint(paper, "yellow", "warning");
  return `  ${mark}  ${clean(where)}: ${clean(problem)}\n           ${clean(fix)}`;
}

/** `2 errors, 1 warning`. */
export function lintLine({ errors, warnings }: { errors: number; warnings: number }): string {
  if (errors + warnings === 0) return "no problems";
  return [errors > 0 && count(errors, "error"), warnings > 0 && count(warnings, "warning")].filter(Boolean).join(", ");
}

const countsOf = (findings: readonly LintFinding[]) => ({
  errors: findings.filter(({ level }) => level === "error").length,
  warnings: findings.filter(({ level }) => level === "warning").length,
});
