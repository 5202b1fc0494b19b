import type { InputRule } from "#catalog/types.ts";
import type { Rules } from "../mapping/rule-format.ts";
import type { TriggerKind } from "../types/triggers.ts";

/** What the check of a flow needs to know of the catalog. */
export interface FlowKnowledge {
  app(id: string): { title: string; needsConnection: boolean } | null;
  operation(app: string, id: string): OperationInfo | null;
  trigger(app: string, id: string): TriggerInfo | null;
  /** Ids of an app's operations and triggers, to suggest from. */
  operations(app: string): string[];
  /** Ids of all apps, to suggest from. */
  apps?(): string[];
  /** The workspace's transformation rules. */
  rules?: Rules;
}

/** The same with further rules: those that come with a flow from elsewhere. */
export const knowledgeWith = (base: FlowKnowledge, rules: Rules): FlowKnowledge => ({
  app: (id) => base.app(id),
  operation: (app, id) => base.operation(app, id),
  trigger: (app, id) => base.trigger(app, id),
  operations: (app) => base.operations(app),
  apps: () => base.apps?.() ?? [],
  rules: { ...base.rules, ...rules },
});

/** Where a sentence finds what apps, operations, triggers and rules are called. */
export type Titles = Pick<FlowKnowledge, "app" | "operation" | "trigger" | "rules">;

export interface TriggerInfo {
  kind: TriggerKind;
  title: string;
  /** Whether it names the record of an event. */
  record?: boolean;
  /** Of a read: whether its answer is a list is said in its input. */
  anyList?: boolean;
  /** Whoever sends it may sign it with a shared secret, as the trigger's `signature` says. */
  signing?: boolean;
  /** Why it needs a connection of its app, as a sentence goes on after the app's name; absent where it needs none. */
  needsConnection?: string;
  /** Its events come to the inboxes of its app, not to an address of its own. */
  inbox?: boolean;
  /** The read that finds events whose webhook did not arrive, and the inputs it needs: `calendarId|userId` is one of the two. */
  reconcile?: { operation: string; needs: readonly string[] };
  /** Ids of reads that report the same events. */
  instead?: readonly string[];
  /** A change trigger. */
  watch?: ChangeTriggerInfo;
  /** Of a read: ids of webhook events that report the same sooner. */
  sooner?: readonly string[];
}

export interface ChangeTriggerInfo {
  /** What happens, within a sentence. */
  says: string;
  settings: { name: string; label: string; choices?: string[] }[];
  rules: readonly InputRule[];
  /** What `trigger._change` has. */
  members: string[];
}

export interface OperationInfo {
  title: string;
  effect: string;
  inputs: InputInfo[];
  /** It makes several calls, or decides: there is no one answer whose status could be read. */
  recipe?: boolean;
  /** What is wrong with further members (`$more`) of its input; null when nothing is. */
  moreProblem?: (more: unknown) => string | null;
  /** Its answer is a list. */
  list?: boolean;
  /** Whether its answer is a list is said in its input. */
  anyList?: boolean;
}
export interface InputInfo {
  name: string;
  /** What people call it. */
  label?: string;
  required: boolean;
  /** Fields any of which says this one too: a stage its pipeline. */
  impliedBy?: string[];
  /** A text of this kind: values that are written into it are encoded for it. */
  text?: "address" | "body";
}
