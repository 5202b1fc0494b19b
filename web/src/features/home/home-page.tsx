import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import type { ReactNode } from "react";
import type { Overview, TemplateView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { LiveDot } from "../../components/live-dot.tsx";
import { Page, Section } from "../../components/page.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { TemplateCards } from "../../components/template-card.tsx";
import { Button } from "../../components/ui/button.tsx";
import { SkeletonCards, SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { cx } from "../../lib/cx.ts";
import { useRunChanges } from "../../lib/events.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { latestRunsQuery, overviewQuery, templatesQuery } from "../../lib/queries.ts";
import { useAttention } from "../../lib/use-attention.ts";
import { count, plural } from "../../lib/words.ts";
import { DayBar } from "./day-bar.tsx";
import { Outages } from "../../components/outages.tsx";
import { Notices } from "./notices.tsx";
import { Stopped } from "./stopped.tsx";

/** How things stand: what came in today, what needs a person, what is under way. */
export function HomePage() {
  const cache = useQueryClient();
  const overview = useQuery(overviewQuery());
  useRunChanges(() => void cache.invalidateQueries({ queryKey: latestRunsQuery({}, shownRuns).queryKey }), 2_000);
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  return (
    <Page title="Home" actions={<LiveDot />}>
      <Loaded query={overview} skeleton={<SkeletonCards cards={2} />}>
        {(data) => (
          <>
            <Outages outages={data.outages} />
            <Notices warnings={data.warnings} outages={data.outages} />
            {data.flows.total === 0 && (
              <May scope="flows:write">
                <FirstFlow />
              </May>
            )}
            <Stopped />
            <Tiles overview={data} />
            <DayBar runs={data.runs} replayed={data.replayed} />
            {data.flows.total > 0 && <RecentRuns />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

const shownRuns = 10;

function Tiles({ overview }: { overview: Overview }) {
  const { underWay, connections, flows, outages } = overview;
  const entries = useAttention().count;
  const { queued, running, waiting } = underWay;
  return (
    <div className="mb-4 grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:grid-cols-4">
      <Tile
        title="Needs attention"
        to="/attention"
        value={entries === null ? "…" : count(entries)}
        tone={entries !== null && entries > 0 ? "failure" : "calm"}
        note={entries === null ? "Counting" : attentionNote(entries, overview.attention)}
      />
      <Tile
        title="Under way"
        to="/runs"
        search={{ state: "queued,running,waiting" }}
        value={count(queued + running + waiting)}
        note={underWayNote(underWay)}
      />
      <Tile
        title="Connections"
        to="/connections"
        value={`${count(connections.connected)}`}
        of={connections.total}
        tone={connections.broken > 0 || outages.length > 0 ? "failure" : "calm"}
        note={connectionNote(connections, outages)}
      />
      <Tile
        title="Flows on"
        to="/flows"
        value={count(flows.on)}
        of={flows.total}
        note={flows.total === 0 ? "None yet" : flows.on === flows.total ? "All on" : `${count(flows.total - flows.on)} paused or draft`}
      />
    </div>
  );
}

/** An entry may be a connection that broke or a name that is gone, before any run stopped for it. */
function attentionNote(entries: number, runs: number): string {
  if (entries === 0) return "Nothing needs you";
  return runs === 0 ? "Before any run stopped" : `With ${plural(runs, "stopped run")}`;
}

function underWayNote(runs: Overview["underWay"]): string {
  const parts = [
    [runs.running, "running"],
    [runs.queued, "in the queue"],
    [runs.waiting, "waiting"],
  ] as const;
  const some = parts.filter(([n]) => n > 0).map(([n, word]) => `${count(n)} ${word}`);
  return some.length === 0 ? "Nothing waits" : some.join(", ");
}

function connectionNote({ total, broken, untested }: Overview["connections"], outages: Overview["outages"]): string {
  if (total === 0) return "None yet";
  if (broken > 0) return `${plural(broken, "connection")} to look at`;
  const [down, ...more] = outages;
  if (down !== undefined)
    return more.length === 0 ? `Trouble with ${down.app ?? down.host ?? "an app"}` : `Trouble with ${count(outages.length)} systems`;
  return untested > 0 ? `${count(untested)} not tested` : "All connected";
}

interface TileProps extends Pick<LinkProps, "to" | "search"> {
  title: string;
  value: string;
  of?: number;
  note: ReactNode;
  tone?: "failure" | "calm";
}

function Tile({ title, value, of, note, tone = "calm", to, search }: TileProps) {
  return (
    <Link
      {...{ to, search }}
      className="group/tile flex flex-col bg-raised px-4 py-3.5 -outline-offset-2 transition-colors hover:bg-sunken"
    >
      <span className="text-ui font-medium text-ink-2">{title}</span>
      <span className={cx("mt-1 text-page font-semibold tracking-[-0.014em] tabular", tone === "failure" ? "text-failure" : "text-ink")}>
        {value}
        {of !== undefined && of > 0 && <span className="font-normal text-ink-3"> of {count(of)}</span>}
      </span>
      <span className="text-meta text-ink-3">{note}</span>
    </Link>
  );
}

function RecentRuns() {
  const query = useQuery(latestRunsQuery({}, shownRuns));
  return (
    <Section
      title="Recent runs"
      aside={
        <Button small kind="quiet" asChild>
          <Link to="/runs">All runs</Link>
        </Button>
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={6} />}>
        {({ runs }) => (runs.length === 0 ? <Start /> : <RunTable label="Recent runs" runs={runs} />)}
      </Loaded>
    </Section>
  );
}

/** Where a newcomer can begin. */
function FirstFlow() {
  const query = useQuery(templatesQuery());
  return (
    <Section
      className="mb-8"
      title="Start from a template"
      aside={
        <span className="flex gap-1">
          <Button small kind="quiet" asChild>
            <Link to="/flows" search={{ new: "1" }}>
              New flow
            </Link>
          </Button>
          <Button small kind="quiet" asChild>
            <Link to="/templates">All templates</Link>
          </Button>
        </span>
      }
    >
      <p className="mb-3 max-w-2xl text-ink-2">
        A ready-made flow is live in three steps: connect your apps, choose and map, test with sample data.
      </p>
      <Loaded query={query} skeleton={<SkeletonCards cards={6} />}>
        {(templates) => <TemplateCards templates={firstOfEach(templates)} label="Templates to start from" />}
      </Loaded>
    </Section>
  );
}

const offered = 6;

/** One of each category first, so that everybody finds something of theirs. */
function firstOfEach(templates: readonly TemplateView[]): TemplateView[] {
  const first = templates.filter(({ category }, i) => templates.findIndex((each) => each.category === category) === i);
  return [...first, ...templates.filter((template) => !first.includes(template))].slice(0, offered);
}

/** Before the first run. */
function Start() {
  return (
    <Empty
      icon={Activity}
      action={
        <Button kind="primary" asChild>
          <Link to="/flows">Open flows</Link>
        </Button>
      }
    >
      Runs appear here as soon as a flow receives its first event.
    </Empty>
  );
}
