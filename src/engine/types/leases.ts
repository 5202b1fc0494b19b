/** Which process executes a run. What is written under an earlier number, or by another process, is refused. */
export interface Lease {
  /** Null: nobody. */
  owner: string | null;
  /** Grows with each claim. */
  no: number;
}

/** Of a run that nobody executes. */
export const noLease: Lease = { owner: null, no: 0 };
