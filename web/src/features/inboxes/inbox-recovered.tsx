import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "@tanstack/react-router";
import type { InboxView } from "#api/schemas.ts";
import { dayMs } from "#kernel/durations.ts";
import { latestRunsQuery } from "../../lib/queries.ts";
import { count } from "../../lib/words.ts";
import { recoveredAt } from "./inbox-state.ts";

/** How many recovered runs are looked at: more than that and the number says enough. */
const mostCounted = 100;

const lookBackMs = 7 * dayMs;

/** What only the checks found of the events that this inbox waits for: that many webhooks were lost on their way. */
export function InboxRecovered({ inbox }: { inbox: InboxView }) {
  const [since] = useState(() => Date.now() - lookBackMs);
  const { data } = useQuery(latestRunsQuery({ recovered: "true", from: since }, mostCounted));
  const { runs, flow } = recoveredAt(inbox, data?.runs ?? []);
  if (runs === 0) return null;
  const all = runs === mostCounted ? `${count(runs)} or more` : count(runs);
  return (
    <p className="mt-2 rounded-md bg-warning-soft px-3 py-2">
      <span className="font-medium">
        {all} recovered in the last 7 days: {runs === 1 ? "its webhook" : "their webhooks"} never came, and a check found{" "}
        {runs === 1 ? "it" : "them"}.
      </span>{" "}
      Nothing was lost. If it goes on, see whether the events are ticked and reach this address.{" "}
      <Link
        to="/runs"
        search={{ recovered: true, ...(flow !== null && { flow }) }}
        className="rounded-sm font-medium text-accent-ink hover:underline"
      >
        See {runs === 1 ? "the run" : "the runs"}
      </Link>
    </p>
  );
}
