import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { RunView } from "#api/schemas.ts";
import { Person } from "../../components/person.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { api } from "../../lib/api.ts";
import { inTurn } from "../../lib/in-turn.ts";
import { attentionQuery } from "../../lib/queries.ts";
import { count, plural } from "../../lib/words.ts";

/** The clothes of an entry. */
export const cardClass = "rounded-lg border border-line bg-raised";

/** Puts runs aside; they stay in the list of runs. */
export function DismissRuns({ ids }: { ids: readonly string[] }) {
  const cache = useQueryClient();
  const dismiss = useMutation({
    mutationFn: () => inTurn(ids, 4, (id) => api.runs.dismiss({ id })),
    onSuccess: () => toast.success(`Dismissed ${plural(ids.length, "run")}. They stay in the list of runs`),
    onSettled: () =>
      Promise.all([cache.invalidateQueries({ queryKey: attentionQuery().queryKey }), cache.invalidateQueries({ queryKey: ["overview"] })]),
  });
  return (
    <Button kind="quiet" busy={dismiss.isPending} onClick={() => dismiss.mutate()}>
      Dismiss {ids.length > 1 ? count(ids.length) : ""}
    </Button>
  );
}

const peopleAtFirst = 3;

/** Whom the runs of an entry are about. */
export function People({ runs }: { runs: readonly RunView[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? runs : runs.slice(0, peopleAtFirst);
  return (
    <ul className="border-t border-line">
      {shown.map((run) => (
        <li key={run.id} className="relative flex h-9 items-center gap-3 px-4 transition-colors hover:bg-hover">
          <Link to="/runs/$runId" params={{ runId: run.id }} className="stretched min-w-0 flex-1 truncate -outline-offset-1">
            <Person name={run.person} />
          </Link>
          <span className="shrink-0 text-ink-3 tabular">
            <Time at={run.createdAt} />
          </span>
        </li>
      ))}
      {runs.length > peopleAtFirst && (
        <li className="px-2 py-1">
          <Button small kind="quiet" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${count(runs.length)}`}
          </Button>
        </li>
      )}
    </ul>
  );
}
