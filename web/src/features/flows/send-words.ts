import type { DryRunReply, FlowDetail } from "#api/schemas.ts";
import { listed, plural } from "../../lib/words.ts";

/** Why a sample cannot be sent through the live flow, and what to do first; null where it can. */
export function notYet(
  flow: Pick<FlowDetail, "status" | "version" | "changed" | "trigger">,
  result: Pick<DryRunReply, "error">,
): string | null {
  if (flow.trigger.watches) return "This flow starts from a change of a record. To see it happen, make the change once in the app.";
  if (flow.version === null) return "Publish the flow to send this sample through it for real.";
  if (flow.changed)
    return `Publish the draft to send this sample for real: until then version ${flow.version} runs, which this dry run did not try.`;
  if (flow.status !== "on") return "Resume the flow to send this sample through it for real.";
  if (result.error !== null) return "Repair this first: for real it would fail as well.";
  return null;
}

/** Whether the dry run found anything that would be written. */
export const writes = ({ counts: { create, update, delete: removed, other } }: Pick<DryRunReply, "counts">): boolean =>
  create + update + removed + other > 0;

/** "It creates 1 record and updates 2 records. That is real …" */
export function writesInWords({ counts }: Pick<DryRunReply, "counts">): string {
  const { create, update, other } = counts;
  const parts = [
    create > 0 && `creates ${plural(create, "record")}`,
    update > 0 && `updates ${plural(update, "record")}`,
    counts.delete > 0 && `deletes ${plural(counts.delete, "record")}`,
    other > 0 && `makes ${plural(other, "other change")}, a message for example`,
  ].filter((part) => part !== false);
  return parts.length === 0
    ? "As far as the dry run can tell, it writes nothing."
    : `It ${listed(parts)}. That is real, and is not undone by itself.`;
}
