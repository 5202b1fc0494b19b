import type { LintRecord } from "../types/lint.ts";

export interface LintStore {
  all(workspaceId: string): Promise<LintRecord[]>;
  get(workspaceId: string, flowId: string): Promise<LintRecord | null>;
  /** Writes nothing where the workspace has no such flow. */
  put(workspaceId: string, record: LintRecord): Promise<void>;
}
