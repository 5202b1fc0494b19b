import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { api } from "../../../lib/api.ts";
import { flowQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";

/** The draft as it is being set up. */
export interface Draft {
  flow: FlowDefinition;
  /** As it was when the page was opened. */
  opened: FlowDefinition;
  change(next: FlowDefinition): void;
  /** Takes back the last change, with all that was typed in one go; null where nothing was changed. */
  undo: (() => void) | null;
  /** Saves what is not saved yet. False where the server refuses it; `problem` says why. */
  flush(): Promise<boolean>;
  /** Takes what another window saved instead of what is here. */
  reload(): Promise<void>;
  state: "saved" | "saving" | "unsaved";
  problem: string | null;
}

const pauseMs = 500;
/** As many changes can be taken back. */
const mostSteps = 100;

/** Keeps what is typed, and saves it after a pause, on the next step, or on leaving. What another window saved meanwhile is not overwritten. */
export function useSetUpDraft(detail: FlowDetail): Draft {
  const cache = useQueryClient();
  const [flow, setFlow] = useState(detail.definition);
  const [opened] = useState(detail.definition);
  const [past, setPast] = useState<readonly FlowDefinition[]>([]);
  const [state, setState] = useState<Draft["state"]>("saved");
  const [problem, setProblem] = useState<string | null>(null);
  const unsaved = useRef<FlowDefinition | null>(null);
  const saving = useRef<Promise<boolean>>(Promise.resolve(true));
  const revision = useRef(detail.revision);

  const take = (saved: FlowDetail) => {
    revision.current = saved.revision;
    cache.setQueryData(flowQuery(detail.id).queryKey, saved);
    setProblem(null);
  };
  const save = async (next: FlowDefinition): Promise<boolean> => {
    setState("saving");
    try {
      take(await api.flows.save({ id: detail.id, query: { revision: revision.current }, body: next }));
      setState(unsaved.current === null ? "saved" : "unsaved");
      return true;
    } catch (error) {
      unsaved.current ??= next; // tried again with the next change, or when the user goes on
      setProblem(messageOf(error));
      setState("unsaved");
      return false;
    }
  };
  // One after another: a save that was sent later must not be overtaken.
  const flush = (): Promise<boolean> => {
    saving.current = saving.current.then(() => {
      const next = unsaved.current;
      unsaved.current = null;
      return next === null ? true : save(next);
    });
    return saving.current;
  };
  useEffect(() => {
    if (state !== "unsaved" || problem !== null) return undefined;
    const timer = setTimeout(() => void flush(), pauseMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what it saves is in refs: any of its makings does the same
  }, [flow, state, problem]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- what it saves is in refs: any of its makings does the same
  useEffect(() => () => void flush(), []);
  const put = (next: FlowDefinition) => {
    unsaved.current = next;
    setFlow(next);
    setProblem(null);
    setState("unsaved");
  };
  return {
    flow,
    opened,
    state,
    problem,
    flush,
    change(next) {
      // What is typed before the next save is one step back.
      if (unsaved.current === null) setPast([...past.slice(1 - mostSteps), flow]);
      put(next);
    },
    undo:
      past.length === 0
        ? null
        : () => {
            setPast(past.slice(0, -1));
            put(past.at(-1)!);
          },
    async reload() {
      const saved = await api.flows.get({ id: detail.id });
      unsaved.current = null;
      take(saved);
      setFlow(saved.definition);
      setPast([]);
      setState("saved");
    },
  };
}
