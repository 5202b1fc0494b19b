/** Single steps tried by themselves, and drafts tried on kept events. */
import { z } from "zod";
import { scriptMembers } from "#engine/flow/format.ts";
import { storedError } from "./common.ts";
import { effectView } from "./dry-runs.ts";
import { flowBody } from "./flows.ts";
import { exchangeView } from "./runs.ts";

export const testStepBody = z.object({
  /** The step's id. */
  step: z.string().min(1).max(64),
  /** Of a definition that is not saved; the draft when absent. */
  definition: flowBody.optional(),
  /** What the trigger gave. */
  payload: z.unknown().optional(),
  /** The id of an event that was received, in place of its payload. */
  event: z.string().max(64).optional(),
  /**
   * What earlier steps gave, by their ids; inside a loop also its item. For a step that is absent: its last test with the same sample, else
   * what a dry run says it gives. A real write takes only what tests with the same sample gave.
   */
  results: z.record(z.string(), z.unknown()).default({}),
  /** True: a write is really made. Without it, it is pretended. */
  write: z.boolean().default(false),
  /** True: only says what it would do, and where. */
  plan: z.boolean().default(false),
});
export const stepPlan = z.object({
  effect: z.enum(["read", "write", "none"]),
  title: z.string(),
  app: z.string().nullable(),
  operation: z.string().nullable(),
  connection: z.string().nullable(),
  /** Null: it shows only when the request is made. */
  host: z.string().nullable(),
  /** The ids of the earlier steps whose results it reads. */
  reads: z.array(z.string()),
  /** The same in a sentence. */
  says: z.string(),
});
export const stepTestView = z.object({
  step: z.string(),
  at: z.number(),
  /** `pretended`: a write that was not made. `running`: a write whose end nobody saw. */
  state: z.enum(["running", "succeeded", "pretended", "failed"]),
  wrote: z.boolean(),
  app: z.string().nullable(),
  operation: z.string().nullable(),
  input: z.unknown(),
  /** The sample for the steps that follow. */
  output: z.unknown(),
  effects: z.array(effectView.omit({ step: true })),
  exchanges: z.array(exchangeView),
  /** Lines that a script wrote; they are not kept. */
  log: z.array(z.string()).optional(),
  error: storedError.nullable(),
  /** Stands for the sample it was tested with: the same for equal samples. Its result says nothing of another. */
  sample: z.string().nullable(),
  person: z.string().nullable(),
  /** `key:` or `session:` and an id. */
  by: z.string().nullable(),
});
/** `test` is null where only the plan was asked for. */
export const testStepReply = z.object({ plan: stepPlan, test: stepTestView.nullable() });
const { code, language, timeoutMs, tests } = scriptMembers;
export const scriptToTest = z.strictObject({ code, language, timeoutMs, tests });
export const scriptTestReply = z.object({
  /** In the order of the tests. */
  tests: z.array(
    z.object({
      name: z.string(),
      passed: z.boolean(),
      output: z.unknown(),
      /** Why it failed; null where it returned something. */
      problem: z.string().nullable(),
      line: z.number().nullable(),
      log: z.array(z.string()),
      durationMs: z.number(),
    }),
  ),
});
export const stepTestList = z.object({ tests: z.array(stepTestView) });

const trialOutcome = z.object({
  outcome: z.enum(["succeeded", "filtered", "failed", "incomplete", "other"]),
  summary: z.string(),
  effects: z.object({
    create: z.number().optional(),
    update: z.number().optional(),
    unchanged: z.number().optional(),
    delete: z.number().optional(),
    other: z.number().optional(),
  }),
  step: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
const trialCounts = z.object({
  outcomes: z.object({ succeeded: z.number(), filtered: z.number(), failed: z.number(), incomplete: z.number(), other: z.number() }),
  effects: z.object({ create: z.number(), update: z.number(), unchanged: z.number(), delete: z.number(), other: z.number() }),
  /** An event for each outcome and effect that occurs. */
  examples: z.record(z.string(), z.string()),
  /** Why any failed, the most frequent first, each with an event. */
  failures: z.array(
    z.object({
      step: z.string().nullable(),
      code: z.string(),
      message: z.string(),
      count: z.number(),
      event: z.string(),
      person: z.string().nullable(),
    }),
  ),
});
export const backtestBody = z.object({
  /** A definition that is not saved; the draft when absent. */
  definition: flowBody.optional(),
  /** How many of the newest kept events. */
  events: z.int().min(1).max(100).default(100),
});
export const backtestView = z.object({
  id: z.string(),
  state: z.enum(["running", "done", "cancelled", "failed"]),
  done: z.number(),
  total: z.number(),
  startedAt: z.number(),
  updatedAt: z.number(),
  by: z.string().nullable(),
  /** Why it ended before all events were tried. */
  stopped: z.string().nullable(),
  /** The revision of the draft that was tried: that of the flow is another once the draft was changed. Null where a definition was given. */
  revision: z.number().nullable(),
  draft: trialCounts,
  /** What the published version would do, tried in the same way; null where nothing is published. */
  published: trialCounts.nullable(),
  /** Events that would end otherwise than with the published version. */
  different: z.number(),
  rows: z.array(
    z.object({
      event: z.string(),
      at: z.number(),
      person: z.string().nullable(),
      draft: trialOutcome,
      published: trialOutcome.nullable(),
    }),
  ),
});
/** Without their rows. */
export const backtestList = z.object({ backtests: z.array(backtestView) });
export type StepPlan = z.infer<typeof stepPlan>;
export type StepTest = z.infer<typeof stepTestView>;
export type StepTestView = z.infer<typeof testStepReply>;
export type BacktestView = z.infer<typeof backtestView>;
