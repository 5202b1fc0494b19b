/** How this Millrace is: what was looked at, and what to do about what is wrong. */
import { z } from "zod";

export const healthFinding = z.object({
  /** `warn`: works, and should be seen to. `advice`: well, and could be better. */
  state: z.enum(["ok", "advice", "warn", "bad"]),
  /** What was looked at: "disk", "connection 'acme'". */
  what: z.string(),
  /** What is so, in words. */
  says: z.string(),
  /** Since when, where that is known. */
  since: z.number().optional(),
  fix: z
    .object({
      /** To be typed at the command line of the machine. */
      command: z.string().optional(),
      /** A page of the web app where it is put right. */
      page: z.object({ to: z.string(), search: z.record(z.string(), z.string()).optional(), title: z.string() }).optional(),
    })
    .optional(),
});
export const healthReport = z.object({
  /** The server's clock. */
  now: z.number(),
  version: z.string(),
  /** What Millrace runs on; empty for whoever does not run it. */
  machine: z.array(healthFinding),
  /** What belongs to the workspace: its logins, flows and inboxes. */
  workspace: z.array(healthFinding),
});
export type HealthFinding = z.infer<typeof healthFinding>;
export type HealthReport = z.infer<typeof healthReport>;
