import type { FlowDetail } from "#api/schemas.ts";
import { durationWords } from "../../lib/time.ts";

/** Pure: what is said of the events of a flow that is on, before and after the first of them. */

type Facts = Pick<FlowDetail, "lastRunAt"> & {
  trigger: Pick<FlowDetail["trigger"], "kind" | "everyMs" | "hookUrl" | "inboxes" | "hookSubscription"> & { sooner: readonly string[] };
};

/** How a change is noticed that webhooks report and a list shows as well, in one line. */
export const bothWaysWords = (everyMs: number | null): string =>
  `Starts at once when a webhook reports it, and a check ${everyMs === null ? "of the list" : `every ${durationWords(everyMs)}`} finds what a webhook lost`;

/** Whether webhooks report what the list is checked for. */
const isReported = ({ kind, sooner }: Pick<Facts["trigger"], "kind" | "sooner">): boolean => kind === "poll" && sooner.length > 0;

/** Whether somebody has to enter the flow's address in the app, so that anything arrives. */
export const isToBeEntered = ({ lastRunAt, trigger: { kind, hookUrl, inboxes, hookSubscription } }: Facts): boolean =>
  lastRunAt === null && kind === "webhook" && hookUrl !== null && inboxes === null && hookSubscription === null;

/** What a published flow does while nobody looks. */
export function activityTitle({
  status,
  trigger,
}: Pick<FlowDetail, "status"> & { trigger: Pick<Facts["trigger"], "kind" | "sooner"> }): string {
  const { kind } = trigger;
  if (status !== "on") return kind === "webhook" ? "Paused: events are kept as samples" : "Paused: nothing is checked or started";
  if (kind === "webhook") return "Waits for events";
  if (isReported(trigger)) return "Waits for changes";
  if (kind === "poll") return "Checks for what is new";
  return kind === "schedule" ? "Starts at its set times" : "Starts by hand";
}

/** What a person can do where they expect an event and none comes, the likeliest first. */
export function whenNothingArrives(
  flow: Pick<FlowDetail, "lastRunAt"> & { trigger: Facts["trigger"] & Pick<FlowDetail["trigger"], "app"> },
): string[] {
  const { kind, everyMs, inboxes } = flow.trigger;
  const last = "Run a test event to see whether the steps work.";
  if (isReported(flow.trigger))
    return [
      "What was so when the flow was published starts nothing: only what changes after that does.",
      `${bothWaysWords(everyMs)}.`,
      last,
    ];
  if (kind === "poll")
    return [
      "What was in the list when the flow was published starts nothing: only what comes after that does.",
      `A change is found at the next check${everyMs === null ? "" : `, so within ${durationWords(everyMs)}`}.`,
      last,
    ];
  if (inboxes !== null)
    return [
      "Make the change once in the app, in the sub-account of this flow. It arrives within seconds.",
      "See whether the event is ticked in the developer portal. The trigger's settings name it.",
      last,
    ];
  return [
    isToBeEntered(flow)
      ? "Enter the flow's address in the app that sends the events."
      : "Check that the app still posts to the flow's address.",
    "Cause one event in the app. Events that were refused are shown at the trigger, under allowed senders.",
    last,
  ];
}

/** What comes next for a flow that was just published. */
export function publishedWords(flow: Facts): string {
  const { kind, everyMs } = flow.trigger;
  if (isToBeEntered(flow)) return "Published. It starts once its app posts events to its address";
  if (isReported(flow.trigger)) return `Published. ${bothWaysWords(everyMs)}`;
  if (kind === "poll" && everyMs !== null) return `Published. Looks for news every ${durationWords(everyMs)}`;
  if (kind === "schedule") return "Published. It starts at its set times";
  if (kind === "manual") return "Published. It starts when somebody runs it";
  return "Published. New events run on this version";
}
