import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import type { Place } from "../document/place.ts";

/** What a form of a kind of step is given. */
export interface KindFormProps<S = StepDefinition> {
  flowId: string;
  step: S;
  place: Place;
  definition: FlowDefinition;
  /** What is wrong, by the member. */
  errors: ReadonlyMap<string, string>;
}
