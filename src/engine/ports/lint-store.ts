import type { LintRecord } from "../types/lint.ts";

export interface LintStore {
  all(): Promise<LintRecord[]>;
  put(record: LintRecord): Promise<void>;
}
