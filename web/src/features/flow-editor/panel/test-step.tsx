import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical, Pencil, Play, Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { FlowDefinition, FlowDetail, StepDefinition, StepPlan, StepTest } from "#api/schemas.ts";
import { Exchanges } from "../../../components/exchanges.tsx";
import { JsonView } from "../../../components/json-view.tsx";
import { ScriptLog } from "../../../components/script-log.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Confirm } from "../../../components/ui/confirm.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { api } from "../../../lib/api.ts";
import { cx } from "../../../lib/cx.ts";
import { fixFor } from "../../../lib/fix.ts";
import { keyLabels, type KeyLabels } from "../../../lib/key-labels.ts";
import { connectionsQuery, overviewQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { listed } from "../../../lib/words.ts";
import { EffectRows, isSent } from "../../../components/dry-run-result.tsx";
import { eventToTry, isMadeUp, keyOfSample, untested } from "../data/samples.ts";
import { allSteps, type Place, stepAt } from "../document/place.ts";
import { gives } from "../document/kinds.ts";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import { useDryIsOld, useWouldDo } from "../trying/dry-context.tsx";
import { keepTest, testedStepKey } from "../trying/kept-test.ts";
import { SampleChoice } from "../trying/sample-choice.tsx";
import { useSamples } from "../trying/samples-context.tsx";
import { outcomeWords, type PlaceWords, planWords } from "../trying/test-words.ts";
import type { StepNames } from "../words/step-names.ts";
import { stepWords } from "../words/step-words.ts";
import { connectionOf } from "./action-set-up.tsx";
import { capital } from "#kernel/words.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";

interface TestStepProps {
  flow: FlowDetail;
  step: StepDefinition;
  place: Place;
  names: StepNames;
}

/** Tests one step. Says first whether it reads or writes, and where; a write is pretended unless the user asks for a real one. */
export function TestStep({ flow, step, place, names }: TestStepProps) {
  const definition = useDraftPart((view) => view.definition);
  const plan = useQuery(planQuery(flow.id, step, definition, place));
  const where = usePlaceWords(plan.data, names);
  const { tests, sample } = useSamples();
  const test = tests.find((one) => one.step === step.id);
  const cache = useQueryClient();
  const tested = test && cache.getQueryData<string>(testedStepKey(test));
  const isChanged = tested !== undefined && tested !== JSON.stringify(step);
  const would = useWouldDo(step.id);
  const isOld = useDryIsOld();
  const isSaidByTest = test?.state === "pretended" && !isChanged && test.sample === keyOfSample(sample);
  const fields = "operation" in step ? names.entry(step.app, step.operation)?.inputs : [];
  return (
    <>
      <SampleChoice label="Tried with" />
      {plan.isPending && <SkeletonRows rows={2} />}
      {plan.error && (
        <p role="note" className="rounded-md bg-warning-soft px-3 py-2">
          {messageOf(plan.error)}
        </p>
      )}
      {plan.data && <Plan flow={flow} step={step} plan={plan.data} where={where} names={names} />}
      {would !== undefined && would.effects.length > 0 && !isSaidByTest && (
        <section aria-label="As the flow is now" className={isOld ? "outdated" : ""}>
          <p className="text-meta text-ink-3">As the flow is now, after the steps before it</p>
          <ul className="divide-y divide-line border-y border-line">
            <EffectRows effects={would.effects} />
          </ul>
        </section>
      )}
      <div aria-live="polite">
        {test && (
          <Result
            test={test}
            where={where}
            gives={gives(step)}
            why={whyOld(test.sample !== keyOfSample(sample), isChanged)}
            labels={{ input: keyLabels(fields), result: keyLabels(fields, "result") }}
          />
        )}
      </div>
    </>
  );
}

function whyOld(isOther: boolean, isChanged: boolean): string | null {
  if (isChanged) return "The step has changed since. Test it again to see what it does now.";
  return isOther ? "Made with another sample than the one that is chosen now." : null;
}

/** What a test would do. Asked anew when the step is another, or is read with another list of a loop around it. */
const planQuery = (id: string, step: StepDefinition, definition: FlowDefinition, place: Place) =>
  queryOptions({
    queryKey: ["flows", id, "step-plan", JSON.stringify([step, loopLists(definition, place)])],
    queryFn: async () => (await api.flows.testStep({ id, body: { step: step.id, definition, plan: true } })).plan,
    placeholderData: keepPreviousData,
    retry: false,
    meta: { quiet: true },
  });

const loopLists = (definition: FlowDefinition, place: Place): unknown[] =>
  place.flatMap((_, depth) => {
    const around = depth > 0 && depth % 2 === 0 ? stepAt(definition, place.slice(0, depth)) : undefined;
    return around !== undefined && "forEach" in around ? [around.forEach] : [];
  });

function usePlaceWords(plan: StepPlan | undefined, names: StepNames): PlaceWords {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const sandboxUrl = useQuery(overviewQuery()).data?.sandboxUrl ?? null;
  const login = connectionOf(connections, plan?.connection);
  const app = plan?.app == null ? null : names.app(plan.app);
  const originOf = (url: string | null | undefined) => (url != null && URL.canParse(url) ? new URL(url).origin : null);
  const origin = originOf(login?.baseUrl);
  return { place: login?.title ?? plan?.host ?? app, isSandbox: origin !== null && origin === originOf(sandboxUrl) };
}

interface PlanProps {
  flow: FlowDetail;
  step: StepDefinition;
  plan: StepPlan;
  where: PlaceWords;
  names: StepNames;
}

function Plan({ flow, step, plan, where, names }: PlanProps) {
  const [asking, setAsking] = useState(false);
  const { sample, tests } = useSamples();
  const draft = useDraft();
  const cache = useQueryClient();
  const words = stepWords(step, names);
  const missing = untested(plan.reads, tests, sample);
  const test = useMutation({
    mutationFn: (write: boolean) => {
      const { definition } = draft.view();
      // A result that was too large to be kept by the server is only on this page.
      const results = Object.fromEntries(plan.reads.flatMap((id) => (Object.hasOwn(sample.values, id) ? [[id, sample.values[id]]] : [])));
      return api.flows.testStep({
        id: flow.id,
        body: {
          step: step.id,
          definition,
          ...eventToTry(sample),
          results,
          write,
        },
      });
    },
    meta: { quiet: true },
    onSettled: () => setAsking(false),
    onSuccess: ({ test: done }) => {
      if (done !== null) keepTest(cache, flow.id, done, step);
    },
  });
  const isWrite = plan.effect === "write";
  const doing = (write: boolean) => test.isPending && test.variables === write;
  return (
    <section aria-label="What a test does" className="flex flex-col gap-3">
      <p className="flex items-start gap-2 text-body">
        <Icon of={isWrite ? Pencil : plan.effect === "read" ? Search : Play} size={14} className="mt-1 shrink-0 text-ink-3" />
        <span className="min-w-0">{planWords(plan, where, words)}</span>
      </p>
      <Missing flow={flow} isWrite={isWrite} missing={missing} names={names} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" icon={<Icon of={FlaskConical} size={14} />} busy={doing(false)} onClick={() => test.mutate(false)}>
          {isWrite ? "Dry run" : "Test step"}
        </Button>
        {isWrite && (
          <Button busy={doing(true)} disabled={missing.real.length > 0} onClick={() => setAsking(true)}>
            Write it for real
          </Button>
        )}
      </div>
      {test.error && <p className="rounded-md bg-failure-soft px-3 py-2">{messageOf(test.error)}</p>}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Write it for real?"
        action="Write it"
        busy={doing(true)}
        onConfirm={() => test.mutate(true)}
      >
        <p>
          {planWords(plan, where, words)} It cannot be taken back.
          {isMadeUp(sample) && " The sample is made up."}
        </p>
      </Confirm>
    </section>
  );
}

interface MissingProps {
  flow: FlowDetail;
  isWrite: boolean;
  missing: ReturnType<typeof untested>;
  names: StepNames;
}

/** Which earlier steps have to be tested with the sample first, and what a dry run takes in their place. */
function Missing({ flow, isWrite, missing: { dry, real }, names }: MissingProps) {
  const definition = useDraftPart((view) => view.definition);
  const placed = allSteps(definition);
  const wordsOf = (id: string) => {
    const found = placed.find(({ step }) => step.id === id);
    return found === undefined ? `'${id}'` : `step ${found.number} '${stepWords(found.step, names)}'`;
  };
  const inOrder = placed.flatMap(({ step }) => (dry.includes(step.id) ? [step.id] : []));
  const realWords = real.length > dry.length ? listed(real.map(wordsOf)) : real.length === 1 ? "it" : "them";
  const earlier = useTestEarlier(flow.id, wordsOf);
  if (isWrite ? real.length === 0 : dry.length === 0) return null;
  return (
    <div role="note" className="flex flex-col items-start gap-2 rounded-md bg-warning-soft px-3 py-2">
      {dry.length > 0 && (
        <p>
          {capital(listed(dry.map(wordsOf)))} {dry.length === 1 ? "has" : "have"} not been tested with this sample.{" "}
          {isWrite ? "A dry run" : "The test"} takes what a dry run of the flow gives.
        </p>
      )}
      {isWrite && real.length > 0 && <p>To write for real, first test {realWords} for real.</p>}
      {inOrder.length > 0 && (
        <Button small busy={earlier.isPending} onClick={() => earlier.mutate(inOrder)}>
          Test {inOrder.length === 1 ? "the step" : "the steps"} before it
        </Button>
      )}
      {earlier.error && <p className="text-failure">{messageOf(earlier.error)}</p>}
    </div>
  );
}

/** Tests steps one after the other, and stops at the first that fails. Reads are made, writes are pretended. */
function useTestEarlier(flowId: string, wordsOf: (id: string) => string) {
  const draft = useDraft();
  const cache = useQueryClient();
  const { sample } = useSamples();
  return useMutation({
    mutationFn: async (steps: readonly string[]) => {
      const { definition } = draft.view();
      for (const step of steps) {
        const { test } = await api.flows.testStep({ id: flowId, body: { step, definition, ...eventToTry(sample) } });
        if (test === null) continue;
        keepTest(cache, flowId, test, allSteps(definition).find((one) => one.step.id === step)?.step);
        if (test.error !== null) throw new Error(`${capital(wordsOf(step))} failed. ${saidOfField(test.error)}`);
      }
    },
    meta: { quiet: true },
  });
}

interface ResultProps {
  test: StepTest;
  where: PlaceWords;
  gives: boolean;
  /** Why it says nothing of what is on the page now; null where it does. */
  why: string | null;
  labels: Record<"input" | "result", KeyLabels>;
}

/** How the last test went. */
function Result({ test, where, gives: isRead, why, labels }: ResultProps) {
  const failed = test.state === "failed";
  return (
    <section
      aria-label="Last test"
      className={cx("flex flex-col gap-3 rounded-lg border border-line bg-raised p-3.5", why !== null && "outdated")}
    >
      {why !== null && <p className="text-ink-2">{why}</p>}
      <div className={failed ? "-m-3.5 mb-0 rounded-t-lg bg-failure-soft p-3.5" : ""}>
        <p className="font-medium">
          {outcomeWords(test, where)}
          {test.error && ` ${saidOfField(test.error)}`}
        </p>
        {test.error && <p className="mt-1 text-ink-2">{fixFor(test.error).explain}</p>}
        <p className="mt-0.5 text-meta text-ink-3">
          {test.person !== null && (
            <>
              <bdi>{test.person}</bdi>
              {" · "}
            </>
          )}
          <Time at={test.at} />
        </p>
      </div>
      {test.effects.length > 0 && (
        <ul className="divide-y divide-line">
          <EffectRows effects={test.effects} />
        </ul>
      )}
      {test.state === "pretended" && test.effects.some(isSent) && (
        <p className="text-ink-3">What it answers is known once it was really sent.</p>
      )}
      {!failed && test.output !== null && !(test.state === "pretended" && test.effects.some(isSent)) && (
        <Part title={isRead ? "Later steps can read" : "Result"}>
          <JsonView value={test.output} label="the result" open={1} short labels={labels.result} />
        </Part>
      )}
      {test.log !== undefined && (
        <Part title="Written by the script">
          <ScriptLog lines={test.log} />
        </Part>
      )}
      {(test.exchanges.length > 0 || test.input !== null) && (
        <Disclosure summary={<span className="text-ink-2">Request and answer</span>}>
          <div className="flex flex-col gap-3 pt-1">
            {test.input !== null && (
              <Part title="Filled in">
                <JsonView value={test.input} label="what was filled in" open={1} short labels={labels.input} />
              </Part>
            )}
            {test.exchanges.length > 0 ? <Exchanges exchanges={test.exchanges} /> : <p className="text-ink-3">No request was made.</p>}
          </div>
        </Disclosure>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-meta text-ink-3">{title}</p>
      {children}
    </div>
  );
}
