import { skipToken, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keyLabels, type KeyLabels } from "./key-labels.ts";
import { operationQuery } from "./queries.ts";

/** Labels for what goes into an operation and comes out of it; for a step that is none, the names in words. */
export function useKeyLabels(app: string | null, operation: string | null): KeyLabels {
  const isOperation = app !== null && operation !== null;
  const options = operationQuery(app ?? "", operation ?? "");
  const fields = useQuery({ ...options, queryFn: isOperation ? options.queryFn! : skipToken }).data?.inputs;
  return useMemo(() => keyLabels(fields), [fields]);
}
