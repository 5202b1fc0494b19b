import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight, CircleCheck } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import type { SyncView } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { RunMark } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useRunChanges } from "../../lib/events.ts";
import { useNow } from "../../lib/clock.ts";
import { latestRunsQuery } from "../../lib/queries.ts";
import { count, humanize } from "../../lib/words.ts";
import { AskingPanel } from "./asking-panel.tsx";
import { RecentChanges } from "./changes/changes-tab.tsx";
import { JobCard } from "./job-card.tsx";
import type { Shown } from "./search.ts";
import { readingWords, sinceWords } from "./standing.ts";
import { heardWords, shownWords } from "./texts.ts";
import { type BothWords, otherSide, type Side, sides } from "./types.ts";
import { useSideWords } from "./use-side-words.ts";

/** How a sync stands: what needs somebody, what it is doing, and what it did last. */
export function Overview({ sync }: { sync: SyncView }) {
  const words = useSideWords(sync.definition);
  return (
    <div className="flex flex-col gap-8">
      {sync.status === "asking" && sync.asking !== null && <AskingPanel sync={sync} words={words} />}
      {sync.job !== null && <JobCard sync={sync} job={sync.job} />}
      <div className="flex flex-col gap-3">
        <Tiles sync={sync} words={words} />
        <Readings sync={sync} words={words} />
      </div>
      <Differs sync={sync} />
      <RecentChanges sync={sync} words={words} />
      <Flows sync={sync} words={words} />
    </div>
  );
}

function Tiles({ sync, words }: { sync: SyncView; words: BothWords }) {
  const { counts, lastReadAt } = sync;
  const now = useNow();
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile title="In step since">
        {sync.inStepSince === null ? (counts.conflicts + counts.problems > 0 ? "Not now" : "Not yet") : sinceWords(sync.inStepSince, now)}
      </Tile>
      <Tile title="Pairs">{count(counts.linked)}</Tile>
      {sides.map((side) => (
        <Tile key={side} title={`${words[side].account} read`}>
          {lastReadAt[side] !== null ? <Time at={lastReadAt[side]} /> : isHeardOnly(sync.flows, side) ? "By webhook" : "Not yet"}
        </Tile>
      ))}
    </dl>
  );
}

/** How each side is read, in a sentence. */
function Readings({ sync, words }: { sync: SyncView; words: BothWords }) {
  return (
    <ul className="flex flex-col gap-1 text-meta text-ink-2">
      {sides.map((side) => {
        const reading = sync.reading[side];
        return (
          reading !== null && (
            <li key={side}>
              <bdi>{words[side].account}</bdi>: {readingWords(reading)}
            </li>
          )
        );
      })}
    </ul>
  );
}

function Tile({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 rounded-lg border border-line px-4 py-3">
      <dt className="truncate text-meta text-ink-3" title={title}>
        <bdi>{title}</bdi>
      </dt>
      <dd className="truncate text-section font-semibold tabular">{children}</dd>
    </div>
  );
}

const differing: readonly { show: Exclude<Shown, "all">; about: string; does: string }[] = [
  { show: "conflicts", about: "Both sides changed the same value, and you wanted to be asked.", does: "Decide" },
  { show: "problems", about: "The last attempt to bring them into step failed.", does: "Look at them" },
  { show: "waiting", about: "A record has no counterpart: none was found, several were, or none may be made.", does: "Look at them" },
  { show: "ignored", about: "Somebody took them out.", does: "Show them" },
];

