import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { FlaskConical, MoreHorizontal, Pause, Play, Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail, LintFinding } from "#api/schemas.ts";
import { BackLabel, Page, backLinkClass } from "../../components/page.tsx";
import { FlowState } from "../../components/status.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { Tabs } from "../../components/ui/tabs.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { flowQuery, flowsQuery, lintQuery, ledgerQuery } from "../../lib/queries.ts";
import { useNames } from "../../lib/use-names.ts";
import { Checks, ChecksTitle, useCheckNow } from "./checks.tsx";
import { DefinitionEditor } from "./definition-editor.tsx";
import { readSteps } from "./definition.ts";
import { DryRun } from "./dry-run.tsx";
import { FlowFacts } from "./flow-facts.tsx";
import { Ledger } from "./ledger.tsx";
import { FlowRuns, Samples, Versions } from "./flow-tabs.tsx";
import { PublishStop, stopsIn } from "./publish-stop.tsx";
import type { FlowTab } from "./search.ts";
import { StepCards } from "./step-cards.tsx";
import { TriggerCard } from "./trigger-card.tsx";

const route = getRouteApi("/flows/$flowId");

/** One flow: what starts it, what it does, and how it goes. */
export function FlowPage() {
  const { flowId } = route.useParams();
  const query = useQuery(flowQuery(flowId));
  const flow = query.data;
  return (
    <Page
      title={flow?.name ?? "Flow"}
      back={
        <Link to="/flows" className={backLinkClass}>
          <BackLabel>Flows</BackLabel>
        </Link>
      }
      about={flow && <About flow={flow} />}
      actions={flow && <Actions flow={flow} />}
    >
      <Loaded query={query} skeleton={<SkeletonCards cards={4} />}>
        {(loaded) => <FlowTabs key={loaded.id} flow={loaded} />}
      </Loaded>
    </Page>
  );
}

function About({ flow }: { flow: FlowDetail }) {
  return (
    <>
      <p className="line-clamp-2" title={flow.sentence}>
        <bdi>{flow.sentence}</bdi>
      </p>
      <p className="mt-1.5 flex flex-wrap items-center gap-x-3 text-ui">
        <FlowState status={flow.status} />
        {flow.version !== null && <span className="text-ink-3">Version {flow.version}</span>}
        {flow.changed && flow.version !== null && (
          <span className="rounded-sm bg-warning-soft px-1.5 text-warning">The draft has changes that are not published</span>
        )}
      </p>
      {flow.reason !== undefined && <p className="mt-2 rounded-md bg-warning-soft px-3 py-2 text-ui text-ink">{flow.reason}</p>}
    </>
  );
}

const changes = {
  publish: { call: (id: string) => api.flows.publish({ id }), message: "Published. New events run on this version" },
  publishAnyway: {
    call: (id: string) => api.flows.publish({ id, body: { force: true } }),
    message: "Published, although its runs would fail. The checks say why",
  },
  pause: { call: (id: string) => api.flows.pause({ id }), message: "Paused. Events are kept as samples and start nothing" },
  resume: { call: (id: string) => api.flows.resume({ id }), message: "The flow is on again" },
} as const;

function Actions({ flow }: { flow: FlowDetail }) {
  const [trying, setTrying] = useState(false);
  const [stops, setStops] = useState<LintFinding[] | null>(null);
  const cache = useQueryClient();
  const check = useMutation({ ...useCheckNow(flow.id), meta: { quiet: true } });
  const change = useMutation({
    mutationFn: (what: keyof typeof changes) => changes[what].call(flow.id),
    meta: { quiet: true },
    onSuccess: (changed, what) => {
      setStops(null);
      cache.setQueryData(flowQuery(flow.id).queryKey, changed);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      void cache.invalidateQueries({ queryKey: ledgerQuery(flow.id).queryKey });
      check.mutate();
      (what === "publishAnyway" ? toast.warning : toast.success)(changes[what].message);
    },
    onError: (error) => {
      const found = stopsIn(error);
      if (found === null) toast.error(messageOf(error));
      else setStops(found);
    },
  });
  const unpublished = flow.version === null || flow.changed;
  const busy = (what: keyof typeof changes) => change.isPending && change.variables === what;
  return (
    <>
      <Button icon={<Icon of={FlaskConical} size={14} />} onClick={() => setTrying(true)}>
        Dry run
      </Button>
      {flow.status === "on" && (
        <Button icon={<Icon of={Pause} size={14} />} busy={busy("pause")} onClick={() => change.mutate("pause")}>
          Pause flow
        </Button>
      )}
      {flow.status === "off" && flow.version !== null && (
        <Button
          kind={unpublished ? "secondary" : "primary"}
          icon={<Icon of={Play} size={14} />}
          busy={busy("resume")}
          onClick={() => change.mutate("resume")}
        >
          Resume flow
        </Button>
      )}
      {unpublished && (
        <Button kind="primary" icon={<Icon of={Upload} size={14} />} busy={busy("publish")} onClick={() => change.mutate("publish")}>
          Publish flow
        </Button>
      )}
      <More flow={flow} />
      <DryRun flow={flow} open={trying} onClose={() => setTrying(false)} />
      <PublishStop
        flowId={flow.id}
        running={flow.status === "on"}
        stops={stops}
        busy={busy("publishAnyway")}
        onAnyway={() => change.mutate("publishAnyway")}
        onClose={() => setStops(null)}
      />
    </>
  );
}

