import type { FlowDefinition } from "#api/schemas.ts";
import { useKeyLabels } from "../lib/use-key-labels.ts";
import { JsonView } from "./json-view.tsx";

interface EventViewProps {
  /** What the event is of. */
  trigger: Pick<FlowDefinition["trigger"], "app" | "operation">;
  value: unknown;
  /** How many levels stand open. */
  open: number;
  short?: boolean;
}

/** A sample of a trigger's events, its members by what people call them. */
export function EventView({ trigger: { app, operation }, value, open, short = false }: EventViewProps) {
  const { result } = useKeyLabels(app || null, operation || null);
  return <JsonView value={value} label="the sample" open={open} short={short} labels={result} />;
}