/** What differs between both sides, and why, each with its list. */
function Differs({ sync }: { sync: SyncView }) {
  const there = differing.filter(({ show }) => sync.counts[show] > 0);
  const resting = Object.entries(sync.resting);
  return (
    <Section title="What differs">
      {there.length === 0 && resting.length === 0 && (
        <p className="flex items-center gap-2 text-ink-2">
          <Icon of={CircleCheck} className="text-success" />
          {sync.status === "asking" ? "Nothing else that needs somebody." : "Nothing that needs somebody."}
        </p>
      )}
      <ul className="flex flex-col">
        {there.map(({ show, about, does }) => (
          <li key={show} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-2.5">
            <p className="min-w-0 flex-1 basis-64">
              <span className="font-medium tabular">{count(sync.counts[show])}</span>{" "}
              <span className="font-medium">{shownWords[show].toLowerCase()}</span>
              <span className="block text-ink-2">{about}</span>
            </p>
            <Button small asChild>
              <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={{ tab: "pairs", show }}>
                {does}
                <span className="sr-only">: {shownWords[show].toLowerCase()}</span>
              </Link>
            </Button>
          </li>
        ))}
        {resting.map(([row, why]) => (
          <li key={row} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-2.5">
            <p className="min-w-0 flex-1 basis-64">
              <span className="font-medium">A field is left out</span>
              <span className="block text-ink-2">{why}</span>
            </p>
            <Button small asChild>
              <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={{ tab: "setup" }}>
                Choose another field
              </Link>
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The flows that carry the changes of each side, by its list and by its webhooks, with how their last runs went. */
function Flows({ sync, words }: { sync: SyncView; words: BothWords }) {
  if (sync.flows === null) return null;
  const { flows } = sync;
  return (
    <Section title="Runs">
      <ul className="flex flex-col">
        {sides.map((side) => {
          const events = Object.entries(flows.events[side]);
          const by = isHeardOnly(flows, side) ? "webhook" : events.length === 0 ? "list" : "both";
          return (
            <Fragment key={side}>
              <FlowLine flowId={flows[side]} words={words} side={side} about={heardWords({ by, every: sync.definition.every })} />
              {events
                .filter(([, flowId]) => flowId !== flows[side])
                .map(([event, flowId]) => (
                  <FlowLine key={event} flowId={flowId} words={words} side={side} event={event} />
                ))}
            </Fragment>
          );
        })}
      </ul>
    </Section>
  );
}

/** Whether a side has no list of all its records: its own flow is that of an event. */
const isHeardOnly = (flows: SyncView["flows"], side: Side): boolean =>
  flows !== null && Object.values(flows.events[side]).includes(flows[side]);

const shownRuns = 8;

interface FlowLineProps {
  flowId: string;
  side: Side;
  words: BothWords;
  /** How changes are noticed there. */
  about?: string;
  /** The webhook event that it hears. */
  event?: string;
}

function FlowLine({ flowId, side, words, about, event }: FlowLineProps) {
  const filter = { flow: flowId };
  const query = useQuery(latestRunsQuery(filter, shownRuns));
  useRunChanges((changed) => {
    if (changed.length === 0 || changed.some((run) => run.flowId === flowId)) void query.refetch();
  }, 3_000);
  const runs = query.data?.runs ?? [];
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-2">
      <Link
        to="/runs"
        search={{ flow: flowId }}
        className="flex min-w-0 flex-1 basis-64 items-center gap-2 font-medium hover:underline hover:underline-offset-2"
      >
        <bdi className="truncate">{words[side].account}</bdi>
        <Icon of={ArrowRight} size={13} className="shrink-0 text-ink-3" />
        <span className="sr-only">to</span>
        <bdi className="truncate">{words[otherSide(side)].account}</bdi>
        {event !== undefined && <bdi className="truncate font-normal text-ink-2">{humanize(event)}</bdi>}
      </Link>
      {about !== undefined && <span className="order-last basis-full text-ink-2">{about}</span>}
      <span className="flex items-center gap-1">
        {runs.length === 0 && <span className="text-ink-3">No runs yet</span>}
        {runs.map((run) => (
          <Link key={run.id} to="/runs/$runId" params={{ runId: run.id }} className="inline-flex rounded-sm p-0.5 hover:bg-hover">
            <RunMark state={run.state} replayedBy={run.replayedBy} />
          </Link>
        ))}
      </span>
    </li>
  );
}
