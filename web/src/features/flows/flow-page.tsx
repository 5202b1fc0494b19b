import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { FlaskConical, Pause, Play, Upload } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { toast } from "sonner";
import type { FlowDetail } from "#api/schemas.ts";
import { May, ReadOnlyNotice } from "../../components/may.tsx";
import { useMay } from "../../lib/may.ts";
import { JsonView } from "../../components/json-view.tsx";
import { Outages } from "../../components/outages.tsx";
import { BackLabel, Page, backLinkClass } from "../../components/page.tsx";
import { FlowState } from "../../components/status.tsx";
import { Button } from "../../components/ui/button.tsx";
import { copyText } from "../../components/ui/copy.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { Tabs } from "../../components/ui/tabs.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { flowQuery, flowsQuery, ledgerQuery, overviewQuery } from "../../lib/queries.ts";
import { FlowDraftProvider, useDraft, useDraftPart } from "../flow-editor/draft/context.tsx";
import { AlsoOpen } from "../flow-editor/draft/also-open.tsx";
import { DraftNotices } from "../flow-editor/draft/draft-notices.tsx";
import { useAllFindings } from "../flow-editor/draft/use-verdicts.ts";
import { SaveStatus } from "../flow-editor/draft/save-status.tsx";
import { ChosenSampleProvider } from "../flow-editor/trying/chosen-sample.tsx";
import { isToBeEntered, publishedWords } from "./arrival-words.ts";
import { Arrivals } from "./arrivals.tsx";
import { Checks, ChecksTitle } from "./checks.tsx";
import { useCheckNow } from "./use-check-now.ts";
import { DryRun } from "./dry-run.tsx";
import { FlowFacts } from "./flow-facts.tsx";
import { Ledger } from "./ledger.tsx";
import { FlowRuns, Samples } from "./flow-tabs.tsx";
import { usePartKeys } from "../../lib/part-keys.ts";
import { noteAnyway, PublishStop, type Stops, stopsIn } from "./publish-stop.tsx";
import { ContinueSetUp } from "./set-up/continue.tsx";
import type { FlowTab } from "./search.ts";
import { FlowMenu } from "./manage/flow-menu.tsx";
import { turns } from "./manage/use-flow-actions.ts";
import { useRunNow } from "./manage/use-run-now.ts";
import { needsNoEvent } from "./sample.ts";
import { useFlowActivity } from "./use-flow-activity.ts";
import { PublishDialog } from "./versions/publish-dialog.tsx";
import { Versions } from "./versions/versions.tsx";

const route = getRouteApi("/flows/$flowId");
/** On demand: the page of a flow is there before its editor. */
const FlowEditor = lazy(() => import("../flow-editor/editor.tsx").then(({ FlowEditor: part }) => ({ default: part })));
const VersionSteps = lazy(() => import("./versions/version-steps.tsx").then(({ VersionSteps: part }) => ({ default: part })));
const JsonTab = lazy(() => import("../flow-editor/json/json-tab.tsx").then(({ JsonTab: part }) => ({ default: part })));

/** One flow: what starts it, what it does, and how it goes. */
export function FlowPage() {
  const { flowId } = route.useParams();
  const query = useQuery(flowQuery(flowId));
  if (query.data !== undefined)
    return (
      <FlowDraftProvider key={query.data.id} flow={query.data}>
        <ChosenSampleProvider>
          <LoadedPage flow={query.data} />
        </ChosenSampleProvider>
      </FlowDraftProvider>
    );
  return (
    <Page title="Flow" back={back}>
      <Loaded query={query} skeleton={<SkeletonCards cards={4} />}>
        {() => null}
      </Loaded>
    </Page>
  );
}

const back = (
  <Link to="/flows" className={backLinkClass}>
    <BackLabel>Flows</BackLabel>
  </Link>
);

