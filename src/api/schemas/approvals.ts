/**
 * Approvals: something that a program or an agent asks for and a person decides, such as publishing a flow or sending a message.
 *
 * An agent that signed in through the page (OAuth) may read, draft and dry run. Routes that publish, turn on, run, replay or send answer it
 * with NEEDS_APPROVAL, unless the person who let it in also lets it act on what they accept in the agent itself. It creates an approval instead.
 */
import { z } from "zod";
import { appId, storedError } from "./common.ts";
import { operationCallBody } from "./operations.ts";
import { replayBody } from "./replays.ts";

const id = z.string().min(1).max(64);
/** Why, in a sentence or two for the person who decides. */
const reason = z.string().trim().min(1, "is empty; say why, for the person who decides").max(1_000);

/** What the deed is about as it was when it was asked for, as a hash that Millrace fills in: where that has changed, it is not done. */
const seen = z.string().max(64).optional();

const publishDeed = z.strictObject({
  kind: z.literal("publish"),
  flow: id,
  /** Of the draft as it was seen; a draft that changed since is not published. */
  revision: z.int().min(1),
  /** What to say of the version. */
  note: z.string().trim().max(500).optional(),
});
/** Turn a published flow on. */
const switchOnDeed = z.strictObject({ kind: z.literal("switch_on"), flow: id, seen });
const replayDeed = z.strictObject({
  kind: z.literal("replay"),
  runs: z.array(id).min(1).max(1_000),
  from: replayBody.shape.from,
  version: replayBody.shape.version,
  seen,
});
/** Call one operation, as `POST /operations/<app>.<operation>` does. */
const callDeed = z.strictObject({
  kind: z.literal("call"),
  /** Without it: the main app. */
  app: appId.optional(),
  operation: z.string().min(1).max(200),
  ...operationCallBody.pick({ connection: true, input: true }).shape,
  seen,
});

/** What an approval is about. `src/api/deeds.ts` does each. */
export const approvalDeed = z.discriminatedUnion("kind", [publishDeed, switchOnDeed, replayDeed, callDeed]);
/** A request for an approval: the deed, and the reason that the person who decides sees. */
export const approvalBody = z.discriminatedUnion("kind", [
  publishDeed.extend({ reason }),
  switchOnDeed.extend({ reason }),
  replayDeed.extend({ reason }),
  callDeed.extend({ reason }),
]);

/**
 * `approved`: it is being done. `expired`: nobody decided within seven days. `failed`: approved, and it did not work. `unknown`: approved,
 * and nobody can tell whether it took effect.
 */
export const approvalState = z.enum(["waiting", "approved", "refused", "expired", "done", "failed", "unknown"]);

/** An approval as it is shown to people and programs. */
export const approvalView = z.object({
  id: z.string(),
  state: approvalState,
  /** The page where a person decides, under the address of this Millrace. */
  path: z.string(),
  /** In words: "publish 'New leads'". */
  title: z.string(),
  deed: approvalDeed,
  reason: z.string(),
  /** Who asked, in words. */
  who: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  /** Who decided, in words; null until somebody did. */
  decidedBy: z.string().nullable(),
  decidedAt: z.number().nullable(),
  /** What the person who decided wrote. */
  note: z.string().nullable(),
  /** The result in words, once it is done. */
  outcome: z.string().nullable(),
  /** The same as data: what the operation gave, the runs that were replayed. Null where that is longer than 64 KB. */
  output: z.unknown(),
  /** Why it did not work. */
  error: storedError.nullable(),
  /** Whether the caller may decide: about the request while it waits, or what came of it where that is unknown. */
  mayDecide: z.boolean(),
  /** Why the caller may not decide what waits for a decision; null where there is none to make, or they may. */
  whyNot: z.string().nullable(),
});
export const approvalQuery = z.object({
  /** Those in one state; all where it is left out. */
  state: approvalState.optional(),
  /** True: those that wait for a decision, or whose outcome is unknown. False: the others. */
  attention: z.enum(["true", "false"]).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const approvalList = z.object({ approvals: z.array(approvalView) });
export const approvalDecision = z.object({
  /** `approve` or `refuse` what waits; `took_effect` or `no_effect` of one whose outcome is unknown, once somebody looked. */
  decision: z.enum(["approve", "refuse", "took_effect", "no_effect"]),
  /** A note to the agent or program that asked. */
  note: z.string().trim().max(1_000).optional(),
});
export type ApprovalDeed = z.output<typeof approvalDeed>;
export type ApprovalBody = z.output<typeof approvalBody>;
export type ApprovalState = z.infer<typeof approvalState>;
export type ApprovalView = z.infer<typeof approvalView>;
