import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useEffect } from "react";
import { capital } from "#kernel/words.ts";
import { Outages } from "../../components/outages.tsx";
import { Page, Section } from "../../components/page.tsx";
import { SubAccounts } from "../../components/sub-account.tsx";
import { Button } from "../../components/ui/button.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { type Cause, type ConcernedFlow, heldBack } from "../../lib/causes.ts";
import { useRunChanges } from "../../lib/events.ts";
import type { Group } from "../../lib/groups.ts";
import { attentionQuery, waitingReplaysQuery } from "../../lib/queries.ts";
import { countOf, useAttention } from "../../lib/use-attention.ts";
import { rememberWalk } from "../../lib/walk.ts";
import { count, plural } from "../../lib/words.ts";
import { Approvals } from "./approvals.tsx";
import { CauseCard } from "./cause-card.tsx";
import { Entry } from "./entry.tsx";
import { GroupCard } from "./group-card.tsx";
import { useSurroundings } from "./surroundings.ts";
import { EndpointsOff } from "./endpoints-off.tsx";
import { SyncsAsking } from "./syncs-asking.tsx";
import { WaitingReplays } from "./waiting-replays.tsx";

/** Everything a person must see: first what keeps runs from going on, then what would stop the next ones. One entry for each cause. */
export function AttentionPage() {
  const cache = useQueryClient();
  const { query, entries } = useAttention();
  const { causes, flows: own, groups, hosts, waiting, approvals, endpoints, syncs } = entries;
  useRunChanges(() => {
    void cache.invalidateQueries({ queryKey: attentionQuery().queryKey });
    void cache.invalidateQueries({ queryKey: waitingReplaysQuery().queryKey });
  }, 3_000);
  return (
    <Page title="Needs attention" about="Nothing here is lost: each entry stays until you replay or dismiss it.">
      <Outages outages={hosts} />
      <Loaded query={query} skeleton={<SkeletonCards />}>
        {() => {
          const stopping = causes.filter((cause) => heldBack(cause) > 0);
          const coming = causes.filter((cause) => heldBack(cause) === 0);
          if (countOf(entries) === 0) return <Nothing />;
          return (
            <div className="flex flex-col gap-8">
              {approvals.length > 0 && <Approvals approvals={approvals} />}
              {syncs.length > 0 && <SyncsAsking syncs={syncs} />}
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
              {endpoints.length > 0 && <EndpointsOff endpoints={endpoints} />}
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
  const around = useSurroundings();
  return (
    <Section
      title="Runs that stopped or wait"
      aside={
        <span className="text-meta text-ink-3 tabular">
          {totalWords({
            stopped: runs.length + sum(causes, (one) => one.runs.length),
            waiting: sum(causes, (one) => one.outage?.waiting ?? 0),
            reasons: causes.length + groups.length,
          })}
          {more ? ", and older ones" : ""}
        </span>
      }
    >
      <ul className="flex flex-col gap-3">
        {causes.map((cause) => (
          <CauseCard key={cause.key} cause={cause} />
        ))}
        {groups.map((group) => (
          <GroupCard key={group.key} group={group} around={around} />
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

const sum = (causes: readonly Cause[], of: (cause: Cause) => number): number => causes.reduce((all, cause) => all + of(cause), 0);

/** "14 runs stopped, 10 wait, for 3 reasons": the menu counts the runs. */
const totalWords = ({ stopped, waiting, reasons }: { stopped: number; waiting: number; reasons: number }): string =>
  [
    stopped > 0 && `${plural(stopped, "run")} stopped`,
    waiting > 0 && (stopped > 0 ? `${count(waiting)} wait` : `${plural(waiting, "run")} wait`),
    stopped + waiting > reasons && `for ${plural(reasons, "reason")}`,
  ]
    .filter((part) => part !== false)
    .join(", ");

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
    <Entry
      urgency={trouble === null ? "broken" : "soon"}
      about={["Flow", flow.subAccounts.length > 0 && <SubAccounts key="where" accounts={flow.subAccounts} />]}
      title={<bdi>{flow.name}</bdi>}
      actions={
        <Button kind="primary" asChild>
          <Link to="/flows/$flowId" params={{ flowId: flow.id }} search={trouble === null ? {} : { tab: "checks" }}>
            {trouble === null ? "Open the flow" : "Open its checks"}
          </Link>
        </Button>
      }
    >
      {said !== undefined && <p>{said}</p>}
      {trouble !== null && <p>{`${capital(trouble.where)}: ${trouble.problem.replace(/\.$/, "")}.`}</p>}
    </Entry>
  );
}
