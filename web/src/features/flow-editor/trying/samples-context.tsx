import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import type { FlowDetail, StepTest } from "#api/schemas.ts";
import { stepTestsQuery, triggerSamplesQuery } from "../../../lib/queries.ts";
import { currentTests, madeSample, samplesOf, testedValues, usualSample } from "../data/samples.ts";
import type { SourceWords } from "../data/sources.ts";
import type { Sample } from "../data/types.ts";
import { allSteps } from "../document/place.ts";
import { useDraftPart } from "../draft/context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { stepWords } from "../words/step-words.ts";
import { useChosenSample } from "./chosen-sample.tsx";
import { useMayTry } from "./may-try.tsx";
import { useNewEvents } from "./use-new-events.ts";

interface Samples extends Pick<ReturnType<typeof useChosenSample>, "chosen" | "choose" | "addEdited"> {
  /** At least one: made up where nothing was received. */
  samples: readonly Sample[];
  /** The one that the whole editor shows. */
  sample: Sample;
  refresh: () => void;
  isRefreshing: boolean;
  /** The last test of each step as it is now. */
  tests: readonly StepTest[];
}

const Context = createContext<Samples | null>(null);

/** The samples of the flow on the page, and the one that is chosen for all of it. */
export function useSamples(): Samples {
  const samples = use(Context);
  if (samples === null) throw new Error("There are no samples around this part of the editor.");
  return samples;
}

const noTests: readonly StepTest[] = [];
const settledMs = 1_000;
const firstEventMs = 5_000;

/** Holds the chosen sample, which the editor's fields, tests and dry run share. */
export function SamplesProvider({ flow, names, children }: { flow: FlowDetail; names: StepNames; children: ReactNode }) {
  const definition = useDraftPart((view) => view.definition);
  const { mayTry } = useMayTry();
  const asked = useSettled(definition, (one) => JSON.stringify(one.trigger));
  const {
    data: views,
    refetch,
    isFetching: isRefreshing,
  } = useQuery({
    ...triggerSamplesQuery(flow.id, asked, mayTry ? "all" : "nothing"),
    // An event that a flow keeps before it is on makes no run, so nothing tells of it.
    refetchInterval: ({ state }) =>
      flow.trigger.hookUrl !== null && !state.data?.some(({ from }) => from === "event") ? firstEventMs : false,
  });
  useNewEvents(flow.id, () => void refetch());
  const stored = useQuery(stepTestsQuery(flow.id)).data ?? noTests;
  const tests = useMemo(
    () =>
      currentTests(
        stored,
        allSteps(definition).map(({ step }) => step),
      ),
    [stored, definition],
  );
  const { chosen, choose, kept, keep, edited, addEdited } = useChosenSample();
  const [openedAt] = useState(Date.now);
  const { trigger } = definition;
  const received = useMemo((): readonly Sample[] => {
    if (views !== undefined && views.length > 0) return samplesOf(views, flow.id);
    const words: SourceWords = { entry: names.entry, app: names.app, step: (step) => stepWords(step, names) };
    return [madeSample(trigger, flow.id, words, openedAt)];
  }, [views, flow.id, names, trigger, openedAt]);
  const bare = useMemo(() => {
    const isGone = kept !== null && kept.id === chosen && !received.some(({ id }) => id === chosen);
    return isGone ? [...edited, ...received, kept] : [...edited, ...received];
  }, [edited, received, kept, chosen]);
  useEffect(() => {
    const listed = received.find(({ id }) => id === chosen);
    if (listed !== undefined && listed.from === "event") keep(listed);
  }, [received, chosen, keep]);
  const tested = useSameText(bare.map((one) => testedValues(tests, one)));
  const value = useMemo((): Samples => {
    const samples = bare.map((one, index) => ({ ...one, values: { ...tested[index], ...one.values } }));
    const usual = usualSample(samples.slice(edited.length));
    return {
      samples,
      sample: samples.find(({ id }) => id === chosen) ?? usual,
      choose,
      chosen,
      addEdited,
      refresh: () => void refetch(),
      isRefreshing,
      tests,
    };
  }, [edited, bare, tested, chosen, choose, addEdited, refetch, isRefreshing, tests]);
  return <Context value={value}>{children}</Context>;
}

/** The value as it was when its key last rested for a while: what is typed is not asked for letter by letter. */
function useSettled<T>(value: T, keyOf: (value: T) => string): T {
  const [settled, setSettled] = useState(value);
  const isNews = keyOf(value) !== keyOf(settled);
  useEffect(() => {
    if (!isNews) return undefined;
    const timer = setTimeout(() => setSettled(value), settledMs);
    return () => clearTimeout(timer);
  }, [value, isNews]);
  return settled;
}

/** The previous value, as long as the new one is equal. */
function useSameText<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}
