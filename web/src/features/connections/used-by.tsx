import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ConnectionView } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { count } from "../../lib/words.ts";

const shownAtFirst = 3;

/** The flows that name a connection, and the inboxes its sub-account's events come to. */
export function UsedBy({ usedBy: { flows, inboxes }, all = false }: { usedBy: ConnectionView["usedBy"]; all?: boolean }) {
  const [open, setOpen] = useState(all);
  if (flows.length === 0 && inboxes.length === 0) return <span className="text-ink-3">No flow yet</span>;
  const shown = open ? flows : flows.slice(0, shownAtFirst);
  return (
    <ul>
      {shown.map((flow) => (
        <li key={flow.id} className="flex min-w-0 items-baseline gap-2">
          <Link to="/flows/$flowId" params={{ flowId: flow.id }} className="min-w-0 truncate rounded-sm text-accent-ink hover:underline">
            <bdi>{flow.name}</bdi>
          </Link>
          <span className="shrink-0 text-meta text-ink-3">{whereOf(flow)}</span>
        </li>
      ))}
      {!open && flows.length > shownAtFirst && (
        <li>
          <Button small kind="quiet" className="-ml-2" onClick={() => setOpen(true)}>
            Show all {count(flows.length)}
          </Button>
        </li>
      )}
      {inboxes.map((inbox) => (
        <li key={inbox.id} className="flex min-w-0 items-baseline gap-2">
          <Link to="/inboxes" className="min-w-0 truncate rounded-sm text-accent-ink hover:underline">
            <bdi>{inbox.name}</bdi>
          </Link>
          <span className="shrink-0 text-meta text-ink-3">inbox</span>
        </li>
      ))}
    </ul>
  );
}

/** Where the flow names it: what is published runs, a draft only may. */
function whereOf({ status, draft, published }: ConnectionView["usedBy"]["flows"][number]): string {
  if (!published) return "draft";
  const state = status === "on" ? "on" : "paused";
  return draft ? state : `${state}, published version only`;
}
