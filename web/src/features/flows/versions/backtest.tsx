import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { BacktestView, FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { cx } from "../../../lib/cx.ts";
import { allSteps } from "../../flow-editor/document/place.ts";
import { messageOf } from "../../../lib/query.ts";
import { humanize, plural } from "../../../lib/words.ts";

const againMs = 1_500;

/** The newest backtest of a flow; null: there was none. Looked at again while it runs. */
const newestBacktest = (id: string) =>
  queryOptions({
    queryKey: ["flows", id, "backtest"],
    queryFn: async (): Promise<BacktestView | null> => {
      const [newest] = (await api.flows.backtests({ id })).backtests;
      return newest ?? null;
    },
    refetchInterval: ({ state: { data } }) => (data?.state === "running" ? againMs : false),
  });

/** Tries the draft on the events that were kept, without a write. It goes on when one leaves, and is found here again. */
export function Backtest({ flow }: { flow: FlowDetail }) {
  const cache = useQueryClient();
  const options = newestBacktest(flow.id);
  const newest = useQuery(options).data ?? null;
  const start = useMutation({
    mutationFn: () => api.flows.backtest({ id: flow.id, body: {} }),
    meta: { quiet: true },
    onSuccess: (started) => cache.setQueryData(options.queryKey, started),
  });
  const cancel = useMutation({
    mutationFn: (backtest: string) => api.flows.cancelBacktest({ id: flow.id, backtest }),
    meta: { quiet: true },
    onSettled: () => cache.invalidateQueries({ queryKey: options.queryKey }),
  });
  const error = start.error ?? cancel.error;
  const running = newest?.state === "running";
  const isOld = newest !== null && newest.revision !== null && newest.revision !== flow.revision;
  return (
    <section aria-label="Backtest" className="flex flex-col gap-3 rounded-lg border border-line p-3.5">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 text-ink-2">
          {newest === null ? "See what it would do with events that came before. Nothing is written." : <Progress backtest={newest} />}
          {isOld && <span className="block text-warning">The draft has changed since. This is what it did before.</span>}
        </p>
        {running ? (
          <Button small busy={cancel.isPending} onClick={() => cancel.mutate(newest.id)}>
            Cancel backtest
          </Button>
        ) : (
          <Button small icon={<Icon of={History} size={13} />} busy={start.isPending} onClick={() => start.mutate()}>
            {isOld ? "Run again" : "Try on the last 100 events"}
          </Button>
        )}
      </div>
      {running && <progress aria-label="Events tried" className="h-1.5 w-full accent-accent" value={newest.done} max={newest.total} />}
      {error && <p className="rounded-md bg-failure-soft px-3 py-2">{messageOf(error)}</p>}
      {newest !== null && newest.done > 0 && <Found backtest={newest} definition={flow.definition} isOld={isOld} />}
    </section>
  );
}

function Progress({ backtest: { state, done, total, startedAt, stopped } }: { backtest: BacktestView }) {
  if (state === "running") return `Tried ${done} of ${plural(total, "event")}.`;
  if (total === 0) return "No event is kept yet, so there is nothing to try it on.";
  return (
    <>
      Tried on {done === total ? plural(done, "event") : `${done} of ${plural(total, "event")}`}, <Time at={startedAt} />.
      {stopped !== null && ` ${stopped}.`}
    </>
  );
}

type Counts = BacktestView["draft"];

const rows: readonly [title: string, of: (counts: Counts) => number][] = [
  ["Creates", ({ effects }) => effects.create],
  ["Updates", ({ effects }) => effects.update],
  ["Unchanged", ({ effects }) => effects.unchanged],
  ["Deletes", ({ effects }) => effects.delete],
  ["Other writes", ({ effects }) => effects.other],
  ["Filtered", ({ outcomes }) => outcomes.filtered],
  ["Not complete", ({ outcomes }) => outcomes.incomplete],
  ["Failing", ({ outcomes }) => outcomes.failed],
];
/** Counts that are shown even where they are zero. */
const always = new Set(["Creates", "Updates", "Filtered", "Failing"]);

interface FoundProps {
  backtest: BacktestView;
  definition: FlowDefinition;
  isOld: boolean;
}

/** The step at the end of a path, by its number; one that the draft no longer has by its name. */
function stepNumber(path: string, definition: FlowDefinition): string {
  const id =
    path
      .replace(/\[\d+\]/g, "")
      .split("/")
      .at(-1) ?? path;
  const placed = allSteps(definition).find(({ step }) => step.id === id);
  return placed === undefined ? humanize(id) : `Step ${placed.number}`;
}

/** What the draft would do with the events, beside what the published version would. */
function Found({ backtest: { draft, published, different }, definition, isOld }: FoundProps) {
  const shown = rows.filter(([title, of]) => always.has(title) || of(draft) > 0 || (published !== null && of(published) > 0));
  return (
    <>
      <table className={cx("w-full text-left", isOld && "outdated")}>
        <thead className="text-meta text-ink-3">
          <tr>
            <th scope="col" className="py-1 font-medium">
              Of these events
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              This draft
            </th>
            {published !== null && (
              <th scope="col" className="py-1 text-right font-medium">
                Version before
              </th>
            )}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line">
          {shown.map(([title, of]) => (
            <tr key={title}>
              <th scope="row" className="py-1 font-normal">
                {title}
              </th>
              <td className="py-1 text-right tabular">{of(draft)}</td>
              {published !== null && <td className="py-1 text-right text-ink-3 tabular">{of(published)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {different > 0 && <p className="text-ink-2">{plural(different, "event")} would end otherwise than with the version before.</p>}
      {draft.failures.length > 0 && (
        <Disclosure open summary={<span className="text-failure">Why events would fail</span>}>
          <ul className="flex flex-col gap-2">
            {draft.failures.map(({ step, code, message, count, event, person }) => (
              <li key={`${step} ${code} ${message}`}>
                <p>
                  <span className="tabular">{count}×</span> {message}
                </p>
                <p className="text-meta text-ink-3">
                  {step !== null && `${stepNumber(step, definition)}, `}for example with <bdi>{person ?? `event ${event}`}</bdi>
                </p>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </>
  );
}
