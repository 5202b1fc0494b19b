/**
 * The shapes of /api/v1, one schema each: they validate what comes in, describe the OpenAPI document, and type the web app and the
 * command line. Times are epoch milliseconds. The routes that use them stand in `routes.ts`.
 */
import { z } from "zod";
import { momentMs } from "#catalog/moments.ts";
import { listRows } from "#catalog/types.ts";

export const runState = z.enum(["queued", "running", "waiting", "succeeded", "filtered", "failed", "held", "cancelled"]);
export const storedError = z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) });
/** Every error answer of the API. */
export const errorReply = z.object({ error: storedError });

/** An inbox at which a trigger's events come in, and the address to give for them. */
export const inboxRef = z.object({ id: z.string(), name: z.string(), url: z.string() });
/** What has to be ticked in the app's portal so that a trigger hears of its event. */
export const subscription = z.object({
  event: z.string(),
  scopes: z.array(z.string()),
  inboxes: z.array(inboxRef),
  /** When the event last came from this trigger's place; null: never, so it may not be ticked. */
  lastAt: z.number().nullable(),
});

export const lintFinding = z.object({
  level: z.enum(["error", "warning"]),
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
  /** What may be written in place of a name, the likeliest first; `near`: that one is near enough to be meant. */
  repair: z.object({ from: z.string(), choices: z.array(z.string()), near: z.boolean() }).optional(),
});

// ---- flows
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
  /** What the last check of what would fail found; null before the first. */
  lint: z
    .object({
      errors: z.number(),
      warnings: z.number(),
      /** Those of its findings that another name mends, at most five. */
      offers: z.array(lintFinding),
    })
    .nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export const flowDetail = flowView.extend({
  trigger: flowView.shape.trigger.extend({
    subscription: subscription.nullable(),
    /** A poll: the events that tell the same news without being asked. */
    sooner: z.array(z.string()),
    /** It watches for one kind of change, by list and events together. */
    watches: z.boolean(),
  }),
  definition: z.record(z.string(), z.unknown()),
  /** What works and had better be changed, a sentence each. */
  notices: z.array(z.string()),
  versions: z.array(z.object({ version: z.number(), publishedAt: z.number() })),
});
/** A flow definition as sent; the engine's own schema says precisely what is wrong with it. */
export const flowBody = z.record(z.string(), z.unknown());

/** An error repeats it, so it is not taken at any length. */
const appId = z.string().max(60);

/** A moment as a program or a person writes it. */
const moment = z.union([z.string().max(40), z.number()]).transform((written, check) => {
  const ms = momentMs(written) ?? (/^\d+$/.test(String(written)) ? Number(written) : null);
  if (ms !== null) return ms;
  check.addIssue("is not a time; use 2026-11-29T08:00:00Z, or milliseconds since 1970");
  return z.NEVER;
});

