import type { Json } from "#kernel/json.ts";

/** A script to be executed, with everything that it can see. */
export interface ScriptJob {
  /** Whose it is: workspaces take turns, and so do the flows of one. */
  workspace: string;
  flow: string;
  code: string;
  language: ScriptLanguage;
  /** What it reads by name. */
  data: Readonly<Record<string, unknown>>;
  /** What the time is for it. */
  moment: number;
  /** What its random numbers are made of: the same seed, the same numbers. */
  seed: string;
  timeoutMs: number;
  /** A person tries it: it waits behind the runs of the workspace, and few may wait. */
  isTrial?: boolean;
}

export type ScriptLanguage = "javascript" | "typescript";

/** What a script wrote, and how long it took. */
export interface ScriptTrace {
  log: string[];
  durationMs: number;
}

/** Why a script has no result, and where in its code. */
export interface ScriptFault {
  problem: string;
  line?: number;
  column?: number;
}

/** What became of a script. */
export type ScriptOutcome = ScriptTrace & ({ output: Json } | { fault: ScriptFault });

/** Executes scripts, apart from everything else. */
export interface Scripts {
  /** Rejects only where the script could not be executed: it is too much at once, or Millrace stops. */
  run(job: ScriptJob, signal?: AbortSignal): Promise<ScriptOutcome>;
  /** Ends what is being executed. */
  close(): Promise<void>;
}
