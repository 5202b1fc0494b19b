import type { PlaceData } from "../data/types.ts";

export interface ConditionFieldProps {
  label: string;
  /** As the flow has it: `trigger.score <= 6 and trigger.email != blank`. */
  value: string;
  onChange: (value: string) => void;
  data: PlaceData;
  /** What is wrong with it, as the server says. */
  error?: string | undefined;
}
