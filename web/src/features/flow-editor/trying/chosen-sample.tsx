import { createContext, type ReactNode, use, useMemo, useState } from "react";
import type { Sample } from "../data/types.ts";

interface ChosenSample {
  /** What was chosen, and stays so when newer samples come; null: the newest is shown. */
  chosen: string | null;
  choose: (id: string | null) => void;
  /** The chosen one as it was last listed: it stays chosen when newer samples push it off the list. */
  keep: (sample: Sample) => void;
  kept: Sample | null;
  /** Copies that were edited, the newest first. They last as long as the page. */
  edited: readonly Sample[];
  /** Keeps an edited copy beside the others, and chooses it. */
  addEdited: (copy: Sample) => void;
}

const Context = createContext<ChosenSample | null>(null);

/** The chosen sample of a flow's page: its editor and its dry run use the same one. */
export function useChosenSample(): ChosenSample {
  const chosen = use(Context);
  if (chosen === null) throw new Error("There is no chosen sample around this part of the page.");
  return chosen;
}

/** Holds which sample is chosen, and the copies that were edited. */
export function ChosenSampleProvider({ children }: { children: ReactNode }) {
  const [chosen, choose] = useState<string | null>(null);
  const [kept, keep] = useState<Sample | null>(null);
  const [edited, setEdited] = useState<readonly Sample[]>([]);
  const value = useMemo((): ChosenSample => {
    const addEdited = (copy: Sample) => {
      setEdited((others) => [copy, ...others]);
      choose(copy.id);
    };
    return { chosen, choose, kept, keep, edited, addEdited };
  }, [chosen, kept, edited]);
  return <Context value={value}>{children}</Context>;
}
