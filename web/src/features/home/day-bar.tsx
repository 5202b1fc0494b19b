import { Link } from "@tanstack/react-router";
import type { Overview, RunView } from "#api/schemas.ts";
import { RunMark, runLooks } from "../../components/status.tsx";
import { cx } from "../../lib/cx.ts";
import { count } from "../../lib/words.ts";

type State = RunView["state"];
const order: State[] = ["succeeded", "filtered", "waiting", "running", "queued", "cancelled", "held", "failed"];

const fills: Record<State, string> = {
  succeeded: "bg-success",
  filtered: "bg-line-strong",
  waiting: "bg-waiting",
  running: "bg-accent",
  queued: "bg-line-strong",
  cancelled: "bg-line-strong",
  held: "bg-held",
  failed: "bg-failure",
};

/** The runs of the last 24 hours as one bar, each state a part of it and a link to its runs. */
export function DayBar({ runs, replayed }: Pick<Overview, "runs" | "replayed">) {
  const parts = order.map((state) => ({ state, n: runs[state] ?? 0 })).filter(({ n }) => n > 0);
  const total = parts.reduce((sum, { n }) => sum + n, replayed);
  return (
    <section aria-label="Runs of the last 24 hours" className="mb-8 rounded-lg border border-line bg-raised px-4 pt-3.5 pb-3">
      <p className="text-ui font-medium text-ink-2">Last 24 hours</p>
      <p className="mt-1 text-page font-semibold tracking-[-0.014em] tabular">
        {count(total)} <span className="font-normal text-ink-3">{total === 1 ? "run" : "runs"}</span>
      </p>
      <div aria-hidden className="mt-3 flex h-2 gap-0.5 overflow-hidden rounded-full bg-neutral-soft">
        {parts.map(({ state, n }) => (
          <span key={state} className={cx("min-w-1", fills[state])} style={{ flexGrow: n, flexBasis: 0 }} />
        ))}
        {replayed > 0 && <span className="min-w-1 bg-line-strong" style={{ flexGrow: replayed, flexBasis: 0 }} />}
      </div>
      <ul className="mt-2 -ml-2 flex flex-wrap">
        {parts.map(({ state, n }) => (
          <li key={state}>
            <Link
              to="/runs"
              search={{ state, since: "24h" }}
              className="flex h-8 items-center gap-1.5 rounded-md px-2 outline-offset-0 transition-colors hover:bg-hover"
            >
              <RunMark state={state} />
              <span className="font-medium tabular">{count(n)}</span>
              <span className="text-ink-2">{runLooks[state].word}</span>
            </Link>
          </li>
        ))}
        {replayed > 0 && (
          <li>
            <Link
              to="/runs"
              search={{ state: "failed,held", since: "24h" }}
              className="flex h-8 items-center gap-1.5 rounded-md px-2 outline-offset-0 transition-colors hover:bg-hover"
            >
              <RunMark state="failed" replayedBy="" />
              <span className="font-medium tabular">{count(replayed)}</span>
              <span className="text-ink-2">Replayed since</span>
            </Link>
          </li>
        )}
        {total === 0 && <li className="px-2 text-ink-3">No event came in.</li>}
      </ul>
    </section>
  );
}
