import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, RotateCcw } from "lucide-react";
import { useEffect, useState } from "react";
import { capital } from "#kernel/words.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { Outages } from "../../components/outages.tsx";
import { Page, Section } from "../../components/page.tsx";
import { ReplayDialog } from "../../components/replay.tsx";
import { RunMark } from "../../components/status.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useRunChanges } from "../../lib/events.ts";
import { blamedConnection, blamedHost, fixFor, vendorSentence } from "../../lib/fix.ts";
import { lostInError } from "../../lib/lost-name.ts";
import { attentionQuery, waitingReplaysQuery } from "../../lib/queries.ts";
import { countOf, useAttention } from "../../lib/use-attention.ts";
import { rememberWalk } from "../../lib/walk.ts";
import { plural } from "../../lib/words.ts";
import { CauseCard } from "./cause-card.tsx";
import { type Cause, type ConcernedFlow, heldBack } from "../../lib/causes.ts";
import type { Group } from "../../lib/groups.ts";
import { DismissRuns, People, cardClass } from "./run-parts.tsx";
import { WaitingReplays } from "./waiting-replays.tsx";

/** Everything a person must see: first what keeps runs from going on, then what would stop the next ones. One entry for each cause. */
export function AttentionPage() {
  const cache = useQueryClient();
  const { query, entries } = useAttention();
  const { causes, flows: own, groups, hosts, waiting } = entries;
  useRunChanges(() => {
    void cache.invalidateQueries({ queryKey: attentionQuery().queryKey });
    void cache.invalidateQueries({ queryKey: waitingReplaysQuery().queryKey });
  }, 3_000);
  return (
    <Page title="Needs attention" about="Nothing here is lost: each entry rests until you replay it or put it aside.">
      <Outages outages={hosts} />
      <Loaded query={query} skeleton={<SkeletonCards />}>
        {() => {
          const stopping = causes.filter((cause) => heldBack(cause) > 0);
          const coming = causes.filter((cause) => heldBack(cause) === 0);
          if (countOf(entries) === 0) return <Nothing />;
          return (
            <div className="flex flex-col gap-8">
              {stopping.length + groups.length > 0 && (
                <Stopped
                  causes={stopping}
                  groups={groups}
                  more={query.hasNextPage}
                  loading={query.isFetchingNextPage}
                  onMore={() => void query.fetchNextPage()}
                />
              )}
              {waiting.length > 0 && <WaitingReplays waiting={waiting} />}
              {coming.length + own.length > 0 && <Coming causes={coming} flows={own} />}
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Nothing() {
  return (
    <Empty
      icon={CircleCheck}
      action={
        <Button asChild>
          <Link to="/runs">Open runs</Link>
        </Button>
      }
    >
      Nothing needs you. Runs that fail or are held, flows that would fail, and connections that break, wait here for you.
    </Empty>
  );
}

interface StoppedProps {
  causes: readonly Cause[];
  /** Those that stopped for a reason of their own. */
  groups: readonly Group[];
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** What keeps runs from going on. */
function Stopped({ causes, groups, more, loading, onMore }: StoppedProps) {
  const runs = groups.flatMap((group) => group.runs);
  const order = [...causes.flatMap((cause) => cause.runs), ...runs].map(({ id }) => id).join(" ");
  useEffect(() => rememberWalk(order.split(" ")), [order]);
  const total = runs.length + causes.reduce((sum, cause) => sum + heldBack(cause), 0);
  return (
    <Section
      title="Runs that stopped or wait"
      aside={
        <span className="text-meta text-ink-3 tabular">
          {plural(total, "run")}
          {more ? " and older ones" : ""}
        </span>
      }
    >
      <ul className="flex flex-col gap-3">
        {causes.map((cause) => (
          <CauseCard key={cause.key} cause={cause} />
        ))}
        {groups.map((group) => (
          <GroupCard key={group.key} group={group} />
        ))}
      </ul>
      {more && (
        <div className="flex justify-center pt-5">
          <Button busy={loading} onClick={onMore}>
            Load older
          </Button>
        </div>
      )}
    </Section>
  );
}

/** What has stopped no run yet. */
function Coming({ causes, flows }: { causes: readonly Cause[]; flows: readonly ConcernedFlow[] }) {
  return (
    <Section title="Before it stops a run">
      <ul className="flex flex-col gap-3">
        {causes.map((cause) => (
          <CauseCard key={cause.key} cause={cause} />
        ))}
        {flows.map((one) => (
          <FlowCard key={one.flow.id} concerned={one} />
        ))}
      </ul>
    </Section>
  );
}

/** A flow with a trouble of its own. */
function FlowCard({ concerned: { flow, trouble } }: { concerned: ConcernedFlow }) {
  const said = flow.reason ?? flow.trigger.lastError?.message;
  return (
    <li className={`${cardClass} flex flex-wrap items-start gap-x-4 gap-y-3 p-4`}>
      <AppMark app={flow.trigger.app} size={32} />
      <div className="min-w-0 flex-1 basis-56">
        <h3 className="truncate text-body font-medium">
          <bdi>{flow.name}</bdi>
        </h3>
        {said !== undefined && <p className="mt-0.5 text-ink-2">{said}</p>}
        {trouble !== null && <p className="mt-0.5 text-ink-2">{`${capital(trouble.where)}: ${trouble.problem.replace(/\.$/, "")}.`}</p>}
      </div>
      <Button asChild>
        <Link to="/flows/$flowId" params={{ flowId: flow.id }} search={trouble === null ? {} : { tab: "checks" }}>
          {trouble === null ? "Open the flow" : "Open its checks"}
        </Link>
      </Button>
    </li>
  );
}

function GroupCard({ group }: { group: Group }) {
  const { error, flow, runs } = group;
  const first = runs[0];
  const vendor = error === null ? null : vendorSentence(error);
  return (
    <li className={cardClass}>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex items-center gap-2 text-meta text-ink-3">
            {first && <RunMark state={first.state} />}
            <Link to="/flows/$flowId" params={{ flowId: flow.id }} className="min-w-0 truncate rounded-sm hover:text-ink hover:underline">
              <bdi>{flow.name}</bdi>
            </Link>
          </p>
          <h3 className="mt-1 text-body font-medium">
            {(error && saidOfField(error)) ?? first?.summary ?? "Held: somebody has to decide."}
          </h3>
          {vendor !== null && <blockquote className="mt-1.5 border-l-2 border-line-strong pl-3 text-ink-2">{vendor}</blockquote>}
          {error !== null && <p className="mt-1 text-ink-2">{fixFor(error).explain}</p>}
        </div>
        <May scope="runs:write">
          <Fixes group={group} />
        </May>
      </div>
      <People runs={runs} />
    </li>
  );
}

function Fixes({ group }: { group: Group }) {
  const [asking, setAsking] = useState(false);
  const ids = group.runs.map((run) => run.id);
  const connection = group.error === null ? null : blamedConnection(group.error);
  const remedy = group.error === null ? "replay" : fixFor(group.error).remedy;
  const lost = group.error === null ? null : lostInError(group.flow.id, group.error);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <DismissRuns ids={ids} />
      {remedy === "connection" && (
        <Button asChild>
          <Link to="/connections" search={connection === null ? {} : { renew: connection }}>
            {connection === null ? "Open connections" : `Reconnect ${connection}`}
          </Link>
        </Button>
      )}
      {remedy === "address" && group.error !== null && (
        <May scope="settings:write">
          <Button asChild>
            <Link to="/connections" search={{ allow: blamedHost(group.error) ?? undefined }}>
              Allow this address
            </Link>
          </Button>
        </May>
      )}
      {lost !== null && <UseInstead lost={lost} replay={ids} primary />}
      {remedy === "flow" && (
        <Button asChild>
          <Link to="/flows/$flowId" params={{ flowId: group.flow.id }} {...(lost !== null && { search: { tab: "checks" as const } })}>
            Open the flow
          </Link>
        </Button>
      )}
      <Button icon={<Icon of={RotateCcw} size={14} />} onClick={() => setAsking(true)}>
        Replay {plural(ids.length, "run")}
      </Button>
      <ReplayDialog ids={ids} resumable open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}
