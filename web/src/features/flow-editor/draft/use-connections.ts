import { useMemo } from "react";
import { allSteps } from "../document/place.ts";
import { useDraftPart } from "./context.tsx";

/** The connections that the flow names, in the order of its steps. */
export function useConnectionsOfFlow(): readonly string[] {
  const definition = useDraftPart((view) => view.definition);
  return useMemo(() => {
    const all = [definition.trigger, ...allSteps(definition).map(({ step }) => step)];
    return all.flatMap((one) =>
      "connection" in one && typeof one.connection === "string" && one.connection !== "" ? [one.connection] : [],
    );
  }, [definition]);
}
