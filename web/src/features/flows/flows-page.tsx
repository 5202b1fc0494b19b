import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { CircleX, Plus, Workflow } from "lucide-react";
import { useState } from "react";
import type { FlowView, RunView } from "#api/schemas.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { Page } from "../../components/page.tsx";
import { FlowState, RunMark } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useRunChanges } from "../../lib/events.ts";
import { checkTrouble } from "../../lib/flow-trouble.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { flowsQuery } from "../../lib/queries.ts";
import { count } from "../../lib/words.ts";
import { NewFlow } from "./new-flow.tsx";

const route = getRouteApi("/flows");

/** All flows, each as a sentence. */
export function FlowsPage() {
  const { new: asking } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(flowsQuery());
  const cache = useQueryClient();
  useRunChanges(() => void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true }), 3_000);
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  const ask = (open: boolean) => void navigate({ search: open ? { new: "1" } : {}, replace: true });
  const add = (
    <Button kind="primary" icon={<Icon of={Plus} size={14} />} onClick={() => ask(true)}>
      New flow
    </Button>
  );
  return (
    <Page title="Flows" about="What happens when something happens." actions={query.data && query.data.length > 0 && add}>
      <Loaded query={query} skeleton={<SkeletonRows rows={6} />}>
        {(flows) =>
          flows.length === 0 ? (
            <Empty icon={Workflow} action={add}>
              A flow starts with a trigger and does its steps for every event: when an answer comes in, then create a contact.
            </Empty>
          ) : (
            <FlowList flows={flows} />
          )
        }
      </Loaded>
      <NewFlow open={asking !== undefined} onClose={() => ask(false)} />
    </Page>
  );
}

const searchFrom = 8;

function FlowList({ flows }: { flows: FlowView[] }) {
  const [words, setWords] = useState("");
  const found = flows.filter((flow) => `${flow.name} ${flow.sentence}`.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <>
      {flows.length >= searchFrom && <SearchInput label="Find a flow" value={words} onChange={setWords} className="mb-3 w-full sm:w-64" />}
      <ul className="border-t border-line">
        {found.map((flow) => (
          <FlowRow key={flow.id} flow={flow} />
        ))}
      </ul>
      {found.length === 0 && <p className="py-10 text-center text-ink-2">No flow fits '{words}'.</p>}
    </>
  );
}

function FlowRow({ flow }: { flow: FlowView }) {
  const trouble = flow.reason ?? flow.trigger.lastError?.message;
  const check = checkTrouble(flow);
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2 border-b border-line px-2 py-3 transition-colors hover:bg-hover sm:grid-cols-[auto_minmax(0,1fr)_5.5rem_9rem_6.5rem]">
      <AppMark app={flow.trigger.app} size={32} />
      <div className="min-w-0">
        <Link
          to="/flows/$flowId"
          params={{ flowId: flow.id }}
          data-row
          className="stretched block truncate text-body font-medium -outline-offset-1"
        >
          <bdi>{flow.name}</bdi>
        </Link>
        <p className="truncate text-ink-2" title={flow.sentence}>
          <bdi>{flow.sentence}</bdi>
        </p>
        {trouble !== undefined && (
          <p className="mt-0.5 truncate text-failure" title={trouble}>
            {trouble}
          </p>
        )}
        {check !== null && (
          <Link
            to="/flows/$flowId"
            params={{ flowId: flow.id }}
            search={{ tab: "checks" }}
            className="relative z-10 mt-0.5 inline-flex max-w-full items-center gap-1.5 rounded-sm text-failure hover:underline"
          >
            <Icon of={CircleX} size={14} className="shrink-0" />
            <span className="truncate">{check}</span>
          </Link>
        )}
      </div>
      <div className="flex items-center gap-4 max-sm:col-start-2 sm:contents">
        <FlowState status={flow.status} />
        <Counts counts={flow.counts} />
        <span className="text-right text-ink-3 tabular max-sm:ml-auto">
          {flow.lastRunAt === null ? "Never ran" : <Time at={flow.lastRunAt} />}
        </span>
      </div>
    </li>
  );
}

const counted: RunView["state"][] = ["succeeded", "failed", "held"];

function Counts({ counts }: { counts: FlowView["counts"] }) {
  const some = counted.filter((state) => (counts[state] ?? 0) > 0);
  return (
    <span className="flex items-center gap-3 text-ink-2 tabular" title="Runs of the last 24 hours">
      {some.length === 0 && <span className="text-ink-3">No runs today</span>}
      {some.map((state) => (
        <span key={state} className="inline-flex items-center gap-1">
          <RunMark state={state} />
          {count(counts[state] ?? 0)}
        </span>
      ))}
    </span>
  );
}
