import type { Reference } from "../types/lint.ts";

export interface ReferenceStore {
  list(flowId: string): Promise<Reference[]>;
  /** Replaces what is known of a flow. */
  replace(flowId: string, references: readonly Reference[]): Promise<void>;
}
