import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { ApiError, api } from "../../../lib/api.ts";
import { useRecordChanges } from "../../../lib/events.ts";
import { flowQuery, lintQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { setSignedOut } from "../../../lib/session.ts";
import { FlowDraft, type DraftView } from "./flow-draft.ts";
import { judge } from "./judge.ts";
import { EditsKeeper } from "./kept-edits.ts";

const Context = createContext<FlowDraft | null>(null);

/** Holds the draft of a flow for the whole page of it: the steps, the JSON and the buttons all speak of the same. */
export function FlowDraftProvider({ flow, children }: { flow: FlowDetail; children: ReactNode }) {
  const cache = useQueryClient();
  const [draft] = useState(() => openDraft(flow, cache));
  useEffect(() => draft.adopt(flow), [draft, flow]);
  useEffect(() => {
    const keep = () => document.visibilityState === "hidden" && draft.keepNow();
    draft.open();
    window.addEventListener("pagehide", draft.keepNow);
    document.addEventListener("visibilitychange", keep);
    return () => {
      window.removeEventListener("pagehide", draft.keepNow);
      document.removeEventListener("visibilitychange", keep);
      draft.close();
    };
  }, [draft]);
  // What somebody else does to the flow is taken over while nothing here is unsaved.
  useRecordChanges((kinds) => kinds.has("flow") && void cache.invalidateQueries({ queryKey: flowQuery(flow.id).queryKey, exact: true }));
  return <Context value={draft}>{children}</Context>;
}

/** The draft of this page. */
export function useDraft(): FlowDraft {
  const draft = use(Context);
  if (draft === null) throw new Error("There is no draft around this part of the page.");
  return draft;
}

/** A part of what the draft shows; the component is drawn anew when that part is another. */
export function useDraftPart<T>(part: (view: DraftView) => T): T {
  const draft = useDraft();
  return useSyncExternalStore(draft.subscribe, () => part(draft.view()));
}

function openDraft(flow: FlowDetail, cache: QueryClient): FlowDraft {
  const { queryKey } = flowQuery(flow.id);
  let lookSoon: ReturnType<typeof setTimeout> | undefined;
  const checkSoon = () => {
    clearTimeout(lookSoon); // a check asks the app for names: not at every pause of typing
    lookSoon = setTimeout(() => void cache.invalidateQueries({ queryKey: lintQuery(flow.id).queryKey }), checkAfterMs);
  };
  return new FlowDraft(flow, {
    save: async (definition, revision) => {
      await cache.cancelQueries({ queryKey, exact: true }); // an answer from before this save would come after it
      const saved = await api.flows.save({ id: flow.id, query: revision === null ? {} : { revision }, body: definition });
      cache.setQueryData(queryKey, saved);
      checkSoon();
      return saved;
    },
    judge: (error) => {
      if (error instanceof ApiError && error.code === "NOT_SIGNED_IN") setSignedOut(true);
      return judge(error);
    },
    messageOf,
    later: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    now: Date.now,
    keeper: new EditsKeeper(storage(), flow.id, Math.random().toString(36)),
  });
}

const checkAfterMs = 3_000;
const nowhere = { getItem: () => null, setItem: () => {}, removeItem: () => {}, key: () => null, length: 0 };

/** The browser's storage; nothing where it is not allowed. */
function storage(): ConstructorParameters<typeof EditsKeeper>[0] {
  try {
    return window.localStorage;
  } catch {
    return nowhere;
  }
}
