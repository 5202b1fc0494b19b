import type { HealthFinding } from "#api/schemas.ts";

/** One thing looked at: the command `millrace doctor` and the page Health show the same. */
export type Finding = HealthFinding;

type More = Pick<Finding, "since" | "fix">;

/** It is as it should be. */
export const ok = (what: string, says: string): Finding => ({ state: "ok", what, says });
/** It is well, and could be better: no alarm. */
export const advice = (what: string, says: string, more: More = {}): Finding => ({ state: "advice", what, says, ...more });
/** It works, but needs attention. */
export const warn = (what: string, says: string, more: More = {}): Finding => ({ state: "warn", what, says, ...more });
/** It does not work, or soon will not. */
export const bad = (what: string, says: string, more: More = {}): Finding => ({ state: "bad", what, says, ...more });
