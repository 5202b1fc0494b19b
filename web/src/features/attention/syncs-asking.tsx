import { Link } from "@tanstack/react-router";
import type { Overview } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { capital, listed, plural } from "../../lib/words.ts";
import { Entry } from "./entry.tsx";

type ConcernedSync = Overview["syncs"][number];

/** Syncs that ask something, or have pairs that are not in step. */
export function SyncsAsking({ syncs }: { syncs: readonly ConcernedSync[] }) {
  return (
    <Section title="Syncs that wait for you">
      <ul className="flex flex-col gap-3">
        {syncs.map((sync) => (
          <Entry
            key={sync.id}
            urgency="asked"
            about={["Sync"]}
            title={<bdi>{sync.name}</bdi>}
            actions={
              <Button kind="primary" asChild>
                <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={whereOf(sync)}>
                  {sync.deletions > 0 ? "Answer" : "Look at the pairs"}
                </Link>
              </Button>
            }
          >
            <p>{asksWords(sync)}</p>
          </Entry>
        ))}
      </ul>
    </Section>
  );
}

/** "12 deletions to allow or refuse, and 3 conflicts to decide." */
export function asksWords({ deletions, conflicts, problems }: ConcernedSync): string {
  const parts = [
    deletions > 0 ? `${plural(deletions, "deletion")} to allow or refuse` : [],
    conflicts > 0 ? `${plural(conflicts, "conflict")} to decide` : [],
    problems > 0 ? `${plural(problems, "pair")} that could not be brought into step` : [],
  ].flat();
  return `${capital(listed(parts))}.`;
}

const whereOf = ({ deletions, conflicts }: ConcernedSync) =>
  deletions > 0 ? {} : { tab: "pairs" as const, show: conflicts > 0 ? ("conflicts" as const) : ("problems" as const) };
