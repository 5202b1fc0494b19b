import type { FlowDefinition } from "../flow/format.ts";
import type { RunState } from "./runs.ts";

export type { FlowDefinition, FlowSettings, StepDefinition } from "../flow/format.ts";

export type FlowStatus = "draft" | "on" | "off";

export interface Flow {
  id: string;
  workspaceId: string;
  name: string;
  status: FlowStatus;
  draft: FlowDefinition;
  /** The published version; null before the first. */
  version: number | null;
  /** Why it was paused by Millrace, in words. */
  reason?: string;
  createdAt: number;
  updatedAt: number;
}

export interface FlowTotals {
  counts: Record<RunState, number>;
  lastRunAt: number | null;
}