function More({ flow }: { flow: FlowDetail }) {
  const [asking, setAsking] = useState(false);
  const cache = useQueryClient();
  const navigate = useNavigate();
  const runNow = useMutation({
    // Only what the flow itself received: a record of the list or a made-up example must not run for real.
    mutationFn: async () => {
      const { samples } = await api.flows.samples({ id: flow.id });
      const payload = samples.find(({ from }) => from === "event")?.payload;
      return api.flows.run({ id: flow.id, body: payload === undefined ? {} : { payload } });
    },
    onSuccess: ({ run }) => run !== null && void navigate({ to: "/runs/$runId", params: { runId: run } }),
  });
  const resumeFromNow = useMutation({
    mutationFn: () => api.flows.resume({ id: flow.id, body: { startFrom: "now" } }),
    onSuccess: (changed) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, changed);
      toast.success("The flow is on again, from now");
    },
  });
  const remove = useMutation({
    mutationFn: () => api.flows.remove({ id: flow.id }),
    onSuccess: async () => {
      toast.success("Flow deleted");
      await navigate({ to: "/flows" });
      cache.removeQueries({ queryKey: flowQuery(flow.id).queryKey });
      await cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
    },
  });
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More about this flow">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={Play} disabled={flow.version === null} onSelect={() => runNow.mutate()}>
          Run now with the newest sample
        </MenuItem>
        {flow.status === "off" && flow.trigger.kind === "poll" && (
          <MenuItem icon={Play} onSelect={() => resumeFromNow.mutate()}>
            Resume, leaving out what came meanwhile
          </MenuItem>
        )}
        <MenuItem icon={Trash2} danger onSelect={() => setAsking(true)}>
          Delete flow
        </MenuItem>
      </Menu>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete this flow?"
        action="Delete flow"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <bdi>{flow.name}</bdi> stops at once and its address is closed. Its runs stay in the list until they are pruned.
      </Confirm>
    </>
  );
}

function FlowTabs({ flow }: { flow: FlowDetail }) {
  const tab = route.useSearch().tab ?? "steps";
  const navigate = route.useNavigate();
  return (
    <Tabs<FlowTab>
      label="About this flow"
      value={tab}
      onChange={(next) => void navigate({ search: { tab: next === "steps" ? undefined : next }, replace: true })}
      tabs={[
        { value: "steps", title: "Steps", content: <Steps flow={flow} /> },
        { value: "definition", title: "Definition", content: <DefinitionEditor flow={flow} /> },
        { value: "checks", title: <ChecksTitle flow={flow} />, content: <Checks flow={flow} /> },
        { value: "runs", title: "Runs", content: <FlowRuns flow={flow} /> },
        { value: "samples", title: "Samples", content: <Samples flow={flow} /> },
        { value: "versions", title: "Versions", content: <Versions flow={flow} /> },
      ]}
    />
  );
}

function Steps({ flow }: { flow: FlowDetail }) {
  const names = useNames();
  const steps = readSteps(flow.definition.steps);
  const findings = useQuery(lintQuery(flow.id)).data?.findings ?? [];
  return (
    <div className="grid grid-cols-1 gap-8 lg:grid-cols-[minmax(0,1fr)_16rem]">
      <div className="w-full max-w-2xl">
        <h2 className="sr-only">Trigger and steps</h2>
        <TriggerCard flow={flow} findings={findings.filter(({ step }) => step === null)} />
        <StepCards steps={steps} names={names} flowId={flow.id} findings={findings} />
        {steps.length === 0 && <p className="pt-4 text-ink-2">The flow does nothing yet. Add steps under Definition.</p>}
      </div>
      <div className="flex flex-col gap-6">
        <Ledger flow={flow} />
        <FlowFacts flow={flow} />
      </div>
    </div>
  );
}
