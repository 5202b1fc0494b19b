import type { FlowDefinition } from "../flow/format.ts";
import type { RunState } from "./runs.ts";

export type { FlowDefinition, FlowSettings, StepDefinition } from "../flow/format.ts";

export type FlowStatus = "draft" | "on" | "off";

export interface Flow {
  id: string;
  workspaceId: string;
  name: string;
  status: FlowStatus;
  /** What is edited. It may be incomplete: empty names of its app, its operations, its conditions. */
  draft: FlowDefinition;
  /** Grows with each save of the draft. */
  revision: number;
  /** Where people keep it; undefined: in none. */
  folder?: string;
  /** The published version; null before the first. */
  version: number | null;
  /** Why it was paused by Millrace, in words. */
  reason?: string;
  createdAt: number;
  updatedAt: number;
}

/** A published version, without its definition. */
export interface FlowVersion {
  version: number;
  publishedAt: number;
  /** The note that was written when it was published. */
  note: string | null;
  by: string | null;
}

/** Who saved a draft last. */
export interface DraftSave {
  by: string | null;
  at: number;
}

export interface FlowTotals {
  counts: Record<RunState, number>;
  lastRunAt: number | null;
}