function LoadedPage({ flow }: { flow: FlowDetail }) {
  const name = useDraftPart((view) => view.definition.name);
  usePartKeys();
  useFlowActivity(flow.id);
  return (
    <Page
      title={typeof name === "string" && name.trim() !== "" ? name : flow.name}
      back={back}
      about={<About flow={flow} />}
      actions={
        <div data-part="actions" className="contents">
          {syncOf(flow) === null && <Actions flow={flow} />}
        </div>
      }
    >
      <WaitsFor flowId={flow.id} />
      {syncOf(flow) === null && (
        <May scope="flows:write">
          <DraftNotices flowId={flow.id} />
        </May>
      )}
      <FlowTabs flow={flow} />
    </Page>
  );
}

/** What the flow's own runs wait for, each with how many of them do. */
function WaitsFor({ flowId }: { flowId: string }) {
  const outages = useQuery(overviewQuery()).data?.outages ?? [];
  const own = outages.flatMap((outage) => {
    const waiting = outage.flows.find((flow) => flow.flowId === flowId)?.waiting ?? 0;
    return waiting === 0 ? [] : [{ ...outage, waiting, ofFlow: true as const }];
  });
  return <Outages outages={own} flowId={flowId} />;
}

function About({ flow }: { flow: FlowDetail }) {
  return (
    <>
      <Sentence flow={flow} />
      <p className="mt-1.5 flex flex-wrap items-center gap-x-3 text-ui">
        <FlowState status={flow.status} />
        {flow.version !== null && (
          <span className="text-ink-3">
            Version {flow.version}
            {flow.changed && flow.status === "on" && " runs"}
          </span>
        )}
        <ContinueSetUp flow={flow} />
        {flow.changed && flow.version !== null && <Unpublished flow={flow} />}
        <May scope="flows:write">
          <SaveStatus />
          <AlsoOpen flowId={flow.id} />
        </May>
      </p>
      {flow.reason !== undefined && <p className="mt-2 rounded-md bg-warning-soft px-3 py-2 text-ui text-ink">{flow.reason}</p>}
    </>
  );
}

/** What the steps below do: those of the draft, and it says so where the published version does something else. */
function Sentence({ flow: { sentence, draftSentence } }: { flow: FlowDetail }) {
  const shown = draftSentence ?? sentence;
  return (
    <p className="line-clamp-2" title={shown}>
      {draftSentence !== null && <span className="font-medium text-ink">Draft: </span>}
      <bdi>{shown}</bdi>
    </p>
  );
}

/** What runs until the draft is published. */
function Unpublished({ flow: { id, sentence, draftSentence, version } }: { flow: FlowDetail }) {
  return (
    <>
      <span className="rounded-sm bg-warning-soft px-1.5 text-warning">The draft has changes that are not published</span>
      <Link
        to="/flows/$flowId"
        params={{ flowId: id }}
        search={{ tab: "versions" }}
        title={draftSentence === null ? undefined : `Version ${version}: ${sentence}`}
        className="text-accent-ink hover:underline"
      >
        Compare with version {version}
      </Link>
    </>
  );
}

const changes = {
  publish: {
    call: (id: string, note: string, revision: number) => api.flows.publish({ id, body: { revision, ...(note !== "" && { note }) } }),
    message: null,
  },
  publishAnyway: {
    call: (id: string, note: string, revision: number) =>
      api.flows.publish({ id, body: { force: true, revision, ...(note !== "" && { note }) } }),
    message: "Published, although something stands against it. The checks say what",
  },
  ...turns,
} as const;

/** What comes next; with the address, where the flow runs only once somebody has entered it in the app. */
function sayPublished(flow: FlowDetail): void {
  const { hookUrl } = flow.trigger;
  const copy = { label: "Copy address", onClick: () => void copyText(hookUrl ?? "") };
  toast.success(publishedWords(flow), isToBeEntered(flow) ? { action: copy, duration: 12_000 } : {});
}

interface Change {
  what: keyof typeof changes;
  /** Why it is published although something stands against it. */
  why?: string;
}

interface ChangeOptions {
  /** What a version says of itself. */
  note: string;
  onSettled: () => void;
  onDone: () => void;
  /** What keeps a flow from being published. */
  onStops: (stops: Stops) => void;
}

