import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { ApiError, api } from "../../../lib/api.ts";
import { useRecordChanges } from "../../../lib/events.ts";
import { catalogQuery, flowQuery, lintQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { setSignedOut } from "../../../lib/session.ts";
import { withFollowingName } from "../../flows/usual-name.ts";
import { CheckSoon } from "./check-soon.ts";
import { FlowDraft, type DraftView } from "./flow-draft.ts";
import { judge } from "./judge.ts";
import { EditsKeeper } from "./kept-edits.ts";
import { KnownRevisions } from "./known-revisions.ts";

const Context = createContext<FlowDraft | null>(null);
const Checking = createContext<CheckSoon | null>(null);

/** Holds the draft of a flow for its whole page, so that the steps, the JSON and the buttons show the same draft. */
export function FlowDraftProvider({ flow, children }: { flow: FlowDetail; children: ReactNode }) {
  const cache = useQueryClient();
  const [checks] = useState(() => checkSoon(flow.id, cache));
  const [draft] = useState(() => openDraft(flow, cache, checks.saved));
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
  // Other people's changes are loaded as long as nothing here is unsaved.
  useRecordChanges((kinds) => kinds.has("flow") && void cache.invalidateQueries({ queryKey: flowQuery(flow.id).queryKey, exact: true }));
  return (
    <Context value={draft}>
      <Checking value={checks}>{children}</Checking>
    </Context>
  );
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

/** Whether what the checks show is of an earlier draft than that of this page: it is being saved, or not checked yet. */
export function useCheckIsDue(): boolean {
  const checks = use(Checking);
  if (checks === null) throw new Error("There is no draft around this part of the page.");
  const isSaving = useDraftPart((view) => view.save.kind === "saving");
  return useSyncExternalStore(checks.subscribe, checks.isDue) || isSaving;
}

const later = (ms: number, act: () => void): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

const checkSoon = (flowId: string, cache: QueryClient): CheckSoon =>
  new CheckSoon({ check: () => cache.invalidateQueries({ queryKey: lintQuery(flowId).queryKey }), later });

function openDraft(flow: FlowDetail, cache: QueryClient, onSaved: () => void): FlowDraft {
  const { queryKey } = flowQuery(flow.id);
  return new FlowDraft(flow, {
    save: async (definition, revision) => {
      await cache.cancelQueries({ queryKey, exact: true }); // an answer from before this save would come after it
      const saved = await api.flows.save({ id: flow.id, query: revision === null ? {} : { revision }, body: definition });
      cache.setQueryData(queryKey, saved);
      onSaved();
      return saved;
    },
    judge: (error) => {
      if (error instanceof ApiError && error.code === "NOT_SIGNED_IN") setSignedOut(true);
      return judge(error);
    },
    messageOf,
    later,
    now: Date.now,
    follow: (before, after) => {
      const isPublished = (cache.getQueryData(queryKey) ?? flow).version !== null;
      const catalog = cache.getQueryData(catalogQuery().queryKey) ?? [];
      const entryOf = (app: string, key: string) => catalog.find((entry) => entry.app === app && entry.key === key);
      return isPublished ? after : withFollowingName(before, after, entryOf);
    },
    keeper: new EditsKeeper(storage(), flow.id, Math.random().toString(36)),
    known: knownOf(flow),
  });
}

/** What is published as it is, a person has let run. */
function knownOf({ id, version, changed, revision }: FlowDetail): KnownRevisions {
  const known = new KnownRevisions(storage(), id);
  if (version !== null && !changed) known.add(revision);
  return known;
}

const nowhere = { getItem: () => null, setItem: () => {}, removeItem: () => {}, key: () => null, length: 0 };

/** The browser's storage; nothing where it is not allowed. */
function storage(): ConstructorParameters<typeof EditsKeeper>[0] {
  try {
    return window.localStorage;
  } catch {
    return nowhere;
  }
}
