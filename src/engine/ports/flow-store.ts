import type { DraftSave, Flow, FlowDefinition, FlowVersion } from "../types/flows.ts";
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
    patch: Partial<Pick<Flow, "status" | "version" | "reason" | "folder" | "updatedAt">>,
    by?: string,
  ): Promise<void>;
  /** Replaces the draft and counts its revision up. False, and nothing done, where it is not at the revision that was expected. */
  saveDraft(workspaceId: string, id: string, save: DraftToSave): Promise<boolean>;
  /** Null: nobody has saved it since the list of changes begins. */
  lastSave(workspaceId: string, id: string): Promise<DraftSave | null>;
  /** Writes a version and makes it the published one, in one transaction. */
  publish(workspaceId: string, flowId: string, version: VersionToPublish): Promise<void>;
  /** Also of a flow that was deleted: its runs are still shown. */
  version(workspaceId: string, flowId: string, version: number): Promise<FlowDefinition | null>;
  versions(workspaceId: string, flowId: string): Promise<FlowVersion[]>;
  delete(workspaceId: string, id: string, by?: string): Promise<void>;
}

export interface DraftToSave {
  draft: FlowDefinition;
  name: string;
  now: number;
  /** The revision that the draft was changed from. Undefined: whatever it is. */
  expected?: number;
  /** The word for it in the list of changes; `saved` when absent. */
  what?: string;
  by?: string;
}

export interface VersionToPublish {
  version: number;
  definition: FlowDefinition;
  now: number;
  note?: string;
  by?: string;
}