/** Publishes a flow, or switches it on or off. */
function useChange({ id }: FlowDetail, { note, onSettled, onDone, onStops }: ChangeOptions) {
  const cache = useQueryClient();
  const check = useMutation({ ...useCheckNow(id), meta: { quiet: true } });
  const draft = useDraft();
  return useMutation({
    mutationFn: async ({ what, why }: Change) => {
      // What is published is what one sees.
      const saved = what === "publish" || what === "publishAnyway" ? await draft.flush() : null;
      if (saved !== null && saved.kind !== "saved")
        throw new Error("The draft could not be saved, so it was not published. The page says why.");
      return changes[what].call(id, why === undefined ? note : noteAnyway(note, why), draft.revision);
    },
    meta: { quiet: true },
    onSettled,
    onSuccess: (changed, { what }) => {
      onDone();
      cache.setQueryData(flowQuery(id).queryKey, changed);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      void cache.invalidateQueries({ queryKey: ledgerQuery(id).queryKey });
      check.mutate();
      if (what === "publish") sayPublished(changed);
      else (what === "publishAnyway" ? toast.warning : toast.success)(changes[what].message);
    },
    onError: (error) => {
      const stops = stopsIn(error, draft.view().definition);
      if (stops === null) toast.error(messageOf(error));
      else onStops(stops);
    },
  });
}

function Actions({ flow }: { flow: FlowDetail }) {
  const [trying, setTrying] = useState(false);
  const [stops, setStops] = useState<Stops | null>(null);
  const [publishing, setPublishing] = useState(false);
  const [note, setNote] = useState("");
  const draft = useDraft();
  const runNow = useRunNow(flow);
  const definition = useDraftPart((view) => view.definition);
  const change = useChange(flow, {
    note,
    onSettled: () => setPublishing(false),
    onDone: () => {
      setStops(null);
      setNote("");
    },
    onStops: setStops,
  });
  const unpublished = flow.version === null || flow.changed;
  const mayTry = useMay("flows:try");
  const mayRun = useMay("runs:write");
  const maySwitch = useMay("flows:switch");
  const mayWrite = useMay("flows:write");
  /** A first version has nothing to be compared with. */
  const publish = async () => {
    if (flow.version === null) return change.mutate({ what: "publish" });
    await draft.flush(); // what is shown is what is published
    setPublishing(true);
  };
  const busy = (what: keyof typeof changes) => change.isPending && change.variables.what === what;
  return (
    <>
      {/* At the left: never where Publish was a moment ago. */}
      {maySwitch && flow.status === "on" && (
        <Button icon={<Icon of={Pause} size={14} />} busy={busy("pause")} onClick={() => change.mutate({ what: "pause" })}>
          Pause flow
        </Button>
      )}
      {mayTry && (
        <Button icon={<Icon of={FlaskConical} size={14} />} onClick={() => setTrying(true)}>
          Dry run
        </Button>
      )}
      {mayRun && needsNoEvent(flow.trigger.kind) && flow.status === "on" && (
        <Button icon={<Icon of={Play} size={14} />} busy={runNow.isPending} onClick={() => runNow.mutate()}>
          Run now
        </Button>
      )}
      {maySwitch && flow.status === "off" && flow.version !== null && (
        <Button
          kind={unpublished ? "secondary" : "primary"}
          icon={<Icon of={Play} size={14} />}
          busy={busy("resume")}
          onClick={() => change.mutate({ what: "resume" })}
        >
          Resume flow
        </Button>
      )}
      {mayWrite && unpublished && (
        <Button data-main kind="primary" icon={<Icon of={Upload} size={14} />} busy={busy("publish")} onClick={() => void publish()}>
          Publish flow
        </Button>
      )}
      <FlowMenu flow={flow} />
      <DryRun flow={flow} definition={definition} open={trying} onClose={() => setTrying(false)} />
      <PublishDialog
        flow={flow}
        open={publishing}
        note={note}
        onNote={setNote}
        busy={busy("publish")}
        onPublish={() => change.mutate({ what: "publish" })}
        onClose={() => setPublishing(false)}
      />
      <PublishStop
        flowId={flow.id}
        running={flow.status === "on"}
        stops={stops}
        busy={busy("publishAnyway") || busy("publish")}
        onAnyway={(why) => change.mutate({ what: "publishAnyway", why })}
        onAgain={() => change.mutate({ what: "publish" })}
        onClose={() => setStops(null)}
      />
    </>
  );
}

