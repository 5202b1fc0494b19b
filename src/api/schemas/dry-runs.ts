/** Samples, and what a dry run would do with one. */
import { z } from "zod";
import { storedError } from "./common.ts";
import { flowBody } from "./flows.ts";
import { stepView } from "./runs.ts";

export const sampleView = z.object({
  at: z.number(),
  payload: z.unknown(),
  /** By whom it is recognised. */
  person: z.string().nullable(),
  /** Received by this flow, by another with the same trigger, read from the list just now, or the made-up example of the catalog. */
  from: z.enum(["event", "other_flow", "list", "example"]),
});
export const sampleList = z.object({ samples: z.array(sampleView) });
export const effectView = z.object({
  step: z.string(),
  operation: z.string(),
  title: z.string(),
  effect: z.enum(["create", "update", "delete", "link", "unlink", "send", "other"]),
  recordId: z.string().optional(),
  record: z.string().optional(),
  /** `note`: what there is to know of the change; a further member (`$more`) may be ignored by the other side. */
  changes: z.array(z.object({ field: z.string(), old: z.unknown(), new: z.unknown(), note: z.string().optional() })),
  tags: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }).optional(),
  unchanged: z.boolean(),
});
export const dryRunBody = z.object({
  /** The event to try with; the newest sample when absent. */
  payload: z.unknown().optional(),
  /** Try a definition that is not saved. */
  definition: flowBody.optional(),
});
export const dryRunReply = z.object({
  outcome: z.enum(["succeeded", "filtered", "failed"]),
  summary: z.string(),
  counts: z.object({
    create: z.number(),
    update: z.number(),
    unchanged: z.number(),
    skipped: z.number(),
    delete: z.number(),
    other: z.number(),
  }),
  effects: z.array(effectView),
  skipped: z.array(z.object({ step: z.string(), why: z.string() })),
  steps: z.array(stepView),
  calls: z.number(),
  notices: z.array(z.string()),
  error: storedError.nullable(),
  /** The event it was tried with, where the request gave none. */
  sample: sampleView.nullable(),
});
export type SampleView = z.infer<typeof sampleView>;
export type DryRunReply = z.infer<typeof dryRunReply>;
