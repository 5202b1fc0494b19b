import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { DryRunReply, FlowDetail } from "#api/schemas.ts";
import { api } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { eventToTry, isMadeUp } from "../data/samples.ts";
import { useDraftPart } from "../draft/context.tsx";
import { DryRunner, type DryView } from "./dry-runner.ts";
import { resultsOf, wouldDo, type WouldDo } from "./outline-words.ts";
import { useMayTry } from "./may-try.tsx";
import { useSamples } from "./samples-context.tsx";

interface Dry extends DryView {
  on: boolean;
  turn: (on: boolean) => void;
}

const none: ReadonlyMap<string, WouldDo> = new Map();
const DryContext = createContext<Dry | null>(null);
const StepsContext = createContext(none);
const OldContext = createContext(false);
const noResults: Readonly<Record<string, unknown>> = {};
const ResultsContext = createContext(noResults);

/** The dry run that follows each edit. */
export function useDry(): Dry {
  const dry = use(DryContext);
  if (dry === null) throw new Error("There is no dry run around this part of the editor.");
  return dry;
}

/** What a step would do with the chosen sample; undefined where nothing is known. */
export const useWouldDo = (id: string): WouldDo | undefined => use(StepsContext).get(id);

/** Whether that is of the draft before the last changes. */
export const useDryIsOld = (): boolean => use(OldContext);

/** What the steps give in it, by their ids; nothing while no dry run was made with the chosen sample. */
export const useDryResults = (): Readonly<Record<string, unknown>> => use(ResultsContext);

const switchKey = "millrace.dry-run-while-editing";

/** Tries the flow as it is on the page with the chosen sample, a moment after each change, as far as it may be tried without a click. It remembers whether it is wanted. */
export function DryProvider({ flow, children }: { flow: FlowDetail; children: ReactNode }) {
  const definition = useDraftPart((view) => view.definition);
  const { sample } = useSamples();
  const [on, setOn] = useState(() => kept() !== "off");
  const [runner] = useState(() => makeRunner(flow.id));
  const view = useSyncExternalStore(runner.subscribe, runner.view);
  const { mayTry } = useMayTry();
  useEffect(() => runner.want(on && mayTry ? { definition, sample } : null), [runner, on, mayTry, definition, sample]);
  useEffect(() => {
    const look = () => runner.seen(document.visibilityState === "visible");
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      runner.seen(false);
    };
  }, [runner]);
  const dry = useMemo((): Dry => {
    const turn = (next: boolean) => {
      keep(next ? "on" : "off");
      setOn(next);
    };
    return { ...view, on, turn };
  }, [view, on]);
  const isByExample = isMadeUp(sample);
  const steps = useMemo(() => (view.reply === null ? none : wouldDo(view.reply, isByExample)), [view.reply, isByExample]);
  const results = useMemo(() => (view.reply === null ? noResults : resultsOf(view.reply)), [view.reply]);
  return (
    <DryContext value={dry}>
      <OldContext value={view.isOld}>
        <StepsContext value={steps}>
          <ResultsContext value={results}>{children}</ResultsContext>
        </StepsContext>
      </OldContext>
    </DryContext>
  );
}

const makeRunner = (id: string): DryRunner =>
  new DryRunner({
    run: ({ definition, sample }): Promise<DryRunReply> =>
      api.flows.dryRun({
        id,
        body: {
          definition,
          remember: true,
          ...eventToTry(sample),
          madeUp: isMadeUp(sample),
        },
      }),
    messageOf,
    later: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });

function kept(): string | null {
  try {
    return window.localStorage.getItem(switchKey);
  } catch {
    return null;
  }
}

function keep(value: string): void {
  try {
    window.localStorage.setItem(switchKey, value);
  } catch {
    // It is then asked for again on the next visit.
  }
}
