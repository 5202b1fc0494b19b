/** A choice that a flow makes by id or by name, as it was last found in its sub-account. */
export interface Reference {
  flowId: string;
  /** Where in the flow: `steps[2].input.pipelineStageId`. */
  at: string;
  connection: string;
  /** As written. */
  text: string;
  /** What it meant when it was last found. */
  value: string;
  label: string;
  checkedAt: number;
}

/** What a name stood for in a sub-account when it was last resolved, for all flows that use it there. */
export interface ReferencePin {
  workspaceId: string;
  /** The sub-account, whichever connection leads there. */
  place: string;
  /** Which list: `locations.list_custom_fields`. */
  kind: string;
  /** What it lies within, by its id (the pipeline of a stage); `""` where nothing is said. */
  parent: string;
  /** The name as it is compared: without regard to case. */
  name: string;
  /** The id it stood for. */
  id: string;
  label: string;
  seenAt: number;
}

/** Something of a flow that will fail, or may, before it does. */
export interface LintFinding {
  /** `error`: a run would fail or write wrongly. `warning`: it may. */
  level: "error" | "warning";
  /** It keeps the flow from being published, although no run would fail: something is left to do. */
  holds?: true;
  /** `steps[2].input.pipelineStageId`. */
  at: string;
  step: string | null;
  field: string | null;
  /** What is wrong, to which thing. */
  problem: string;
  /** What to do. */
  fix: string;
  /** The place as people call it: "step 2 'Update the contact', Custom fields". */
  where?: string;
  /** What may be written in place of a name that is gone or means something else now. */
  repair?: { from: string; choices: string[]; near: boolean; labels?: string[] };
  /** An address of a private network that flows could be allowed to call. */
  allow?: string;
  /** The connection whose login lacks something that a new login would have. */
  renew?: string;
  /** What the finding comes from, where that may concern other steps and flows too: they are all mended at once. */
  cause?: LintCause;
}

/** What is missing or broken outside of the flows that use it. */
export interface LintCause {
  /**
   * `connection`: there is none of that name. `login`: it does not work. `scope`: it may not do something. `name`: its account has nothing
   * of that name any more.
   */
  kind: "connection" | "login" | "scope" | "name";
  app: string;
  /** The connection, as flows name it. */
  connection: string;
  /** What people called it, where it was removed. */
  title?: string;
  /** What of it: the scopes, or the name. */
  of?: string;
}

/** What a flow's last check found. */
export interface LintRecord {
  flowId: string;
  checkedAt: number;
  findings: LintFinding[];
}
