import { skipToken, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keyLabels, type KeyLabels } from "./key-labels.ts";
import { operationQuery } from "./queries.ts";

/** The catalog's entry of a step's operation; undefined until it is loaded, and for a step that is none. */
export function useOperation(app: string | null, operation: string | null) {
  const isOperation = app !== null && operation !== null;
  const options = operationQuery(app ?? "", operation ?? "");
  return useQuery({ ...options, queryFn: isOperation ? options.queryFn! : skipToken }).data;
}

/** Labels for what goes into an operation, and for what comes out of it; for a step that is none, the names in words. */
export function useKeyLabels(app: string | null, operation: string | null): Record<"input" | "result", KeyLabels> {
  const fields = useOperation(app, operation)?.inputs;
  return useMemo(() => ({ input: keyLabels(fields), result: keyLabels(fields, "result") }), [fields]);
}
