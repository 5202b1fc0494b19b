import type { FlowDefinition, FlowDetail, LintFinding } from "#api/schemas.ts";
import { placeOf, stepAt, stepPlaceOf } from "../document/place.ts";

/** Pure: what a draft still lacks, as findings beside those of the check: whoever looks for what is wrong finds all of it in one list. */

type Problem = FlowDetail["problems"][number];

/** What keeps a draft from being published, each as a finding. */
export const unready = (problems: readonly Problem[], definition: FlowDefinition): LintFinding[] =>
  problems.map(({ at, where, problem }) => {
    const place = stepPlaceOf(placeOf(at));
    const comma = where.lastIndexOf(", ");
    const [around, member] = comma < 0 ? [where, where] : [where.slice(0, comma), where.slice(comma + 2)];
    return {
      level: "error",
      at,
      step: (place && stepAt(definition, place)?.id) ?? null,
      field: null,
      problem: problemOf(member, problem),
      fix: "The flow cannot be published without it.",
      where: around,
    };
  });

/** A problem follows the name of its place, or names the operation that needs a field. */
function problemOf(member: string, problem: string): string {
  if (problem.endsWith("needs this field")) return `'${member}' is not filled in`;
  return /^(?:is|has|needs|must) /.test(problem) ? `'${member}' ${problem}` : problem;
}

/** The findings of a check with what the draft lacks. A check says of some of that what it means for a run: it is listed once. */
export function withUnready(
  findings: readonly LintFinding[],
  problems: readonly Problem[],
  definition: FlowDefinition,
): readonly LintFinding[] {
  if (problems.length === 0) return findings;
  const others = findings.filter((finding) => !problems.some(({ at }) => at.startsWith(finding.at)));
  return [...unready(problems, definition), ...others];
}
