import type { Clock } from "#kernel/clock.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { FlowStore } from "../ports/flow-store.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { Trigger } from "../types/triggers.ts";
import type { FlowReader } from "./flow-reader.ts";
import type { VersionRef } from "./version-ref.ts";
import { compileFlow, type CompiledFlow, type FlowKnowledge } from "./flow.ts";

interface Parts {
  flows: Pick<FlowStore, "get" | "list">;
  triggers: Pick<TriggerStore, "byToken" | "byFlow">;
  reader: FlowReader;
  knowledge: (workspaceId: string) => FlowKnowledge;
  clock: Clock;
}

const compiledLimit = 1000;

/** What every event needs of flows, in memory: which one a trigger starts, and its compiled version. */
export class FlowCache {
  readonly #parts: Parts;
  readonly #now = (): number => this.#parts.clock.now();
  /** With the knowledge of apps that it was compiled with. */
  readonly #compiled = new Map<string, { flow: CompiledFlow; by: FlowKnowledge }>();
  readonly #orders = new Map<string, boolean>();
  readonly #byToken = new Map<string, TriggerBinding>();
  readonly #byFlow = new Map<string, TriggerBinding>();
  readonly #forgotten = new Listeners<[flowId: string]>();
  /** Grows with each change: what was read before a change is not kept after it. */
  #changes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Calls back after something changed that decides when a flow's trigger fires. */
  readonly onForget = this.#forgotten.add;

  /** A flow, or its trigger, was changed. Its versions never are. */
  readonly forget = (flowId: string): void => {
    this.#changes++;
    this.#byFlow.delete(flowId);
    for (const [token, { flow }] of this.#byToken) if (flow.id === flowId) this.#byToken.delete(token);
    this.#forgotten.tell(flowId);
  };

  readonly cached = (of: VersionRef): CompiledFlow | undefined => {
    const hit = this.#compiled.get(keyOf(of));
    return hit?.by === this.#parts.knowledge(of.workspaceId) ? hit.flow : undefined;
  };

  readonly compiled = async (of: VersionRef): Promise<CompiledFlow> => this.cached(of) ?? this.#compile(of, await this.#version(of));

  readonly readable = async (of: VersionRef): Promise<CompiledFlow | null> => {
    const hit = this.cached(of);
    if (hit) return hit;
    const definition = await this.#version(of); // a store that fails is no fault of the flow
    try {
      return this.#compile(of, definition);
    } catch {
      return null;
    }
  };

  readonly keepsOrder = async (of: VersionRef): Promise<boolean> => {
    const key = keyOf(of);
    const hit = this.#compiled.get(key)?.flow.settings.order ?? this.#orders.get(key);
    if (hit !== undefined) return hit;
    const definition = await this.#version(of).catch(() => null);
    if (!definition) return false; // not remembered: it may be readable in a moment
    const order = definition.settings?.order === "record";
    if (this.#orders.size >= compiledLimit) this.#orders.clear();
    this.#orders.set(key, order);
    return order;
  };

  readonly bindingByToken = async (token: string): Promise<TriggerBinding | null> => {
    const hit = this.#byToken.get(token);
    if (hit) return hit;
    const { flows, triggers } = this.#parts;
    const readAt = this.#changes;
    const trigger = await triggers.byToken(token);
    const flow = trigger && (await flows.get(trigger.workspaceId, trigger.flowId));
    return trigger && flow ? this.#read(flow, trigger, readAt) : null;
  };

  readonly bindingOf = async (trigger: Trigger): Promise<TriggerBinding> => {
    const hit = this.#byFlow.get(trigger.flowId);
    if (hit) return hit;
    const readAt = this.#changes;
    return this.#read(await this.#parts.reader.get(trigger.workspaceId, trigger.flowId), trigger, readAt);
  };

  readonly all = async (workspaceId: string): Promise<TriggerBinding[]> => {
    const { flows, triggers } = this.#parts;
    const readAt = this.#changes;
    const bindings = (await flows.list(workspaceId)).map(async (flow) => {
      const hit = this.#byFlow.get(flow.id);
      if (hit) return hit;
      const trigger = await triggers.byFlow(flow.workspaceId, flow.id);
      return trigger && this.#read(flow, trigger, readAt); // null: deleted meanwhile
    });
    return (await Promise.all(bindings)).filter((binding) => binding !== null);
  };

  async #read(flow: Flow, trigger: Trigger, readAt: number): Promise<TriggerBinding> {
    const definition = flow.version === null ? flow.draft : await this.#parts.reader.version(flow.workspaceId, flow.id, flow.version);
    const binding = { trigger, flow, definition };
    if (readAt !== this.#changes) return binding;
    this.#byFlow.set(flow.id, binding);
    if (trigger.token !== null) this.#byToken.set(trigger.token, binding);
    return binding;
  }

  #version({ workspaceId, flowId, version }: VersionRef): Promise<FlowDefinition> {
    return this.#parts.reader.version(workspaceId, flowId, version);
  }

  #compile(of: VersionRef, definition: FlowDefinition): CompiledFlow {
    const by = this.#parts.knowledge(of.workspaceId);
    const flow = compileFlow(definition, this.#now, by);
    if (this.#compiled.size >= compiledLimit) this.#compiled.delete(this.#compiled.keys().next().value!);
    this.#compiled.set(keyOf(of), { flow, by });
    return flow;
  }
}

const keyOf = ({ workspaceId, flowId, version }: VersionRef): string => `${workspaceId} ${flowId}@${version}`;
