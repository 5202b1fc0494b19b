import type { Reference } from "../types/lint.ts";

export interface ReferenceStore {
  list(workspaceId: string, flowId: string): Promise<Reference[]>;
  /** Replaces what is known of a flow. Writes nothing where the workspace has no such flow. */
  replace(workspaceId: string, flowId: string, references: readonly Reference[]): Promise<void>;
}