// ---- runs
/** What a run waits for. Together with the time it makes a sentence (`waitingSentence`). */
export const waitingView = z.object({
  kind: z.enum(["retry", "wait", "quota", "place", "settling", "behind"]),
  /** In words, without when: "HighLevel answered 500". */
  reason: z.string(),
  /** When it goes on by itself; null where that depends on others. */
  until: z.number().nullable(),
  step: z.string().optional(),
  /** Retry: attempts made so far. */
  attempts: z.number().optional(),
});
/** By which of its keys a search found a run. */
export const personMatch = z.object({ kind: z.enum(["email", "phone", "name", "id"]), text: z.string() });
export const runView = z.object({
  id: z.string(),
  flow: z.object({ id: z.string(), name: z.string(), version: z.number() }),
  state: runState,
  /** The word people read: Success, Failed, Filtered, Waiting, Held, Queued, Running, Cancelled. */
  label: z.string(),
  person: z.string().nullable(),
  summary: z.string().nullable(),
  error: storedError.nullable(),
  attention: z.boolean(),
  replayOf: z.string().nullable(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  dueAt: z.number(),
  /** The record it is of, where its flow goes by record. */
  record: z.string().nullable(),
  /** How many further events joined this run while it settled. */
  merged: z.number(),
  /** The webhook never came; the poll that looks for gaps found it. */
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
  /** Nothing is known to be left out. */
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
  /** Of a list: how far it was read. */
  list: listRead.optional(),
});
export const stepView = z.object({
  path: z.string(),
  seq: z.number(),
  title: z.string(),
  kind: z.enum(["action", "filter", "branch", "forEach", "wait", "format", "stop"]),
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
  event: z.object({ id: z.string(), key: z.string(), receivedAt: z.number(), payload: z.unknown() }),
  /** The first of its steps, and of the later ones those that failed or are under way. */
  steps: z.array(stepView),
  stepCount: z.number(),
  /** Give it as `after` to read the steps that follow; null when all are here. */
  nextStep: z.number().nullable(),
  replays: z.array(z.object({ id: z.string(), state: runState, createdAt: z.number() })),
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
/** Which runs to change. A condition that is misspelt, blank or missing would mean all runs there are, so it is refused. */
const changedRuns = runQuery
  .omit({ before: true, limit: true })
  .extend({ flow: z.string().min(1).optional(), person: z.string().trim().min(1).max(200).optional() })
  .strict()
  .refine(
    (filter) => Object.values(filter).some((condition) => condition !== undefined),
    "needs a condition, such as flow, state or person",
  );
export const replayBody = z.object({
  /** Either ids or a filter as in the list. */
  ids: z.array(z.string()).max(10_000).optional(),
  filter: changedRuns.optional(),
  /** `failed`: go on from the step that failed, keeping what was done; `start`: do all of it again. */
  from: z.enum(["start", "failed"]).default("failed"),
  version: z.enum(["same", "published"]).default("same"),
  /** `connected`: runs whose connection is broken wait until it works again, and are then replayed once. */
  when: z.enum(["now", "connected"]).default("now"),
});
/** A connection that would make runs fail again, and how many. */
const blockedRuns = z.object({
  connection: z.object({ id: z.string(), name: z.string(), title: z.string(), status: z.string(), reason: z.string().optional() }),
  runs: z.number(),
});
export const replayReply = z.object({
  replayed: z.array(z.object({ run: z.string(), as: z.string() })),
  refused: z.array(z.object({ run: z.string(), error: storedError })),
  waiting: z.array(blockedRuns),
});
/** Either ids, or a filter as in the list: of what it finds, the runs that are not over. */
export const cancelBody = replayBody.pick({ ids: true, filter: true });
export const cancelReply = z.object({
  cancelled: z.array(z.string()),
  refused: z.array(z.object({ run: z.string(), error: storedError })),
});
export const replayCheckReply = z.object({ runs: z.number(), blocked: z.array(blockedRuns) });
/** Runs that wait to be replayed until a connection works again. */
export const waitingReplay = z.object({
  id: z.string(),
  /** Null: it was removed. */
  connection: blockedRuns.shape.connection.nullable(),
  runs: z.array(z.string()),
  createdAt: z.number(),
});
export const waitingReplayList = z.object({ waiting: z.array(waitingReplay) });

// ---- samples and dry runs
export const sampleView = z.object({
  at: z.number(),
  payload: z.unknown(),
  /** By whom it is recognised. */
  person: z.string().nullable(),
  /** Received by this flow, by another with the same trigger, read from the list just now, or the made-up example of the catalog. */
  from: z.enum(["event", "other_flow", "list", "example"]),
});
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

// ---- connections
export const connectionView = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  app: z.string(),
  auth: z.string(),
  /** Names it had before. Flows that use one of them keep working. */
  formerNames: z.array(z.string()).optional(),
  /** `connected` only if the last test or call showed that the login works. */
  status: z.enum(["untested", "connected", "expiring", "failed", "broken", "paused"]),
  /** What is wrong and what to do, in words. */
  reason: z.string().optional(),
  /** The code of the error behind it. */
  problem: z.string().optional(),
  /** When a test or a call last showed whether the login works, and which of the two. */
  checkedAt: z.number().optional(),
  checkedBy: z.enum(["test", "call"]).optional(),
  access: z.enum(["location", "agency"]).optional(),
  baseUrl: z.string().optional(),
  locationId: z.string().optional(),
  companyId: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  expiresAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
  createdAt: z.number(),
  quota: z.object({ used: z.number(), limit: z.number(), windowMs: z.number(), dailyUsed: z.number(), dailyLimit: z.number() }).nullable(),
  /** The flows that name it, and the inboxes at which events of its sub-account come in. */
  usedBy: z.object({
    flows: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: z.enum(["draft", "on", "off"]),
        draft: z.boolean(),
        published: z.boolean(),
      }),
    ),
    inboxes: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
});
/** How flows call a connection or an inbox. */
const shortName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "use small letters, digits and dashes");
export const connectionBody = z.object({
  name: shortName,
  title: z.string().max(120).optional(),
  app: appId,
  auth: z.enum(["none", "token", "oauth2", "header", "query", "basic", "url"]),
  baseUrl: z.url().optional(),
  locationId: z.string().max(64).optional(),
  companyId: z.string().max(64).optional(),
  access: z.enum(["location", "agency"]).optional(),
  scopes: z.array(z.string()).max(200).optional(),
  settings: z.record(z.string(), z.string().max(2000)).optional(),
  /** Never given back. */
  secret: z
    .object({
      token: z.string().optional(),
      accessToken: z.string().optional(),
      refreshToken: z.string().optional(),
      expiresAt: z.number().optional(),
      clientId: z.string().optional(),
      clientSecret: z.string().optional(),
      username: z.string().optional(),
      password: z.string().optional(),
      urls: z.record(z.string(), z.url()).optional(),
    })
    .default({}),
});

