import type { InboxView, RunView } from "#api/schemas.ts";
import { plural } from "../../lib/words.ts";

/** How an inbox is, in a word for its colour and a sentence for people. `at`: when that was. */
export interface InboxState {
  tone: "good" | "warning" | "new";
  says: string;
  at: number | null;
}

/** When an event last came in, recognized or not; null: none ever did. */
export function lastArrival({ events, unrecognized }: Pick<InboxView, "events" | "unrecognized">): number | null {
  const times = [unrecognized.lastAt, ...events.map(({ lastAt }) => lastAt)].filter((at) => at !== null);
  return times.length === 0 ? null : Math.max(...times);
}

type Facts = Pick<InboxView, "events" | "unrecognized" | "refusals" | "refusedSenders">;

/** What a person has to know first about an inbox. */
export function inboxState(inbox: Facts): InboxState {
  const at = lastArrival(inbox);
  const refusedAt = Math.max(0, ...[...inbox.refusals, ...inbox.refusedSenders].map(({ lastAt }) => lastAt));
  const flows = new Set(inbox.events.flatMap((event) => event.flows.map(({ id }) => id))).size;
  if (refusedAt > (at ?? 0)) return { tone: "warning", says: "The last event was refused; the reason is below. It came", at: refusedAt };
  if (at === null) return { tone: "new", says: "No event has arrived yet. Follow the steps below.", at: null };
  if (flows === 0) return { tone: "warning", says: "Events arrive, and no flow that is on starts from them. The last came", at };
  return {
    tone: "good",
    says: `Events arrive, and ${plural(flows, "flow")} ${flows === 1 ? "starts" : "start"} from them. The last came`,
    at,
  };
}

/** How many runs were recovered of the flows that wait for its events; `flow`: the one that they are all of, where it is one. */
export function recoveredAt(
  { events }: Pick<InboxView, "events">,
  runs: readonly Pick<RunView, "flow">[],
): { runs: number; flow: string | null } {
  const waiting = new Set(events.flatMap((event) => event.flows.map(({ id }) => id)));
  const own = runs.filter(({ flow }) => waiting.has(flow.id));
  const flows = new Set(own.map(({ flow }) => flow.id));
  return { runs: own.length, flow: flows.size === 1 ? own[0]!.flow.id : null };
}

/** The permissions that the awaited events need, each once. */
export const scopesOf = ({ events }: Pick<InboxView, "events">): string[] => [
  ...new Set(events.filter(({ flows }) => flows.length > 0).flatMap(({ scopes }) => scopes)),
];
