/** Samples, and what a dry run would do with one. */
import { z } from "zod";
import { storedError } from "./common.ts";
import { draftProblem, flowBody } from "./flows.ts";
import { stepView } from "./runs.ts";

export const sampleView = z.object({
  /** The id of its event where it was received; null where it was read just now or made up. */
  event: z.string().nullable(),
  at: z.number(),
  payload: z.unknown(),
  /** By whom it is recognised. */
  person: z.string().nullable(),
  /**
   * Of a trigger: received by this flow (`event`), by another with the same trigger, read from the list just now; of a step: from a `test` or a
   * `run`. Made up: the catalog's `example`, or values of the right types (`schema`).
   */
  from: z.enum(["now", "event", "other_flow", "list", "test", "run", "example", "schema"]),
  /** A filter ended the flow's run of it, so it shows little of what the flow does. */
  filtered: z.literal(true).optional(),
});
export const sampleList = z.object({ samples: z.array(sampleView) });
export const samplesBody = z.object({
  /** Of a definition that is not saved; the draft when absent. */
  definition: flowBody.optional(),
  /** The id of the step whose results are wanted; without it, the trigger's events. */
  step: z.string().max(64).optional(),
  /**
   * What may be read now for it: any list, only lists of connected apps, or none. A page that nobody has clicked on reads nothing from an
   * address that the definition chooses: it would carry away what is in the address.
   */
  read: z.enum(["all", "connected", "nothing"]).default("all"),
});
export const effectView = z.object({
  step: z.string(),
  operation: z.string(),
  title: z.string(),
  effect: z.enum(["create", "update", "delete", "link", "unlink", "send", "other"]),
  recordId: z.string().optional(),
  record: z.string().optional(),
  /** `label`: what forms call the field. `note`: what there is to know of the change; a further member (`$more`) may be ignored by the other side. */
  changes: z.array(
    z.object({ field: z.string(), label: z.string().optional(), old: z.unknown(), new: z.unknown(), note: z.string().optional() }),
  ),
  tags: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }).optional(),
  unchanged: z.boolean(),
  /** Nobody read what the record holds, so `old` says nothing. */
  unread: z.boolean().optional(),
  /** What whoever made the flow may not have meant: an upsert finds somebody of another name by the e-mail or the phone, and would rename them. */
  warning: z.string().optional(),
  /** What would be sent, without the login. `anyAddress`: whoever made the flow chose the address. */
  request: z.object({ method: z.string(), url: z.string(), sent: z.string().optional(), anyAddress: z.boolean().optional() }).optional(),
});
export const dryRunBody = z.object({
  /** The event to try with; the newest sample when absent. */
  payload: z.unknown().optional(),
  /** The id of a sample that was received, in place of its payload. */
  event: z.string().max(64).optional(),
  /** Try a definition that is not saved. It may be incomplete: steps that lack something are passed over. */
  definition: flowBody.optional(),
  /** The payload is made up: where a look-up does not find its record, the catalog's example stands in for that. */
  madeUp: z.boolean().default(false),
  /** While somebody edits: what was read a few minutes ago for the same input is not read again, and times move once a minute. */
  remember: z.boolean().default(false),
});
const outlineStep = z.object({
  /** `steps[1].then[0]`. */
  at: z.string(),
  /** `low/note`, as in `steps` and `effects`, without the rounds of loops. */
  path: z.string(),
  step: z.string(),
  /** `done`: executed, writes pretended. In a loop, as of the first item. */
  state: z.enum(["done", "filtered", "stopped", "skipped", "failed", "waiting", "incomplete", "not_reached"]),
  why: z.string().optional(),
});
export const dryRunReply = z.object({
  /** `waiting`: nothing is wrong, but a real run would wait until the budget of the sub-account allows the next call. */
  outcome: z.enum(["succeeded", "filtered", "failed", "waiting"]),
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
  /** The outcome of each step, in the order of the flow. */
  outline: z.array(outlineStep),
  /** What the definition lacks or has wrong. */
  problems: z.array(draftProblem),
  calls: z.number(),
  notices: z.array(z.string()),
  error: storedError.nullable(),
  /** The event it was tried with, where the request gave none. */
  sample: sampleView.nullable(),
});
export type OutlineStep = z.infer<typeof outlineStep>;
export type SampleView = z.infer<typeof sampleView>;
export type DryRunReply = z.infer<typeof dryRunReply>;
