import type { Backtest, StepTest } from "../types/trials.ts";

/** Tests of steps and backtests. They are deleted with their flow. A method that names a flow of another workspace does nothing. */
export interface TrialStore {
  /** The last test of each step. */
  stepTests(workspaceId: string, flowId: string): Promise<StepTest[]>;
  /** Replaces the last test of its step. A write is noted in the list of changes as `note` says; one that is already there is not noted again. */
  putStepTest(workspaceId: string, flowId: string, test: StepTest, note?: string): Promise<void>;
  addBacktest(backtest: Backtest): Promise<void>;
  backtest(workspaceId: string, flowId: string, id: string): Promise<Backtest | null>;
  /** The newest first. */
  backtests(workspaceId: string, flowId: string, limit: number): Promise<Backtest[]>;
  /** Writes how far it is. False where it is not running any more: somebody cancelled it, or its flow is gone. */
  progress(backtest: Backtest): Promise<boolean>;
  /** Ends one that is running. */
  cancelBacktest(workspaceId: string, flowId: string, id: string, now: number): Promise<void>;
}
