import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { sessionQuery } from "../../lib/queries.ts";
import { DraftKeeper } from "./definition/kept-drafts.ts";

/** The drafts of this workspace that this browser keeps; null until it is known which workspace this is. */
export function useDraftKeeper(): DraftKeeper | null {
  const workspace = useQuery(sessionQuery()).data?.workspace.id;
  return useMemo(() => (workspace === undefined ? null : new DraftKeeper(localStorage, workspace)), [workspace]);
}
