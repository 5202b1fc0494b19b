import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useMemo, useRef, useState } from "react";
import { rulesOfPartsQuery } from "../../../lib/queries.ts";
import { filledSample, withDryResults } from "../data/samples.ts";
import { type SourceWords, sourcesOf } from "../data/sources.ts";
import type { PlaceData } from "../data/types.ts";
import type { Place } from "../document/place.ts";
import { type Seen, seenFrom } from "../document/visible.ts";
import { useDraftPart } from "../draft/context.tsx";
import { useDryResults } from "../trying/dry-context.tsx";
import { useSamples } from "../trying/samples-context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { stepWords } from "../words/step-words.ts";

const Context = createContext<PlaceData | null>(null);

/** What the fields of a place can be filled from. */
export function usePlaceData(): PlaceData {
  const data = use(Context);
  if (data === null) throw new Error("There is no data around this field.");
  return data;
}

interface PlaceDataProps {
  place: Place;
  names: StepNames;
  children: ReactNode;
}

/** Gathers what a place can read, with the values of the chosen sample. */
export function PlaceDataProvider({ place, names, children }: PlaceDataProps) {
  const definition = useDraftPart((view) => view.definition);
  const { samples: received, sample: chosen } = useSamples();
  const rules = useQuery(rulesOfPartsQuery()).data;
  const seen = useSame(seenFrom(definition, place));
  const results = useDryResults();
  const { trigger, settings } = definition;
  const zone = settings?.zone ?? "UTC";
  const country = settings?.country;
  const data = useMemo((): PlaceData => {
    const words: SourceWords = { entry: names.entry, app: names.app, step: (step) => stepWords(step, names) };
    const samples = received.map((one) => filledSample(one.id === chosen.id ? withDryResults(one, seen, results) : one, seen, words));
    return {
      sources: sourcesOf(trigger, seen, words, samples),
      samples,
      sample: samples.find(({ id }) => id === chosen.id) ?? samples[0] ?? null,
      zone,
      ...(country === undefined ? {} : { country }),
      ...(rules === undefined ? {} : { rules }),
    };
  }, [names, received, chosen.id, results, trigger, seen, zone, country, rules]);
  const [insertion] = useState(() => new Insertion());
  return (
    <Context value={data}>
      <InsertionContext value={insertion}>{children}</InsertionContext>
    </Context>
  );
}

/** Puts a field of the data where the caret is. */
type Insert = (path: string) => void;

/** Where what is chosen from the data goes: into the field that was entered last. */
class Insertion {
  #insert: Insert | null = null;

  readonly enter = (insert: Insert): void => {
    this.#insert = insert;
  };

  /** False: no field was entered yet. */
  put(path: string): boolean {
    this.#insert?.(path);
    return this.#insert !== null;
  }
}
const InsertionContext = createContext(new Insertion());
export const useInsertion = (): Insertion => use(InsertionContext);

/** The same list as before as long as the same is seen: typing in a step does not change what it can read. */
function useSame(seen: readonly Seen[]): readonly Seen[] {
  const last = useRef(seen);
  const stepOf = (one: Seen | undefined) => (one !== undefined && "step" in one ? one.step : undefined);
  const isSame =
    last.current.length === seen.length &&
    seen.every(
      (one, i) => one.name === last.current[i]?.name && one.kind === last.current[i]?.kind && stepOf(one) === stepOf(last.current[i]),
    );
  if (!isSame) last.current = seen;
  return last.current;
}