// ---- addresses on the operator's own network that flows may call
export const privateHostView = z.object({
  /** `erp.lan`, or `10.0.0.7:8080` for one port of it. */
  host: z.string(),
  /** `settings`: of MILLRACE_ALLOW_PRIVATE_HOSTS, and not to be changed here. */
  from: z.enum(["settings", "web"]),
  addedAt: z.number().nullable(),
});
export const privateHostList = z.object({ hosts: z.array(privateHostView) });
export const privateHostBody = z.object({ host: z.string().min(1).max(300) });

// ---- inboxes: the one address at which a marketplace app posts its events
export const inboxEventView = z.object({
  type: z.string(),
  title: z.string(),
  scopes: z.array(z.string()),
  /** Published flows that listen for it. */
  flows: z.array(z.object({ id: z.string(), name: z.string() })),
  /** How many came, and when the last: none says that it is not ticked in the portal, or that nothing happened yet. */
  count: z.number(),
  lastAt: z.number().nullable(),
  /** The address to give for this event alone, where the portal takes one for each: then nobody need guess its type. */
  url: z.string(),
  /** Its payload names no type: without an address of its own it can be told only where its family has one event. */
  needsUrl: z.boolean(),
});
export const inboxView = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  app: z.string(),
  url: z.string(),
  registration: z.string().nullable(),
  legacy: z.boolean(),
  /** Signed with another key than the app's own. */
  ownKey: z.boolean(),
  createdAt: z.number(),
  /** The flows that start from it, by id, of those that name no inbox; null: all of them. */
  flows: z.array(z.string()).nullable(),
  /** Events that published flows wait for or that came. */
  events: z.array(inboxEventView),
  /** Events whose type could not be told: how many, and when the last came. */
  untold: z.object({ count: z.number(), lastAt: z.number().nullable() }),
  /** Where to tick the events, in words. */
  where: z.string(),
});
export const inboxBody = z.object({
  name: shortName,
  title: z.string().max(120).optional(),
  app: appId.default("highlevel"),
  registration: z.string().max(100).nullish(),
  publicKey: z.string().max(2000).nullish(),
  legacy: z.boolean().default(false),
  legacyKey: z.string().max(4000).nullish(),
  /** For a second inbox of an app: the flows, by id, that start from it as well, of those that name no inbox. */
  flows: z.array(z.string().max(64)).max(5000).optional(),
});
export const inboxPatch = inboxBody.omit({ app: true }).extend({ legacy: inboxBody.shape.legacy.unwrap() }).partial();
export const inboxList = z.object({ inboxes: z.array(inboxView) });

