import type { TriggerKind } from "../types.ts";

/** What a flow's check has to know of the catalog. */
export interface FlowKnowledge {
  app(id: string): { title: string; needsConnection: boolean } | null;
  operation(app: string, id: string): KnownOperation | null;
  /** `record`: whether it says of which record an event is. `inbox`: its events come to the inboxes of its app, not to an address of its own. */
  trigger(app: string, id: string): { kind: TriggerKind; title: string; record?: boolean; inbox?: boolean } | null;
  /** Ids of an app's operations and triggers, to suggest from. */
  operations(app: string): string[];
  /** Ids of all apps, to suggest from. */
  apps?(): string[];
}

export interface KnownOperation {
  title: string;
  effect: string;
  inputs: KnownInput[];
}
export interface KnownInput {
  name: string;
  required: boolean;
  /** Fields any of which says this one too: a stage its pipeline. */
  impliedBy?: string[];
}
