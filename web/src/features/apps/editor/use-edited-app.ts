import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { EditsKeeper, KeptEdits } from "../definition/kept-edits.ts";
import { isSame } from "../definition/same.ts";
import { type AppDetail, type EditedApp, type Definition, savedDefinition } from "../definition/types.ts";

const keepAfterMs = 400;

interface EditedAppState {
  draft: EditedApp;
  isChanged: boolean;
  /** Counts the edits. */
  edition: number;
  /** The app was saved by somebody else since these edits began. */
  isBehind: boolean;
  /** The browser keeps what is written; where it has no room, only this page does. */
  isKept: boolean;
  edit(change: (draft: EditedApp) => EditedApp): void;
  /** Takes what is saved, and keeps the guesses that nobody has confirmed. */
  follow(saved: AppDetail): void;
  /** Takes back all that is not saved. */
  discard(): void;
}

/** What is written of an app, kept in the browser as one types. `kept`: what was left there. */
export function useEditedApp(id: string, saved: AppDetail | null, kept: KeptEdits | null, keeper: EditsKeeper): EditedAppState {
  const [draft, setDraft] = useState<EditedApp>(() => kept ?? { definition: savedDefinition(saved) ?? emptyDefinition, guesses: {} });
  const [base, setBase] = useState<number | null>(kept === null ? (saved?.revision ?? null) : kept.revision);
  const [edition, setEdition] = useState(0);
  const [isKept, setKept] = useState(true);
  const definition = savedDefinition(saved);
  const isChanged = definition === null || (draft.definition !== definition && !isSame(draft.definition, definition));
  const isWorthKeeping = isChanged || Object.keys(draft.guesses).length > 0;
  const isThrownAway = useRef(false);
  const keep = () => {
    if (isThrownAway.current) return;
    if (isWorthKeeping) setKept(keeper.keep(id, { ...draft, revision: base, at: Date.now() }));
    else keeper.forget(id);
  };
  useKeeping(keep, draft, edition);
  return {
    draft,
    isChanged,
    edition,
    isKept,
    isBehind: isChanged && saved !== null && base !== saved.revision,
    edit(change) {
      setDraft(change);
      setEdition((n) => n + 1);
    },
    follow(next) {
      setBase(next.revision);
      setDraft((old) => ({ ...old, definition: savedDefinition(next) ?? old.definition }));
      setEdition((n) => n + 1);
    },
    discard() {
      keeper.forget(id);
      isThrownAway.current = saved === null;
      setBase(saved?.revision ?? null);
      setDraft({ definition: definition ?? emptyDefinition, guesses: {} });
      setEdition((n) => n + 1);
    },
  };
}

const emptyDefinition: Definition = { title: "New app" };

/** Keeps what is written a moment after the last key, and when the page is left. */
function useKeeping(keep: () => void, draft: EditedApp, edition: number): void {
  const isWaiting = useRef(false);
  const keepNow = useEffectEvent(keep);
  useEffect(() => {
    if (edition === 0) return undefined;
    isWaiting.current = true;
    const timer = setTimeout(() => {
      isWaiting.current = false;
      keepNow();
    }, keepAfterMs);
    return () => clearTimeout(timer);
  }, [draft, edition]);
  const leave = useEffectEvent(() => {
    if (isWaiting.current) keep();
    isWaiting.current = false;
  });
  useEffect(() => {
    const onHide = () => leave();
    window.addEventListener("pagehide", onHide);
    return () => {
      window.removeEventListener("pagehide", onHide);
      onHide();
    };
  }, []);
}
