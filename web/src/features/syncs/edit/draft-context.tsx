import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from "react";
import type { SyncView } from "#api/schemas.ts";
import { api, ApiError } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { syncQuery } from "../../../lib/queries.ts";
import { setSignedOut } from "../../../lib/session.ts";
import { judge } from "../../flow-editor/draft/judge.ts";
import type { Definition } from "../types.ts";
import { saysTheSame } from "./edits.ts";
import { type DraftView, SyncDraft } from "./sync-draft.ts";

const Context = createContext<SyncDraft | null>(null);

/** Holds the definition of a sync for its whole page: the form and the JSON show the same. */
export function SyncDraftProvider({ sync, children }: { sync: SyncView; children: ReactNode }) {
  const cache = useQueryClient();
  const [draft] = useState(() => openDraft(sync, cache));
  useEffect(() => {
    draft.hold(sync.status !== "draft");
    draft.adopt(sync);
  }, [draft, sync]);
  useEffect(() => {
    draft.open();
    return () => draft.close();
  }, [draft]);
  return <Context value={draft}>{children}</Context>;
}

/** The draft of this page. */
export function useSyncDraft(): SyncDraft {
  const draft = use(Context);
  if (draft === null) throw new Error("There is no sync around this part of the page.");
  return draft;
}

/** A part of what the draft shows; the component is drawn anew when that part is another. */
export function useDraftPart<T>(part: (view: DraftView) => T): T {
  const draft = useSyncDraft();
  return useSyncExternalStore(draft.subscribe, () => part(draft.view()));
}

function openDraft(sync: SyncView, cache: QueryClient): SyncDraft {
  const { queryKey } = syncQuery(sync.id);
  const parts = {
    save: async (definition: Definition, revision: number | null) => {
      await cache.cancelQueries({ queryKey, exact: true }); // an answer from before this save would come after it
      const saved = await put(sync.id, definition, revision);
      cache.setQueryData(queryKey, saved);
      return saved.revision;
    },
    judge: (error: unknown) => {
      if (error instanceof ApiError && error.code === "NOT_SIGNED_IN") setSignedOut(true);
      return error instanceof ApiError && error.code === "CONFLICT" ? "conflict" : judge(error);
    },
    messageOf,
    later: (ms: number, act: () => void) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
  return new SyncDraft(sync, parts, sync.status !== "draft");
}

/** Saves over a revision; null: over whatever is there. A save whose answer was lost is found done. */
async function put(id: string, definition: Definition, revision: number | null): Promise<SyncView> {
  const of = revision ?? (await api.syncs.get({ id })).revision;
  try {
    return await api.syncs.put({ id, body: { definition, revision: of } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "CONFLICT") throw error;
    const there = await api.syncs.get({ id });
    if (saysTheSame(there.definition, definition)) return there;
    throw error;
  }
}
