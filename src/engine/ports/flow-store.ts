import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { Trigger } from "../types/triggers.ts";

/** `by`: who changes it, for the list of changes. */
export interface FlowStore {
  insert(flow: Flow, trigger: Trigger, by?: string): Promise<void>;
  get(workspaceId: string, id: string): Promise<Flow | null>;
  list(workspaceId: string): Promise<Flow[]>;
  /** The published definitions of a workspace's flows, by flow. */
  published(workspaceId: string): Promise<Map<string, FlowDefinition>>;
  update(
    id: string,
    patch: Partial<Pick<Flow, "name" | "status" | "draft" | "version" | "reason" | "updatedAt">>,
    by?: string,
  ): Promise<void>;
  /** Writes a version and makes it the published one, in one transaction. */
  publish(flowId: string, version: number, definition: FlowDefinition, now: number, by?: string): Promise<void>;
  version(flowId: string, version: number): Promise<FlowDefinition | null>;
  versions(flowId: string): Promise<{ version: number; publishedAt: number }[]>;
  delete(id: string, by?: string): Promise<void>;
}
