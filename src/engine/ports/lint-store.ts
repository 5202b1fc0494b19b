import type { LintRecord } from "../types/lint.ts";

export interface LintStore {
  all(workspaceId: string): Promise<LintRecord[]>;
  /** Writes nothing where the workspace has no such flow. */
  put(workspaceId: string, record: LintRecord): Promise<void>;
}
