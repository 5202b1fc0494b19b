import { MillraceError } from "#kernel/errors.ts";
import type { FlowStore } from "../ports/flow-store.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { Trigger } from "../types/triggers.ts";

/** Reads flows, triggers and versions; throws NOT_FOUND for a missing one. */
export class FlowReader {
  readonly #flows: Pick<FlowStore, "get" | "version">;
  readonly #triggers: Pick<TriggerStore, "byFlow">;

  constructor(flows: Pick<FlowStore, "get" | "version">, triggers: Pick<TriggerStore, "byFlow">) {
    this.#flows = flows;
    this.#triggers = triggers;
  }

  readonly get = async (workspaceId: string, id: string): Promise<Flow> => {
    const flow = await this.#flows.get(workspaceId, id);
    if (!flow) throw new MillraceError("NOT_FOUND", { details: { what: "flow", id } });
    return flow;
  };

  readonly trigger = async ({ workspaceId, id }: Pick<Flow, "workspaceId" | "id">): Promise<Trigger> => {
    const trigger = await this.#triggers.byFlow(workspaceId, id);
    if (!trigger) throw new MillraceError("NOT_FOUND", { details: { what: "trigger of the flow", id } });
    return trigger;
  };

  readonly version = async (workspaceId: string, flowId: string, n: number): Promise<FlowDefinition> => {
    const definition = await this.#flows.version(workspaceId, flowId, n);
    if (!definition) throw new MillraceError("NOT_FOUND", { details: { what: "version of the flow", id: `${flowId} v${n}` } });
    return definition;
  };
}
