import type { InboxView } from "#api/schemas.ts";
import { outcomeWords } from "#surfaces/observation-words.ts";
import { plural } from "../../lib/words.ts";

type Arrival = Pick<InboxView["arrivals"][number], "flows" | "runId" | "joined" | "repeat" | "outcome">;

/** What became of an event that an inbox accepted: what it started, or why it started nothing. */
export function arrivalWords({ flows, runId, joined, repeat, outcome }: Arrival): string {
  if (repeat) return "Known already: it had arrived before, or the check had found it. It starts nothing twice";
  if (flows === 0) return "No flow waits for it, so it started nothing";
  if (runId !== null) return joined ? "Joined a run whose record was still changing" : `For ${plural(flows, "flow")}`;
  const lookedAt = `Looked at by ${plural(flows, "flow")}, started nothing`;
  return outcome === null ? lookedAt : `${lookedAt}: ${lowerFirst(outcomeWords(outcome))}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
