import { asksSegments, ruleCalls, rulesInInput } from "#engine/mapping/rule-names.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import { useEffect, useMemo, useRef, useState } from "react";
import type { PlaceData, Sample } from "../data/types.ts";
import { Evaluator } from "./evaluator.ts";
import type { Ask, EvaluatorAnswer, Outcome } from "./outcome.ts";

/** One evaluator for the page. */
const evaluator = new Evaluator((answer) => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", (event: MessageEvent<EvaluatorAnswer>) => answer(event.data));
  return (message) => worker.postMessage(message);
});

type Home = Pick<PlaceData, "zone" | "country" | "rules">;

/** What texts give with samples. */
export interface Outcomes {
  /** Undefined as long as it is not worked out. */
  of(ask: Ask, sample: Sample): Outcome | undefined;
}

const keyOf = (ask: Ask, sample: Sample): string => `${sample.id} ${JSON.stringify(ask)}`;

interface State {
  outcomes: ReadonlyMap<string, Outcome>;
  home: string;
  samples: readonly Sample["values"][];
}
const nothing: State = { outcomes: new Map(), home: "", samples: [] };

/** Works out each text with each sample, beside the page. What is known of a text stays while others change. */
export function useOutcomes(asks: readonly Ask[], { zone, country, rules: all }: Home, samples: readonly Sample[]): Outcomes {
  const [state, setState] = useState(nothing);
  const rules = JSON.stringify(usedRules(asks, all ?? noRules));
  const key = JSON.stringify([asks, zone, country, rules]);
  const values = useStable(samples.map((sample) => sample.values));
  const questions = useRef<{ asks: readonly Ask[]; samples: readonly Sample[] }>({ asks, samples });
  questions.current = { asks, samples };

  useEffect(() => {
    const wanted = questions.current;
    const home = JSON.stringify([zone, country, rules]);
    const used = JSON.parse(rules) as Rules;
    const all = wanted.samples.flatMap((sample) => wanted.asks.map((ask) => ({ ask, sample, key: keyOf(ask, sample) })));
    setState((old) => ({ outcomes: keptOf(old, home, values, all), home, samples: values }));
    const stops = all.map(({ ask, sample, key: at }) =>
      evaluator.ask(ask, sample.values, { zone, country, rules: used }, (outcome) =>
        setState((old) => ({ ...old, outcomes: new Map(old.outcomes).set(at, outcome) })),
      ),
    );
    return () => stops.forEach((stop) => stop());
  }, [key, values, zone, country, rules]);

  return useMemo(() => ({ of: (ask, sample) => state.outcomes.get(keyOf(ask, sample)) }), [state]);
}

const noRules: Rules = {};

/** The rules that the texts use: others would be sent to the evaluator for nothing. */
function usedRules(asks: readonly Ask[], rules: Rules): Rules {
  const names = new Set(
    asks.flatMap(({ written, reading }) =>
      typeof written === "string" && reading !== "value" ? ruleCalls(written, true).map(({ name }) => name) : [...rulesInInput(written)],
    ),
  );
  const all = asks.some(({ written }) => asksSegments(typeof written === "string" ? written : JSON.stringify(written), true));
  return Object.fromEntries(Object.entries(rules).filter(([name, { kind }]) => names.has(name) || (all && kind === "segment")));
}

/** The outcomes that hold still: of texts that are still asked for, with the same values. */
function keptOf(old: State, home: string, values: readonly Sample["values"][], all: readonly { key: string }[]): State["outcomes"] {
  if (old.home !== home || old.samples !== values) return nothing.outcomes;
  return new Map(
    all.flatMap(({ key }) => {
      const outcome = old.outcomes.get(key);
      return outcome === undefined ? [] : [[key, outcome] as const];
    }),
  );
}

/** The previous list, as long as the items are the same. */
function useStable<T>(list: readonly T[]): readonly T[] {
  const last = useRef(list);
  if (last.current.length !== list.length || list.some((item, index) => item !== last.current[index])) last.current = list;
  return last.current;
}

/** What one text gives with a sample. After a change its last outcome stands until the new one is there, so that nothing flickers; with another sample it says nothing. */
export function useOutcome(ask: Ask | null, home: Home, sample: Sample | null): Outcome | undefined {
  const outcomes = useOutcomes(ask === null ? [] : [ask], home, sample === null ? [] : [sample]);
  const last = useRef<{ of: string; outcome: Outcome }>(undefined);
  if (ask === null || sample === null) return undefined;
  const outcome = outcomes.of(ask, sample) ?? (last.current?.of === sample.id ? last.current.outcome : undefined);
  last.current = outcome && { of: sample.id, outcome };
  return outcome;
}
