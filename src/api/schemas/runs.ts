/** Runs and their steps. */
import { z } from "zod";
import { stepKindNames } from "#engine/flow/format.ts";
import { moment, runState, storedError, subAccount } from "./common.ts";

/** What a run waits for. Together with the time it makes a sentence (`waitingSentence`). */
export const waitingView = z.object({
  kind: z.enum(["retry", "connection", "wait", "quota", "place", "settling", "behind", "quiet"]),
  /** In words, without when: "HighLevel answered 500". */
  reason: z.string(),
  /** When it goes on by itself; null where that depends on others. */
  until: z.number().nullable(),
  step: z.string().optional(),
  /** Retry: attempts made so far. */
  attempts: z.number().optional(),
  /** Connection: its id, and when the wait began. */
  connection: z.string().optional(),
  since: z.number().optional(),
});
/** By which of its keys a search found a run. */
export const personMatch = z.object({ kind: z.enum(["email", "phone", "name", "id"]), text: z.string() });
export const runView = z.object({
  id: z.string(),
  flow: z.object({ id: z.string(), name: z.string(), version: z.number() }),
  /** The sub-accounts that its version of the flow works in. */
  subAccounts: z.array(subAccount),
  state: runState,
  /** The word people read: Success, Failed, Filtered, Waiting, Held, Queued, Running, Cancelled; Replayed where a replay did the work of a run that failed or was held. */
  label: z.string(),
  /** What the person is searched by: an e-mail address or a phone number, else a name. */
  person: z.string().nullable(),
  /** The person's name, where it is not what they are searched by. */
  name: z.string().nullable(),
  /** What started it: an event, or, where its flow needs none, the clock or a person. */
  startedBy: z.enum(["event", "schedule", "hand"]),
  /** Who started it by hand. Null for every other run, and where nobody knows. */
  starter: z.string().nullable(),
  summary: z.string().nullable(),
  error: storedError.nullable(),
  attention: z.boolean(),
  replayOf: z.string().nullable(),
  /** Of a run that failed or is held: the replay that did its work since. */
  replayedBy: z.string().optional(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  dueAt: z.number(),
  /** The record it is of, where its flow goes by record. */
  record: z.string().nullable(),
  /** How many further events joined this run while it settled. */
  merged: z.number(),
  /** The webhook never arrived; the poll for lost webhooks found it. */
  recovered: z.boolean(),
  /** What it waits for; null when it does not. */
  waiting: waitingView.nullable(),
  /** How long it was worked on, without its waits and the rest between a failure and its replay; null for a run of an earlier release. */
  workedMs: z.number().nullable(),
  /** In a search for a person: the key that was found. */
  match: personMatch.optional(),
});
export const exchangeView = z.object({
  at: z.number(),
  method: z.string(),
  url: z.string(),
  sent: z.string().optional(),
  status: z.number().optional(),
  /** The answer's headers, where a later step of the flow reads them. */
  headers: z.record(z.string(), z.string()).optional(),
  received: z.string().optional(),
  requestId: z.string().optional(),
  redirectedTo: z.string().optional(),
  durationMs: z.number(),
  note: z.string().optional(),
  error: z.string().optional(),
  /** It never left Millrace, for the reason in `error`. */
  notSent: z.literal(true).optional(),
});
export const listRead = z.object({
  rows: z.number(),
  /** Every row was read, as far as is known. */
  complete: z.boolean(),
  /** How many there are in all, where that is known. */
  total: z.number().optional(),
  requests: z.number(),
  /** What it was cut by: `rows`, its bound; `page`, the one page its input asks for; `bytes` or `requests`, what one list may take. */
  cut: z.enum(["rows", "page", "bytes", "requests"]).optional(),
});
export const attemptView = z.object({
  at: z.number(),
  durationMs: z.number(),
  error: storedError.optional(),
  unknown: z.boolean().optional(),
  exchanges: z.array(exchangeView).optional(),
  note: z.string().optional(),
  /** Lines that a script wrote. */
  log: z.array(z.string()).optional(),
  /** Of a list: how far it was read. */
  list: listRead.optional(),
});
export const stepView = z.object({
  path: z.string(),
  seq: z.number(),
  title: z.string(),
  kind: z.enum(stepKindNames),
  state: z.enum(["running", "waiting", "succeeded", "skipped", "failed", "held"]),
  app: z.string().nullable(),
  operation: z.string().nullable(),
  effect: z.string().nullable(),
  input: z.unknown(),
  output: z.unknown(),
  attempts: z.array(attemptView),
  error: storedError.nullable(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
});
export const runDetail = runView.extend({
  event: z.object({
    id: z.string(),
    key: z.string(),
    receivedAt: z.number(),
    payload: z.unknown(),
    /** A person changed its data before a replay: it never came like this. */
    edited: z.boolean(),
  }),
  /** The first of its steps, and of the later ones those that failed or are under way. */
  steps: z.array(stepView),
  stepCount: z.number(),
  /** Give it as `after` to read the steps that follow; null when all are here. */
  nextStep: z.number().nullable(),
  /** `edited`: with changed data. */
  replays: z.array(z.object({ id: z.string(), state: runState, createdAt: z.number(), edited: z.boolean() })),
  /** What changed of the record, for a flow that asks: names of fields, as they were and as they are. */
  change: z
    .object({
      fields: z.array(z.string()),
      old: z.record(z.string(), z.unknown()),
      new: z.record(z.string(), z.unknown()),
      known: z.boolean(),
      merged: z.number(),
      late: z.boolean(),
    })
    .optional(),
});
export const stepQuery = z.object({
  /** Continue after the step of this number. */
  after: z.coerce.number().int().min(-1).default(-1),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
export const stepList = z.object({ steps: z.array(stepView), next: z.number().nullable() });
export const runQuery = z.object({
  flow: z.string().optional(),
  /** Of flows that worked in this sub-account then, by its id. */
  location: z.string().min(1).max(64).optional(),
  /** One or several, comma separated. */
  state: z.string().optional(),
  attention: z.enum(["true", "false"]).optional(),
  recovered: z.enum(["true", "false"]).optional(),
  /** Any e-mail, phone number, name or id of a person in the event or in what its steps read and wrote; also a run's id. */
  person: z.string().max(200).optional(),
  from: moment.optional(),
  to: moment.optional(),
  /** Continue after this run id (newest first). */
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const runList = z.object({
  runs: z.array(runView),
  next: z.string().nullable(),
  /** A search for a person, while runs of an earlier release are still being read: those are not found yet. */
  searching: z.object({ done: z.number(), total: z.number() }).optional(),
});
export type RunView = z.infer<typeof runView>;
export type RunDetail = z.infer<typeof runDetail>;
export type StepView = z.infer<typeof stepView>;
export type StepList = z.infer<typeof stepList>;
export type RunList = z.infer<typeof runList>;
