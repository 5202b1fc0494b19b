import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { useEffect, useRef } from "react";
import type { FlowDetail, SetupView } from "#api/schemas.ts";
import { useMay } from "../../../lib/may.ts";
import { BackLabel, Page, Section, backLinkClass } from "../../../components/page.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SkeletonCards } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { WhatItDoes } from "../../../components/what-it-does.tsx";
import { api } from "../../../lib/api.ts";
import { cx } from "../../../lib/cx.ts";
import { flowQuery, flowsQuery, setupQuery } from "../../../lib/queries.ts";
import { ChooseStep } from "./choose-step.tsx";
import { ConnectStep } from "./connect-step.tsx";
import { TestStep } from "./test-step.tsx";
import { useSetUpDraft } from "./use-set-up-draft.ts";

const route = getRouteApi("/flows/$flowId/set-up");

/** The three steps of the guides, in their order and words. */
const steps = ["Connect", "Choose and map", "Test with sample data and go live"] as const;
const stepHints = [
  "Millrace needs to reach these apps.",
  "Say what differs in this account. Everything else is filled in already.",
  "A dry run: records are looked up for real, and nothing is written or sent.",
] as const;

/** Leads from a template to a live flow. The current step is kept, so leaving and coming back loses nothing. */
export function SetUpPage() {
  const { flowId } = route.useParams();
  const flow = useQuery(flowQuery(flowId));
  const setup = useQuery(setupQuery(flowId));
  const mayWrite = useMay("flows:write");
  return (
    <Page
      title={flow.data?.name ?? "Set-up"}
      back={
        <Link to="/flows" className={backLinkClass}>
          <BackLabel>Flows</BackLabel>
        </Link>
      }
      about={setup.data && <bdi>{setup.data.about}</bdi>}
    >
      <Loaded query={flow} skeleton={<SkeletonCards cards={2} />}>
        {(detail) => (
          <Loaded query={setup} skeleton={<SkeletonCards cards={2} />}>
            {(asked) =>
              asked === null || !mayWrite ? (
                <Navigate to="/flows/$flowId" params={{ flowId }} replace />
              ) : (
                <SetUp key={detail.id} detail={detail} setup={asked} />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function SetUp({ detail, setup }: { detail: FlowDetail; setup: SetupView }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const draft = useSetUpDraft(detail);
  const move = useMutation({
    mutationFn: async (step: number) => {
      if (!(await draft.flush())) return null;
      return (await api.templates.moveSetup({ id: detail.id, body: { step } })).setup;
    },
    onSuccess: (moved) => {
      if (moved !== null) cache.setQueryData(setupQuery(detail.id).queryKey, moved);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
    },
  });
  const go = (step: number) => move.mutate(step);
  const live = async (published: FlowDetail) => {
    await navigate({ to: "/flows/$flowId", params: { flowId: detail.id } });
    cache.setQueryData(flowQuery(detail.id).queryKey, published);
    cache.removeQueries({ queryKey: setupQuery(detail.id).queryKey });
    await cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
  };
  return (
    <>
      <Stepper at={setup.step} onGo={go} />
      <div className="mt-6 grid grid-cols-1 gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">
          <StepHeading at={setup.step} />
          {setup.step === 1 && <ConnectStep flow={detail} setup={setup} draft={draft} busy={move.isPending} onNext={() => go(2)} />}
          {setup.step === 2 && (
            <ChooseStep flowId={detail.id} setup={setup} draft={draft} busy={move.isPending} onBack={() => go(1)} onNext={() => go(3)} />
          )}
          {setup.step === 3 && (
            <TestStep flow={detail} example={setup.example} onBack={() => go(2)} onLive={(published) => void live(published)} />
          )}
        </div>
        <aside className="lg:border-l lg:border-line lg:pl-8">
          <Section title="What it will do">
            <WhatItDoes starts={setup.starts} does={setup.does} app={detail.definition.trigger.app} />
          </Section>
        </aside>
      </div>
    </>
  );
}

/** What the step is for. Whoever goes on to it finds the focus here, and not at the end of a longer page. */
function StepHeading({ at }: { at: number }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(at);
  useEffect(() => {
    if (shown.current === at) return;
    shown.current = at;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "start" });
  }, [at]);
  return (
    <div className="mb-5">
      <h2 ref={heading} tabIndex={-1} className="scroll-mt-24 text-section font-semibold outline-none">
        {steps[at - 1]}
      </h2>
      <p className="text-ink-2">{stepHints[at - 1]}</p>
    </div>
  );
}

/** The three steps with the current one marked; those that are done are links. */
function Stepper({ at, onGo }: { at: number; onGo: (step: number) => void }) {
  return (
    <ol aria-label="Set-up" className="flex flex-col gap-1 border-y border-line py-3 sm:flex-row sm:items-center sm:gap-6">
      {steps.map((title, i) => {
        const step = i + 1;
        const isDone = step < at;
        return (
          <li key={title} aria-current={step === at ? "step" : undefined}>
            <button
              type="button"
              disabled={!isDone}
              onClick={() => onGo(step)}
              className={cx(
                "flex items-center gap-2 rounded-sm",
                step === at ? "font-semibold text-ink" : "text-ink-2",
                isDone && "hover:text-ink",
              )}
            >
              <span
                className={cx(
                  "grid size-6 shrink-0 place-items-center rounded-full text-meta font-semibold tabular",
                  step === at ? "bg-accent text-on-accent" : isDone ? "bg-success-soft text-success" : "bg-neutral-soft text-ink-2",
                )}
              >
                {isDone ? <Icon of={Check} size={13} /> : step}
              </span>
              {title}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