// ---- the ledger of a trigger whose webhook is reconciled with a poll
export const ledgerView = z.object({
  /** Null: the flow's trigger is not reconciled. */
  everyMs: z.number().nullable(),
  /** Why it cannot be, or what the user has to give first, in words. */
  problem: z.string().nullable(),
  lastAt: z.number().nullable(),
  lastError: storedError.nullable(),
  since: z.number(),
  /** Told by the webhook and not yet seen by the poll, told by both, found by the poll alone. */
  heard: z.number(),
  confirmed: z.number(),
  recovered: z.number(),
  /** The newest that only the poll found. */
  recent: z.array(z.object({ record: z.string(), at: z.number(), foundAt: z.number(), run: z.string().nullable() })),
  /** What a change trigger made of what it saw, the newest first; null: the trigger is another. */
  sights: z
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

// ---- lint: what will fail before it does
export const lintView = z.object({ checkedAt: z.number(), findings: z.array(lintFinding) });

// ---- catalog
export const catalogEntry = z.object({
  key: z.string(),
  app: z.string(),
  kind: z.enum(["trigger", "action", "change", "webhook", "schedule", "manual"]),
  title: z.string(),
  category: z.string(),
  effect: z.string().nullable(),
  method: z.string().nullable(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  /** The id of the same in the vendor's newer API, where it has it. */
  newer: z.string().optional(),
  scopes: z.array(z.string()),
  /** The scopes follow from a rule of ours, where the vendor names none. */
  scopesLikely: z.boolean().optional(),
  deprecated: z.boolean(),
  inputs: z.array(z.record(z.string(), z.unknown())),
  output: z.unknown().optional(),
  example: z.unknown().optional(),
  note: z.string().optional(),
  /** A webhook whose losses a list can make good: the inputs that list wants of the user. */
  reconcile: z.array(z.string()).optional(),
  /** A change trigger: the events that tell of the change sooner than a look does. */
  events: z.array(z.string()).optional(),
  /** Two calls or a decision behind one name. */
  recipe: z.boolean(),
  /** It takes further members beside its fields, under `$more`: what the other side takes and does not describe. */
  takesMore: z.boolean(),
  /** The fields that may be emptied on purpose, where it changes records: with `{ "$empty": true }`. */
  empties: z.array(z.string()),
});
export const callBody = z.object({
  app: appId.default("highlevel"),
  operation: z.string().max(200),
  connection: z.string().max(120).optional(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** Of a list: how many rows to read at most; 1,000 where it is not said. */
  rows: z.int().min(1).max(listRows.most).optional(),
  dry: z.boolean().default(false),
});
export const callReply = z.object({
  output: z.unknown(),
  /** Of a list: how far it was read. */
  list: listRead.optional(),
  effects: z.array(effectView.omit({ step: true })).optional(),
  notices: z.array(z.string()).optional(),
  exchanges: z.array(exchangeView),
});

/** A system that does not answer, or only with errors. */
export const outageView = z.object({
  /** Null where several hosts of an app are meant. */
  host: z.string().nullable(),
  /** The title of the app whose call failed first; null for a login's own requests. */
  app: z.string().nullable(),
  since: z.number(),
  /** In words: "no answer within 30 s", "HighLevel answered 500". */
  reason: z.string(),
  /** Null: calls still go there. */
  nextTryAt: z.number().nullable(),
  /** Runs that wait to call it again. */
  waiting: z.number(),
});

// ---- overview
export const overview = z.object({
  version: z.string(),
  startedAt: z.number(),
  /** Last 24 hours. */
  runs: z.record(runState, z.number()),
  attention: z.number(),
  queue: z.object({ live: z.number(), sync: z.number(), backfill: z.number() }),
  flows: z.object({ on: z.number(), total: z.number() }),
  /** By what the last test or call showed: works, does not, and nobody knows yet. */
  connections: z.object({ connected: z.number(), broken: z.number(), untested: z.number(), total: z.number() }),
  /** Systems that do not answer, or only with errors, and keep runs waiting; those that failed first at the front. */
  outages: z.array(outageView),
  sandboxUrl: z.string().nullable(),
  /** What is wrong with the store or the clock, and what to do; a sentence or two each. */
  warnings: z.array(z.string()),
  /** Events are accepted, and nothing is executed until somebody resumes. */
  held: z.boolean(),
});

// ---- small answers
export const done = z.object({ ok: z.literal(true) });
/** The API key, or the token of a one-time link. */
export const sessionBody = z.union(
  [z.object({ key: z.string().min(1).max(200) }), z.object({ link: z.string().min(1).max(200) })],
  "needs an API key as 'key', or the token of a link as 'link'",
);
/** `url` signs one browser in, once, until `expiresAt`. */
export const signInLinkReply = z.object({ url: z.string(), expiresAt: z.number() });
/** The only time the key can be read. */
export const apiKeyReply = z.object({ key: z.string() });
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
export const sampleList = z.object({ samples: z.array(sampleView) });
export const connectionList = z.object({ connections: z.array(connectionView) });
/** What is left out stays as it is; a secret, where given, replaces the old one. */
export const connectionPatch = connectionBody
  .omit({ app: true, auth: true })
  .extend({
    secret: connectionBody.shape.secret.unwrap(),
    baseUrl: z.url().nullable(),
    locationId: z.string().max(64).nullable(),
    companyId: z.string().max(64).nullable(),
  })
  .partial();
/** A connection as it would be added, or the change of one by its id. */
export const connectionTestBody = z.union([z.object({ id: z.string().max(64), patch: connectionPatch }), connectionBody]);
/** `message`: a sentence for people. `mayHeal`: the same login may pass later, because the other side was not there. */
export const connectionTestReply = z.object({ ok: z.boolean(), message: z.string(), mayHeal: z.boolean() });
export const catalogQuery = z.object({
  app: z.string().max(60).optional(),
  q: z.string().max(200).optional(),
  /** One of them by its key; also an endpoint's own (`contacts/create-contact`) and one of the newer API (`contacts.create@v3`). */
  key: z.string().max(200).optional(),
  /** With every endpoint of HighLevel under its own key. */
  endpoints: z.stringbool().optional(),
});
export const catalogList = z.object({ operations: z.array(catalogEntry) });

export type SampleView = z.infer<typeof sampleView>;
export type FlowView = z.infer<typeof flowView>;
export type FlowDetail = z.infer<typeof flowDetail>;
export type RunView = z.infer<typeof runView>;
export type RunDetail = z.infer<typeof runDetail>;
export type StepView = z.infer<typeof stepView>;
export type StepList = z.infer<typeof stepList>;
export type RunList = z.infer<typeof runList>;
export type ConnectionView = z.infer<typeof connectionView>;
export type ConnectionBody = z.infer<typeof connectionBody>;
export type CatalogEntry = z.infer<typeof catalogEntry>;
export type DryRunReply = z.infer<typeof dryRunReply>;
export type Overview = z.infer<typeof overview>;
export type OutageView = z.infer<typeof outageView>;
export type ReplayCheck = z.infer<typeof replayCheckReply>;
export type WaitingReplayView = z.infer<typeof waitingReplay>;
export type ReplayBody = z.input<typeof replayBody>;
export type CancelBody = z.input<typeof cancelBody>;
export type CancelReply = z.infer<typeof cancelReply>;
export type InboxView = z.infer<typeof inboxView>;
export type InboxBody = z.infer<typeof inboxBody>;
export type InboxPatch = z.infer<typeof inboxPatch>;
export type InboxRef = z.infer<typeof inboxRef>;
export type Subscription = z.infer<typeof subscription>;
export type LedgerView = z.infer<typeof ledgerView>;
export type LintFinding = z.infer<typeof lintFinding>;
export type RepairBody = z.input<typeof repairBody>;
export type RepairReply = z.infer<typeof repairReply>;
export type LintView = z.infer<typeof lintView>;
export type PrivateHostView = z.infer<typeof privateHostView>;
export type ConnectionTestReply = z.infer<typeof connectionTestReply>;
export type ConnectionPatch = z.infer<typeof connectionPatch>;
