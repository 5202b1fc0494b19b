import type { FlowDetail } from "#api/schemas.ts";
import { isWithin, type Place, placeOf } from "../../document/place.ts";

type Problem = FlowDetail["problems"][number];

/** What the server says of a place and of what is in it, by the member: `input.email` is said of `email` where `member` is `input`. */
export function problemsAt(problems: readonly Problem[], place: Place): ReadonlyMap<string, string> {
  const byMember = new Map<string, string>();
  for (const { at, problem } of problems) {
    const path = placeOf(at);
    if (!isWithin(path, place)) continue;
    const member = String(path[place.length] ?? "");
    if (!byMember.has(member)) byMember.set(member, sentence(problem));
  }
  return byMember;
}

/** A problem reads as the rest of a sentence; here it stands alone. */
export const sentence = (problem: string): string => `${problem.charAt(0).toUpperCase()}${problem.slice(1).replace(/\.$/, "")}.`;