function FlowTabs({ flow }: { flow: FlowDetail }) {
  const { tab = "steps", compare } = route.useSearch();
  const navigate = route.useNavigate();
  const findings = useAllFindings(flow);
  const mayTry = useMay("flows:try");
  return (
    <Tabs<FlowTab>
      label="About this flow"
      value={tab}
      onChange={(next) => void navigate({ search: { tab: next === "steps" ? undefined : next }, replace: true })}
      tabs={[
        { value: "steps", title: "Steps", content: <Steps flow={flow} /> },
        {
          value: "json",
          title: "JSON",
          content: (
            <Suspense fallback={<SkeletonCards cards={2} />}>
              {syncOf(flow) !== null ? (
                <JsonView value={flow.definition} label="the flow" open={6} />
              ) : (
                <May scope="flows:write" otherwise={<JsonView value={flow.definition} label="the flow" open={6} />}>
                  <JsonTab flow={flow} />
                </May>
              )}
            </Suspense>
          ),
        },
        { value: "checks", title: <ChecksTitle findings={findings} />, content: <Checks flow={flow} findings={findings} /> },
        { value: "runs", title: "Runs", content: <FlowRuns flow={flow} /> },
        ...(mayTry ? [{ value: "samples" as const, title: "Samples", content: <Samples flow={flow} /> }] : []),
        { value: "versions", title: "Versions", content: <Versions key={compare} flow={flow} compare={compare} /> },
      ]}
    />
  );
}

/** A flow of a sync is changed, paused and deleted with it. */
function WrittenBySync({ flow, otherwise }: { flow: FlowDetail; otherwise: ReactNode }) {
  const sync = syncOf(flow);
  if (sync === null) return otherwise;
  return (
    <p className="mb-5 rounded-md bg-neutral-soft px-3 py-2 text-ink-2">
      A sync wrote this flow. It changes, pauses and deletes it.{" "}
      <a href={`/syncs/${encodeURIComponent(sync)}`} className="text-accent-ink hover:underline">
        Open the sync
      </a>
    </p>
  );
}

/** The id of the sync whose flow this is; null: a person wrote it. */
function syncOf({ definition: { steps } }: FlowDetail): string | null {
  const step = steps.find((each) => "sync" in each);
  return step === undefined ? null : String(step.sync);
}

/** The steps for those who may look at them, and not change them. */
function ReadSteps({ flow, beside }: { flow: FlowDetail; beside: ReactNode }) {
  return (
    <div className="grid grid-cols-1 items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,27rem)]">
      <section aria-label="Trigger and steps" className="min-w-0">
        <WrittenBySync flow={flow} otherwise={<ReadOnlyNotice scope="flows:write" />} />
        <div className="rounded-lg border border-line bg-raised p-4 sm:p-5">
          <VersionSteps definition={flow.definition} />
        </div>
      </section>
      <div className="flex min-w-0 flex-col gap-6">{beside}</div>
    </div>
  );
}

function Steps({ flow }: { flow: FlowDetail }) {
  const { at } = route.useSearch();
  const beside = (
    <>
      <Arrivals flow={flow} />
      <Ledger flow={flow} />
      <FlowFacts flow={flow} />
    </>
  );
  if (syncOf(flow) !== null) return <ReadSteps flow={flow} beside={beside} />;
  return (
    <Suspense fallback={<SkeletonCards cards={4} />}>
      <May scope="flows:write" otherwise={<ReadSteps flow={flow} beside={beside} />}>
        <FlowEditor flow={flow} at={at} beside={beside} />
      </May>
    </Suspense>
  );
}
