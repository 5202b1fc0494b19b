import type { ConnectionFacts } from "#catalog/types.ts";
import type { Flow, FlowDefinition } from "./flows.ts";
import type { Trigger } from "./triggers.ts";

/** A trigger with the flow it starts. */
export interface TriggerBinding {
  trigger: Trigger;
  flow: Flow;
  /** What the trigger said when the flow was last published, or says in the draft. */
  definition: FlowDefinition;
}

/** A flow that starts from events of an inbox. */
export interface Subscriber {
  binding: TriggerBinding;
  /** The events it starts from. */
  events: readonly string[];
  /** The login its trigger names; undefined: it names none and takes events of any sub-account. Null: there is no such login. */
  connection: ConnectionFacts | null | undefined;
}
