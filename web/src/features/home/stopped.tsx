import { Link } from "@tanstack/react-router";
import { CircleX } from "lucide-react";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { Icon } from "../../components/ui/icon.tsx";
import { Time } from "../../components/time.tsx";
import type { Group } from "../../lib/groups.ts";
import { useAttention } from "../../lib/use-attention.ts";
import { count, plural } from "../../lib/words.ts";

const shownAtOnce = 3;

/** The runs that stopped and wait for a person, by reason; nothing while none does. What keeps several flows from running is in the notices. */
export function Stopped() {
  const { groups } = useAttention().entries;
  if (groups.length === 0) return null;
  const more = groups.length - shownAtOnce;
  return (
    <section aria-label="Stopped runs" className="mb-4 rounded-lg border border-line bg-raised">
      <ul className="divide-y divide-line">
        {groups.slice(0, shownAtOnce).map((group) => (
          <li key={group.key}>
            <StoppedLine group={group} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="border-t border-line px-4 py-2 text-ink-2">
          And {plural(more, "other reason")}.{" "}
          <Link to="/attention" className="rounded-sm font-medium text-accent-ink hover:underline">
            See all
          </Link>
        </p>
      )}
    </section>
  );
}

function StoppedLine({ group: { flow, error, runs } }: { group: Group }) {
  const [newest] = runs;
  const one = runs.length === 1;
  return (
    <Link
      to="/attention"
      className="flex items-start gap-2.5 px-4 py-3 -outline-offset-2 transition-colors first:rounded-t-lg last:rounded-b-lg hover:bg-sunken"
    >
      <Icon of={CircleX} className="mt-0.5 shrink-0 text-failure" />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">
          {one ? "A run" : `${count(runs.length)} runs`} of <bdi>{flow.name}</bdi> stopped, and {one ? "waits" : "wait"} for you
        </span>
        <span className="block text-ink-2">{error === null ? (newest?.summary ?? "Somebody has to decide.") : saidOfField(error)}</span>
      </span>
      {newest !== undefined && (
        <span className="shrink-0 text-meta leading-5 text-ink-3">
          <Time at={newest.createdAt} />
        </span>
      )}
    </Link>
  );
}
