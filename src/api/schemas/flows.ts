/** Flows: how they are written, shown, published, repaired and run, and the ledger of their triggers. */
import { z } from "zod";
import type { FlowDefinition } from "#engine/flow/format.ts";
import { isObject } from "#kernel/json.ts";
import { observationOutcome, runState, storedError, subAccount } from "./common.ts";
import { existingParts, partFile } from "./parts.ts";
import { inboxRef, refusedSender, subscription } from "./inboxes.ts";
import { lintFinding } from "./lint.ts";
import { replayReply } from "./replays.ts";

export { flowDefinition } from "#engine/flow/format.ts";
export type { FlowDefinition, Step, StepDefinition, StepKindName } from "#engine/flow/format.ts";

/**
 * A flow definition that is sent or shown. It has the type of `flowDefinition`, and the OpenAPI document refers to that. Only the engine
 * checks it, because it names the place of every mistake, and because a draft of another version is shown as it is.
 */
export const flowBody = z.custom<FlowDefinition>(isObject, "takes an object");

/** The revision that the definition was changed from. Where somebody has saved since, it is refused; without it, it is saved over theirs. */
export const saveQuery = z.object({ revision: z.coerce.number().int().min(1).optional() });
export const draftProblem = z.object({
  /** `steps[2].input.email`. */
  at: z.string(),
  /** "step 3 'Create contact', E-mail". */
  where: z.string(),
  problem: z.string(),
});
export const flowVersion = z.object({
  version: z.number(),
  publishedAt: z.number(),
  /** The note that was written when it was published. */
  note: z.string().nullable(),
  /** Who published it: `key:` or `session:` and an id; null where nobody knows. */
  by: z.string().nullable(),
});

/** The registration of a flow's address with its app, where Millrace makes it (REST hooks). */
const hookSubscriptionView = z.object({
  /** The app's title. */
  app: z.string(),
  /**
   * `wanted`: not registered yet; `subscribed`: registered; `unclear`: the app did not answer, so a person has to look; `ending`: still to be
   * removed.
   */
  state: z.enum(["wanted", "subscribed", "unclear", "ending"]),
  since: z.number().nullable(),
  /** When it was last checked that the app still has the address. */
  checkedAt: z.number().nullable(),
  /** When it is tried or checked next; null: not by itself. */
  nextAt: z.number().nullable(),
  /** What went wrong, a sentence. */
  problem: z.string().nullable(),
});
export const flowView = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(["draft", "on", "off"]),
  reason: z.string().optional(),
  version: z.number().nullable(),
  /** The folder it is kept in; null: none. */
  folder: z.string().nullable(),
  /** The draft does not do the same as the published version. */
  changed: z.boolean(),
  /** Of the published version, or of the draft where nothing is published: "When SightMill receives an answer, then create or update a contact, …" */
  sentence: z.string(),
  /** Of the draft, where that reads otherwise than the published version; null: `sentence` is of both. */
  draftSentence: z.string().nullable(),
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
    /** Null: a person enters the address in the app, or there is none. */
    hookSubscription: hookSubscriptionView.nullable(),
  }),
  /** The sub-accounts that its published version works in, or its draft where nothing is published. */
  subAccounts: z.array(subAccount),
  /** Runs of the last 24 hours, by state. */
  counts: z.record(runState, z.number()),
  /** When the newest run began; null before the first. */
  lastRunAt: z.number().nullable(),
  /** The findings of the last check; null before the first. */
  lint: z
    .object({
      errors: z.number(),
      warnings: z.number(),
      /** What is wrong, each thing once however many places it concerns; errors first, at most twenty. */
      troubles: z.array(lintFinding.extend({ places: z.number() })),
    })
    .nullable(),
  /** The step its guided set-up is at, from 1; null where it is not being set up. */
  setup: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export const flowDetail = flowView.extend({
  trigger: flowView.shape.trigger.extend({
    subscription: subscription.nullable(),
    /** Who was refused because the trigger does not name them as senders. */
    refusedSenders: z.array(refusedSender),
    /** Of a poll: the webhook events that report the same sooner. */
    sooner: z.array(z.string()),
    /** It watches for one kind of change, by list and events together. */
    watches: z.boolean(),
    /** How its app proves that it sent an event, a sentence; null: by nothing but the address. */
    proof: z.string().nullable(),
  }),
  /** The draft. Members that it still lacks are empty. */
  definition: flowBody,
  /** Grows with each save of the draft. */
  revision: z.number(),
  /** What the draft lacks or has wrong, by place; it cannot be published until nothing is left. At most 100. */
  problems: z.array(draftProblem),
  /** What works and had better be changed, a sentence each. */
  notices: z.array(z.string()),
  versions: z.array(flowVersion),
});
export const flowList = z.object({ flows: z.array(flowView) });
export const flowQuery = z.object({
  /** With all of these words in name, sentence, folder or trigger. */
  q: z.string().max(200).optional(),
  /** Only flows in this folder; empty: only those in no folder. */
  folder: z.string().max(80).optional(),
});
const flowName = z.string().trim().min(1).max(120);
const folder = z.string().trim().max(80);
/** `folder`: null, or empty, takes it out of its folder. */
export const flowPatch = z.object({ name: flowName.optional(), folder: folder.nullable().optional() });
/** Other connections in the place of those that a flow names: the name there, then the name here. */
const otherConnections = z.record(z.string(), z.string().max(60)).default({});
export const duplicateBody = z.object({ name: flowName.optional(), connections: otherConnections }).nullish();

