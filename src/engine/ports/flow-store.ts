import type { Flow, FlowDefinition } from "../types/flows.ts";
import type { Trigger } from "../types/triggers.ts";

/** Flows with their versions. A method that names a flow does nothing, or gives nothing, where the workspace has no such flow. `by`: who changes it. */
export interface FlowStore {
  insert(flow: Flow, trigger: Trigger, by?: string): Promise<void>;
  get(workspaceId: string, id: string): Promise<Flow | null>;
  list(workspaceId: string): Promise<Flow[]>;
  /** The published definitions of a workspace's flows, by flow. */
  published(workspaceId: string): Promise<Map<string, FlowDefinition>>;
  update(
    workspaceId: string,
    id: string,
    patch: Partial<Pick<Flow, "name" | "status" | "draft" | "version" | "reason" | "updatedAt">>,
    by?: string,
  ): Promise<void>;
  /** Writes a version and makes it the published one, in one transaction. */
  publish(workspaceId: string, flowId: string, version: number, definition: FlowDefinition, now: number, by?: string): Promise<void>;
  /** Also of a flow that was deleted: its runs are still shown. */
  version(workspaceId: string, flowId: string, version: number): Promise<FlowDefinition | null>;
  versions(workspaceId: string, flowId: string): Promise<{ version: number; publishedAt: number }[]>;
  delete(workspaceId: string, id: string, by?: string): Promise<void>;
}
