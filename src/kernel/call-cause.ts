/** What calls are made for, one word each: the log of calls keeps it. */
export const callPurposes = [
  "run",
  "trigger",
  "dry_run",
  "step_test",
  "sample",
  "flow_check",
  "login_test",
  "sub_accounts",
  "subscription",
  "sync",
  "tags",
  "direct",
] as const;
export type CallPurpose = (typeof callPurposes)[number];

/** Why a call is made, and for whom. */
export interface CallCause {
  purpose: CallPurpose;
  /** Who asked for it, as the list of changes calls them; absent where Millrace did by itself. */
  by?: string;
  flowId?: string;
  runId?: string;
  /** The path of the step. */
  step?: string;
}
