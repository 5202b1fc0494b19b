import type { LintRecord } from "../types/lint.ts";

export interface LintStore {
  all(): Promise<LintRecord[]>;
  get(flowId: string): Promise<LintRecord | null>;
  put(record: LintRecord): Promise<void>;
}
