import { createContext, type ReactNode, use, useMemo, useState } from "react";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { chosenAddresses, waitsWords } from "./chosen-addresses.ts";

interface MayTry {
  /** Whether look-ups of the draft may be made without a click. */
  mayTry: boolean;
  /** Why they wait for a click, in words; null where they do not. */
  waits: string | null;
  tryIt: () => void;
}

const Context = createContext<MayTry | null>(null);

/** Whether the draft on the page may be tried by itself. */
export function useMayTry(): MayTry {
  const may = use(Context);
  if (may === null) throw new Error("There is no draft to be tried around this part of the editor.");
  return may;
}

/**
 * Keeps a page that is merely looked at from sending anything: a draft that nobody here wrote or tried waits for a click, and so does
 * each read at an address that the definition chooses, which would carry away what is in the address.
 */
export function MayTryProvider({ names, children }: { names: StepNames; children: ReactNode }) {
  const draft = useDraft();
  const definition = useDraftPart((view) => view.definition);
  const isForeign = useDraftPart((view) => view.isForeign);
  const [tried, setTried] = useState("[]");
  const value = useMemo((): MayTry => {
    const addresses = chosenAddresses(definition, names.entry);
    const now = JSON.stringify(addresses);
    const waits = isForeign || (now !== tried && addresses.length > 0) ? waitsWords(isForeign, addresses) : null;
    const tryIt = () => {
      draft.accept();
      setTried(now);
    };
    return { mayTry: waits === null, waits, tryIt };
  }, [draft, definition, isForeign, names, tried]);
  return <Context value={value}>{children}</Context>;
}
