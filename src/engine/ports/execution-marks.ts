/** Which runs a process is executing, where the next process can read it. Asked for each pass: it must cost microseconds. */
export interface ExecutionMarks {
  /** What the process before this one left, when it ended without closing its marks; its name tells one crash from another. */
  readonly interrupted: { process: string; runIds: readonly string[] } | null;
  /** Begins anew: what was left has been dealt with. */
  clear(): void;
  /** Marks a run. Returns where, for `end`. It may execute once `written` has resolved. */
  begin(runId: string): number;
  /** Resolves when every mark made so far can be read by the next process. */
  written(): Promise<void>;
  /** The run is not executing any more. Its mark goes with the next write. */
  end(at: number): void;
  /** A clean end: nothing is left. */
  close(): void;
}
