import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { FlowDefinition, FlowDetail, LintFinding } from "#api/schemas.ts";
import { lintQuery } from "../../../lib/queries.ts";
import { useDraftPart } from "./context.tsx";
import { withUnready } from "./unready.ts";
import { freshFindings, freshProblems } from "./fresh-verdicts.ts";

const none: readonly LintFinding[] = [];

/** The flow with the problems that the draft on the page still has. */
export function useFreshFlow(flow: FlowDetail): FlowDetail {
  const definition = useDraftPart((view) => view.definition);
  return useMemo(() => ({ ...flow, problems: freshProblems(flow, definition) }), [flow, definition]);
}

/** All that is wrong with the draft on the page: what it lacks, and what the last check found. */
export function useAllFindings(flow: FlowDetail): readonly LintFinding[] {
  const { problems } = useFreshFlow(flow);
  const now = useDraftPart((view) => view.definition);
  const findings = useFreshFindings(flow);
  return useMemo(() => withUnready(findings, problems, now), [findings, problems, now]);
}

/** What the last check of the flow found that still holds for the draft on the page. */
export function useFreshFindings(flow: FlowDetail): readonly LintFinding[] {
  const definition = useDraftPart((view) => view.definition);
  const { data, isFetching } = useQuery(lintQuery(flow.id));
  const asked = useRef<FlowDefinition>(null);
  const [checked, setChecked] = useState<FlowDefinition>(flow.definition);
  const saved = useRef(flow.definition);
  saved.current = flow.definition;
  // A check is of the draft as it was saved when it began.
  useEffect(() => {
    if (isFetching) asked.current = saved.current;
  }, [isFetching]);
  useEffect(() => {
    setChecked(asked.current ?? saved.current);
    asked.current = null;
  }, [data]);
  const findings = data?.findings ?? none;
  return useMemo(() => freshFindings(findings, checked, definition), [findings, checked, definition]);
}
