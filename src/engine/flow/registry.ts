import type { Clock } from "#kernel/clock.ts";
import type { FlowService } from "../api.ts";
import type { FlowStore } from "../ports/flow-store.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import { TriggerArming } from "../triggers/trigger-arming.ts";
import type { TriggerLocks } from "../triggers/trigger-locks.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { Trigger } from "../types/triggers.ts";
import { FlowCache } from "./flow-cache.ts";
import { FlowEditing } from "./flow-editing.ts";
import { FlowReader } from "./flow-reader.ts";
import type { VersionRef } from "./version-ref.ts";
import { parseFlow, problemsOf, readDraft, type CompiledFlow, type FlowKnowledge } from "./flow.ts";
import { knowledgeWith } from "./knowledge.ts";

/** Flows and their triggers, from draft to published; what every event needs is kept in memory. */
export interface FlowRegistry extends Omit<FlowService, "runNow"> {
  compiled(of: VersionRef): Promise<CompiledFlow>;
  /** The same, if it is in memory. */
  cached(of: VersionRef): CompiledFlow | undefined;
  /** The same; null for a version that this Millrace cannot read, such as one that uses what a later release left out. */
  readable(of: VersionRef): Promise<CompiledFlow | null>;
  /** Whether a version keeps the runs of a record in order; false where it cannot be read. */
  keepsOrder(of: VersionRef): Promise<boolean>;
  /** The trigger of a hook and its flow, from memory after the first time. Null when there is none. */
  bindingByToken(token: string): Promise<TriggerBinding | null>;
  /** The flow of a trigger, from memory after the first time. */
  bindingOf(trigger: Trigger): Promise<TriggerBinding>;
  /** Every flow of a workspace with its trigger; unchanged ones from memory. */
  all(workspaceId: string): Promise<TriggerBinding[]>;
  /** Drops a flow from memory, after another process changed it. */
  forget(flowId: string): void;
  /** Calls back after anything changed that decides when triggers fire, here or elsewhere. */
  onForget(listener: (flowId: string) => void): void;
}

interface Parts {
  flows: FlowStore;
  triggers: TriggerStore;
  /** What the checks need to know of a workspace's apps: a new object after one of them changed. */
  knowledge: (workspaceId: string) => FlowKnowledge;
  clock: Clock;
  locks: TriggerLocks;
}

export function createFlowRegistry({ flows, triggers, knowledge, clock, locks }: Parts): FlowRegistry {
  const reader = new FlowReader(flows, triggers);
  const cache = new FlowCache({ flows, triggers, reader, knowledge, clock });
  const arming = new TriggerArming({ triggers, reader, knowledge, locks, clock });
  const editing = new FlowEditing({ flows, triggers, reader, arming, knowledge, clock, changed: cache.forget });
  const { create, save, rename, move, publish, pause, resume, delete: remove, rotateHook, mend } = editing;
  const { compiled, cached, readable, keepsOrder, bindingByToken, bindingOf, all, forget, onForget } = cache;
  return {
    create,
    save,
    rename,
    move,
    publish,
    pause,
    resume,
    delete: remove,
    rotateHook,
    mend,
    compiled,
    cached,
    readable,
    keepsOrder,
    bindingByToken,
    bindingOf,
    all,
    forget,
    onForget,
    get: reader.get,
    trigger: reader.trigger,
    version: reader.version,
    list: (workspaceId) => flows.list(workspaceId),
    triggers: async (workspaceId) => new Map((await triggers.list(workspaceId)).map((trigger) => [trigger.flowId, trigger])),
    published: (workspaceId) => flows.published(workspaceId),
    versions: (flow) => flows.versions(flow.workspaceId, flow.id),
    draft: (workspaceId, definition) => readDraft(definition, knowledge(workspaceId)).definition,
    problems: (workspaceId, definition) => problemsOf(definition, knowledge(workspaceId)),
    parse: (workspaceId, definition, rules = {}) => parseFlow(definition, knowledgeWith(knowledge(workspaceId), rules)),
  };
}
