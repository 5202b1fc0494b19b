import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import type { RunView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Person } from "../../components/person.tsx";
import { ReplayDialog } from "../../components/replay.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { runQuery } from "../../lib/queries.ts";
import { refusedValues } from "../../lib/refused-values.ts";
import { useDismiss } from "../../lib/use-dismiss.ts";
import { count, plural } from "../../lib/words.ts";

/** Above it, a dismissal is asked about first. */
const mostUnasked = 5;

/** Takes runs off this page; they stay in the list of runs. It can be undone, and for many it is asked first. */
export function DismissRuns({ ids }: { ids: readonly string[] }) {
  const [asking, setAsking] = useState(false);
  const dismiss = useDismiss(ids);
  const what = plural(ids.length, "run");
  const begin = () => {
    setAsking(false);
    dismiss.mutate();
  };
  return (
    <>
      <Button kind="quiet" busy={dismiss.isPending} onClick={() => (ids.length > mostUnasked ? setAsking(true) : dismiss.mutate())}>
        Dismiss {ids.length > 1 ? what : ""}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Dismiss ${what}?`}
        action={`Dismiss ${what}`}
        harmless
        onConfirm={begin}
      >
        They leave Needs attention without being replayed. You still find them under Runs, and can replay them there.
      </Confirm>
    </>
  );
}

/** Asks how to replay, with what is advised chosen. */
export function ReplayRuns({
  ids,
  by = "same",
  primary = false,
  refused = false,
}: {
  ids: readonly string[];
  by?: "same" | "published";
  primary?: boolean;
  /** The data of the runs was refused. */
  refused?: boolean;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind={primary ? "primary" : "secondary"} icon={<Icon of={RotateCcw} size={14} />} onClick={() => setAsking(true)}>
        Replay {plural(ids.length, "run")}
      </Button>
      <ReplayDialog ids={ids} resumable by={by} refused={refused} open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

const peopleAtFirst = 3;
/** A value that was refused is in the run, which is loaded for it. */
const mostLookedInto = 12;

interface PeopleProps {
  runs: readonly RunView[];
  /** What is said of one of them alone. */
  wordsOf?: (run: RunView) => string | null;
  /** What came with each is what may be wrong: its line leads to correcting it. */
  correctable?: boolean;
  /** What came with each was refused: its line shows the value. */
  isRefused?: boolean;
}

/** Whom the runs of an entry are about. */
export function People({ runs, wordsOf = () => null, correctable = false, isRefused = false }: PeopleProps) {
  const [all, setAll] = useState(false);
  const shown = all ? runs : runs.slice(0, peopleAtFirst);
  return (
    <ul className="border-t border-line">
      {shown.map((run, index) => (
        <PersonLine key={run.id} run={run} words={wordsOf(run)} correctable={correctable} isRefused={isRefused && index < mostLookedInto} />
      ))}
      {runs.length > peopleAtFirst && (
        <li className="px-2 py-1 sm:pl-[3.25rem]">
          <Button small kind="quiet" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${count(runs.length)}`}
          </Button>
        </li>
      )}
    </ul>
  );
}

interface PersonLineProps {
  run: RunView;
  words: string | null;
  correctable: boolean;
  isRefused: boolean;
}

/** The value that was refused: "Phone: call me". */
function Refused({ run }: { run: RunView }) {
  const steps = useQuery({ ...runQuery(run.id), staleTime: Infinity }).data?.steps;
  const values = run.error === null || steps === undefined ? [] : refusedValues(run.error, steps);
  if (values.length === 0) return null;
  return <bdi className="max-w-full truncate text-failure">{values.join(", ")}</bdi>;
}

/** One of them, as a link to the run: by name and address, as far as both are known. */
function PersonLine({ run, words, correctable, isRefused }: PersonLineProps) {
  return (
    <li className="relative flex min-h-9 items-center gap-3 px-4 py-1.5 transition-colors hover:bg-hover sm:pl-[3.875rem]">
      <Link
        to="/runs/$runId"
        params={{ runId: run.id }}
        className="stretched flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2 -outline-offset-1"
      >
        <span className="max-w-full truncate font-medium">
          <Person name={run.name ?? run.person} />
        </span>
        {run.name !== null && (
          <span className="max-w-full truncate text-meta text-ink-3">
            <Person name={run.person} />
          </span>
        )}
        {isRefused && <Refused run={run} />}
        {words !== null && <span className="w-full truncate text-meta text-ink-2">{words}</span>}
      </Link>
      {correctable && (
        <May scope="runs:write">
          <Link
            to="/runs/$runId"
            params={{ runId: run.id }}
            search={{ edit: true }}
            aria-label={`Correct the data of ${run.name ?? run.person ?? "this run"}`}
            className="relative z-10 shrink-0 rounded-sm text-meta font-medium text-accent-ink hover:underline"
          >
            Correct the data
          </Link>
        </May>
      )}
      <span className="shrink-0 text-meta text-ink-3 tabular">
        <Time at={run.createdAt} />
      </span>
    </li>
  );
}
