/** Flows: how they are written, shown, published, repaired and run, and the ledger of their triggers. */
import { z } from "zod";
import type { FlowDefinition } from "#engine/flow/format.ts";
import { isObject } from "#kernel/json.ts";
import { runState, storedError } from "./common.ts";
import { inboxRef, subscription } from "./inboxes.ts";
import { lintFinding } from "./lint.ts";
import { replayReply } from "./replays.ts";

export { flowDefinition } from "#engine/flow/format.ts";
export type { FlowDefinition, Step, StepDefinition, StepKindName } from "#engine/flow/format.ts";

/**
 * A flow definition that is sent or shown. It has the type of `flowDefinition`, and the OpenAPI document refers to that. Only the engine
 * checks it, because it names the place of every mistake, and because a draft of another version is shown as it is.
 */
export const flowBody = z.custom<FlowDefinition>(isObject, "takes an object");

export const flowView = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(["draft", "on", "off"]),
  reason: z.string().optional(),
  version: z.number().nullable(),
  /** The draft differs from the published version. */
  changed: z.boolean(),
  /** "When SightMill receives an answer, then create or update a contact, …" */
  sentence: z.string(),
  trigger: z.object({
    kind: z.enum(["webhook", "poll", "schedule", "manual"]),
    title: z.string(),
    app: z.string(),
    /** Whether its sender may sign events with the secret of the trigger's connection. */
    signable: z.boolean(),
    /** Webhook: the whole address to post to; where the events come to inboxes, that of the only one. */
    hookUrl: z.string().nullable(),
    /** The inboxes at which its events come in; null where the trigger has an address of its own, or none. */
    inboxes: z.array(inboxRef).nullable(),
    /** The inbox it names; null: it starts from those that take it. */
    inbox: z.string().nullable(),
    everyMs: z.number().nullable(),
    nextAt: z.number().nullable(),
    lastAt: z.number().nullable(),
    lastError: storedError.nullable(),
  }),
  /** Runs of the last 24 hours, by state. */
  counts: z.record(runState, z.number()),
  /** When the newest run began; null before the first. */
  lastRunAt: z.number().nullable(),
  /** The findings of the last check; null before the first. */
  lint: z
    .object({
      errors: z.number(),
      warnings: z.number(),
      /** Findings that another name would repair, at most five. */
      offers: z.array(lintFinding),
    })
    .nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export const flowDetail = flowView.extend({
  trigger: flowView.shape.trigger.extend({
    subscription: subscription.nullable(),
    /** Of a poll: the webhook events that report the same sooner. */
    sooner: z.array(z.string()),
    /** It watches for one kind of change, by list and events together. */
    watches: z.boolean(),
  }),
  definition: flowBody,
  /** What works and had better be changed, a sentence each. */
  notices: z.array(z.string()),
  versions: z.array(z.object({ version: z.number(), publishedAt: z.number() })),
});
export const flowList = z.object({ flows: z.array(flowView) });
/** For a poll: go on where it stood, or from now with a new baseline. */
export const startBody = z.object({ startFrom: z.enum(["continue", "now"]).optional() }).nullish();
/** `force`: publish the flow even though its runs would fail. */
export const publishBody = startBody.unwrap().unwrap().extend({ force: z.boolean().optional() }).nullish();
/** Another name in place of one that is gone. */
export const repairBody = z.object({
  /** The step's id; null: the trigger. */
  step: z.string().max(64).nullable(),
  /** The input's name; `connection` for the connection. */
  field: z.string().min(1).max(300),
  from: z.string().min(1).max(300),
  /** The same as `from`: the name means what has it now. */
  to: z.string().min(1).max(300),
  /** Runs that stopped for it, to be replayed from where they stopped. */
  replay: z.array(z.string().max(64)).max(10_000).default([]),
  /** Go on where the dry run fails. */
  force: z.boolean().default(false),
});
export const repairReply = z.object({
  flow: flowDetail,
  published: z.boolean(),
  /** Why only the draft was changed. */
  kept: z.string().nullable(),
  /** What a dry run of the newest event came to; null where there is none. */
  tried: z.object({ outcome: z.string(), summary: z.string() }).nullable(),
  replay: replayReply.omit({ waiting: true }).nullable(),
});
export const runNowBody = z.object({ payload: z.unknown().optional() }).nullish();
export const runNowReply = z.object({ run: z.string().nullable(), event: z.string() });
export const ledgerView = z.object({
  /** Null: the flow's trigger is not reconciled. */
  everyMs: z.number().nullable(),
  /** Why it cannot be, or what the user has to give first, in words. */
  problem: z.string().nullable(),
  lastAt: z.number().nullable(),
  lastError: storedError.nullable(),
  since: z.number(),
  /** How many events were reported by the webhook only, by both, and by the poll only. */
  webhookOnly: z.number(),
  confirmed: z.number(),
  recovered: z.number(),
  /** The newest that only the poll found. */
  recent: z.array(z.object({ record: z.string(), at: z.number(), foundAt: z.number(), run: z.string().nullable() })),
  /** What a change trigger made of what it saw, the newest first; null: the trigger is another. */
  observations: z
    .array(
      z.object({
        outcome: z.enum(["changed", "other", "same", "late", "first", "early", "silent", "waiting"]),
        by: z.enum(["webhook", "poll"]),
        count: z.number(),
        lastAt: z.number(),
        /** The newest as an example. */
        record: z.string(),
        note: z.string(),
      }),
    )
    .nullable(),
});
export type FlowView = z.infer<typeof flowView>;
export type FlowDetail = z.infer<typeof flowDetail>;
export type LedgerView = z.infer<typeof ledgerView>;
export type RepairBody = z.input<typeof repairBody>;
export type RepairReply = z.infer<typeof repairReply>;
