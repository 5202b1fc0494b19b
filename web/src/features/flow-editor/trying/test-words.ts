import type { StepPlan, StepTest } from "#api/schemas.ts";
import { plural } from "../../../lib/words.ts";

/** Pure: what a test of a step does and did, in words. */

/** Where a step works: the account, or the host or app where there is none. */
export interface PlaceWords {
  place: string | null;
  /** It is the sandbox: nobody is reached. */
  isSandbox: boolean;
}

/** What says that it is the sandbox, unless the place's own name does. */
const sandboxMark = ({ place, isSandbox }: PlaceWords): string => (isSandbox && place?.includes("(sandbox)") !== true ? " (sandbox)" : "");
const named = (where: PlaceWords): string => `${where.place ?? "the app"}${sandboxMark(where)}`;

/** "This reads from Acme Dental." Said before anything is done. `words`: the step as its card says it. */
export function planWords({ effect }: StepPlan, where: PlaceWords, words: string): string {
  if (effect === "none") return "This asks nobody: it only computes.";
  if (effect === "read") return `This reads from ${named(where)}.`;
  // The words of most steps say where they work: it is not said twice.
  const says = where.place !== null && words.endsWith(` in ${where.place}`);
  return says
    ? `This will ${words.charAt(0).toLowerCase()}${words.slice(1)}${sandboxMark(where)}.`
    : `This will write to ${named(where)}: ${words}.`;
}

/** How a test went, in a sentence. */
export function outcomeWords({ state, wrote, output, operation }: StepTest, where: PlaceWords): string {
  if (state === "running") return "It was sent, and nobody saw how it ended. Look into the app before you write again.";
  if (state === "failed") return wrote ? "Writing failed." : "The test failed.";
  if (wrote) return `Written to ${named(where)}.`;
  if (state === "pretended") return "Nothing was written. This is what it would do.";
  if (operation === null) return "It works.";
  if (Array.isArray(output)) return `Found ${plural(output.length, "record")} in ${named(where)}.`;
  return output === null ? `Nothing was found in ${named(where)}.` : `Read from ${named(where)}.`;
}
