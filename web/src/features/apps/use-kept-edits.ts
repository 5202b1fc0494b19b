import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { sessionQuery } from "../../lib/queries.ts";
import { EditsKeeper } from "./definition/kept-edits.ts";

/** The drafts of this workspace that this browser keeps; null until it is known which workspace this is. */
export function useKeptEdits(): EditsKeeper | null {
  const workspace = useQuery(sessionQuery()).data?.workspace.id;
  return useMemo(() => (workspace === undefined ? null : new EditsKeeper(localStorage, workspace)), [workspace]);
}
