/** Who is in a segment, in words. Pure. */
import type { TryRuleReply } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { count, listed, plural } from "../../lib/words.ts";

export interface Membership {
  /** How many are in it: "12", "None". */
  says: string;
  /** Of how many. */
  of: number;
  /** Some of those who are. */
  names: string;
  /** Why it could not be decided for some of them. */
  problem: string | null;
}

const mostNames = 4;

export function membership(results: TryRuleReply["results"], names: readonly string[]): Membership {
  const members = names.filter((_, at) => results[at]?.value === true);
  const problems = results.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  const shown = members.slice(0, mostNames);
  const others = members.length - shown.length;
  return {
    says: members.length === 0 ? "None" : count(members.length),
    of: results.length,
    names: listed([...shown, ...(others > 0 ? [`${others} more`] : [])]),
    problem: problems.length === 0 ? null : `${capital(problems[0]!)} (at ${plural(problems.length, "record")}).`,
  };
}