/** A flow as a file. Connections are named; no secret leaves. */
export const flowFile = z.object({
  millrace: z.literal("flow"),
  format: z.literal(1),
  flow: flowBody,
  /** What it needs, to be connected where it is imported. */
  connections: z.array(z.object({ name: z.string(), app: z.string() })),
  /** The rules that it uses. */
  parts: partFile.optional(),
});
export const exportQuery = z.object({
  /** A published version; the draft when absent. */
  version: z.coerce.number().int().min(1).optional(),
});
export const importBody = z.object({
  /** An exported file, or a definition by itself. */
  file: z.custom<Record<string, unknown>>(isObject, "takes an object"),
  connections: otherConnections,
  name: flowName.optional(),
  folder: folder.optional(),
  /** What happens to rules of the file that are here already and differ. */
  existing: existingParts,
});
export const importReply = z.object({
  flow: flowDetail,
  /** Connections that it names and that are not there. */
  missing: z.array(z.object({ name: z.string(), app: z.string(), where: z.array(z.string()) })),
});

export const versionView = flowVersion.extend({
  /** This version runs when the flow is on. */
  published: z.boolean(),
  /** Who published it, in words; null where nobody knows. */
  who: z.string().nullable(),
});
export const versionList = z.object({ versions: z.array(versionView) });
export const versionDetail = versionView.extend({ definition: flowBody, sentence: z.string() });
const versionName = z.union([z.enum(["draft", "published"]), z.coerce.number().int().min(1)]);
export const compareQuery = z.object({
  /** A version's number, `published` or `draft`; `nothing` for all that the other one says. */
  from: z.union([z.literal("nothing"), versionName]).default("published"),
  to: versionName.default("draft"),
});
export const flowChange = z.object({
  kind: z.enum(["added", "removed", "moved", "changed"]),
  /** `steps[1].input.email`: in the later one, or of what was removed in the earlier one. */
  at: z.string(),
  where: z.string(),
  /** The step's id; null: the flow itself, its trigger or its settings. */
  step: z.string().nullable(),
  /** The values of a field before and after; missing where it had none. */
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  /** The whole sentence. */
  text: z.string(),
});
/** A step, the trigger or the flow itself, with what it says, whole. */
export const flowPart = z.object({
  /** As `at` of a change; empty for the flow itself. */
  at: z.string(),
  /** The step's id; null: the flow itself or its trigger. */
  step: z.string().nullable(),
  /** On one line, without marks that turn or hide text. */
  title: z.string(),
  /** The titles of the app that it uses, and of what it does there. */
  app: z.string().nullable(),
  operation: z.string().nullable(),
  /** The name of its connection. */
  connection: z.string().nullable(),
  fields: z.array(z.object({ at: z.string(), label: z.string(), value: z.unknown() })),
});
/** `parts`: what the sentences leave out: all that added steps say, and long values; compared with nothing, the whole flow. */
export const compareReply = z.object({ changes: z.array(flowChange), parts: z.array(flowPart) });
export const restoreBody = z.object({
  version: z.int().min(1),
  /** The draft's revision as it was seen: refused where somebody has saved since. */
  revision: z.int().min(1).optional(),
});
/** For a poll: go on where it stood, or from now with a new baseline. */
export const startBody = z.object({ startFrom: z.enum(["continue", "now"]).optional() }).nullish();
/** `force`: publish the flow even though its runs would fail. `note`: what to say of the version. `revision`: of the draft as it was seen. */
export const publishBody = startBody
  .unwrap()
  .unwrap()
  .extend({ force: z.boolean().optional(), note: z.string().trim().max(500).optional(), revision: z.int().min(1).optional() })
  .nullish();
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
        outcome: observationOutcome,
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
export type HookSubscriptionView = z.infer<typeof hookSubscriptionView>;
export type FlowView = z.infer<typeof flowView>;
export type FlowDetail = z.infer<typeof flowDetail>;
export const editorBody = z.object({
  /** An id that the window chose for itself. */
  window: z.string().min(8).max(64),
  /** True when the window is being closed. */
  leaving: z.boolean().default(false),
});
export const editorReply = z.object({
  /** How many other windows have the flow open: sessions have no names. */
  others: z.number(),
});
export type FlowFile = z.infer<typeof flowFile>;
export type ImportReply = z.infer<typeof importReply>;
export type VersionView = z.infer<typeof versionView>;
export type VersionName = z.output<typeof versionName>;
export type FlowPartView = z.infer<typeof flowPart>;
export type FlowChangeView = z.infer<typeof flowChange>;
export type LedgerView = z.infer<typeof ledgerView>;
export type RepairBody = z.input<typeof repairBody>;
export type RepairReply = z.infer<typeof repairReply>;
