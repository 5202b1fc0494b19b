/** What will fail before it does. */
import { z } from "zod";

export const lintFinding = z.object({
  level: z.enum(["error", "warning"]),
  /** It keeps the flow from being published, although no run would fail: something is left to do. */
  holds: z.literal(true).optional(),
  /** `steps[2].input.pipelineStageId` */
  at: z.string(),
  step: z.string().nullable(),
  field: z.string().nullable(),
  /** What is wrong, to which thing. */
  problem: z.string(),
  /** What to do. */
  fix: z.string(),
  /** The place as people call it: "step 2 'Update the contact', Custom fields". */
  where: z.string(),
  /** What may be written in place of a name, the likeliest first; `near`: that one is near enough to be meant. `labels`: what people call each, where ids are written. */
  repair: z
    .object({ from: z.string(), choices: z.array(z.string()), near: z.boolean(), labels: z.array(z.string()).optional() })
    .optional(),
  /** An address of a private network that flows could be allowed to call: as `POST /private-hosts` takes it. */
  allow: z.string().optional(),
  /** The connection, by name, whose login lacks a scope: signed in again, it is asked for. */
  renew: z.string().optional(),
  /** What it comes from outside of the flow. Findings of other steps and flows with the same cause are mended together. */
  cause: z
    .object({
      kind: z.enum(["connection", "login", "scope", "name"]),
      app: z.string(),
      connection: z.string(),
      /** What the connection was called, where it was removed. */
      title: z.string().optional(),
      of: z.string().optional(),
    })
    .optional(),
});
export const lintView = z.object({ checkedAt: z.number(), findings: z.array(lintFinding) });
export type LintFinding = z.infer<typeof lintFinding>;
export type LintView = z.infer<typeof lintView>;
