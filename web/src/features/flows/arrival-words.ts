import type { FlowDetail } from "#api/schemas.ts";
import { durationWords } from "../../lib/time.ts";

/** Pure: what is said of the events of a flow that is on, before and after the first of them. */

type Facts = Pick<FlowDetail, "lastRunAt"> & {
  trigger: Pick<FlowDetail["trigger"], "kind" | "everyMs" | "hookUrl" | "inboxes" | "hookSubscription">;
};

/** Whether the flow waits for its first event: what starts by the clock or by hand waits for none. */
export const awaitsFirst = ({
  status,
  lastRunAt,
  trigger: { kind },
}: Pick<Facts, "lastRunAt"> & Pick<FlowDetail, "status"> & { trigger: Pick<Facts["trigger"], "kind"> }): boolean =>
  status === "on" && lastRunAt === null && (kind === "webhook" || kind === "poll");

/** Whether somebody has to enter the flow's address in the app, so that anything arrives. */
export const isToBeEntered = ({ lastRunAt, trigger: { kind, hookUrl, inboxes, hookSubscription } }: Facts): boolean =>
  lastRunAt === null && kind === "webhook" && hookUrl !== null && inboxes === null && hookSubscription === null;

/** What comes next for a flow that was just published. */
export function publishedWords(flow: Facts): string {
  const { kind, everyMs } = flow.trigger;
  if (isToBeEntered(flow)) return "Published. It starts once its app posts events to its address";
  if (kind === "poll" && everyMs !== null) return `Published. Looks for news every ${durationWords(everyMs)}`;
  if (kind === "schedule") return "Published. It starts at its set times";
  if (kind === "manual") return "Published. It starts when somebody runs it";
  return "Published. New events run on this version";
}
