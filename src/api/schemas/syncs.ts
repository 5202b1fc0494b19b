/** Syncs: pairs of record types of two apps that are kept in step. */
import { z } from "zod";
import { syncDefinition, syncSide, conflictPolicy } from "#sync/format.ts";
import { appId, shortName } from "./common.ts";

export { syncDefinition };
const id = z.string();
const text = z.string();
const json = z.unknown();

/** A kind of record of an app that can be kept in step, with the fields that a connection's account has. */
export const recordTypeView = z.object({
  app: text,
  id: text,
  title: text,
  many: text,
  /** Whether its list belongs to a parent, whose type is named: notes of a contact. */
  of: text.nullable(),
  can: z.object({ create: z.boolean(), update: z.boolean(), remove: z.boolean(), archive: z.boolean() }),
  /** Whether changes arrive at once, or only when its list is read. */
  live: z.boolean(),
  fields: z.array(
    z.object({
      name: text,
      label: text,
      kind: text,
      canWrite: z.boolean(),
      refers: text.nullable(),
      custom: z.boolean(),
      /** Its path in the record, where conditions and templates can read it: they are over the record as the app gives it. */
      read: text.optional(),
    }),
  ),
});
export type RecordTypeView = z.infer<typeof recordTypeView>;
export const recordTypeQuery = z.object({ app: appId, connection: shortName.optional() });
export const recordTypeList = z.object({ types: z.array(recordTypeView) });

/** A job of a sync: the first sync, an undo, a repair. `failed` are among those `done`. Times in epoch milliseconds. */
export const syncJobView = z.object({
  id,
  kind: z.enum(["first", "undo", "repair"]),
  /** Of a first sync: it learns which records there are and belong together, and writes nothing. */
  learns: z.boolean(),
  state: z.enum(["reading", "running", "paused", "done", "failed", "cancelled"]),
  done: z.number(),
  failed: z.number(),
  /** null: not known yet. */
  total: z.number().nullable(),
  perMinute: z.number().nullable(),
  endsAt: z.number().nullable(),
  problem: text.nullable(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
});
export type SyncJobView = z.infer<typeof syncJobView>;

/**
 * `everyMs`: how often what changed is looked for. `wholeEveryMs`: how often the list is read to its end, which grows with its length. `stops`: its
 * readings can stop at what is known; otherwise each one goes to the end.
 */
const sideReading = z.object({
  everyMs: z.number(),
  wholeEveryMs: z.number(),
  wholeAt: z.number().nullable(),
  pages: z.number(),
  stops: z.boolean(),
});
export type SideReading = z.infer<typeof sideReading>;

export const syncView = z.object({
  id,
  name: text,
  definition: syncDefinition,
  revision: z.number(),
  status: z.enum(["draft", "first", "on", "paused", "asking"]),
  reason: text.nullable(),
  /** `events`: by the id of an event that a side's app sends, the flow that hears it. One of them is the side's own where it has no list of all. */
  flows: z.object({ a: id, b: id, events: z.object({ a: z.record(z.string(), id), b: z.record(z.string(), id) }) }).nullable(),
  /** Since when nothing has differed that a sync could bring into step; null: something does, or it is not on. */
  inStepSince: z.number().nullable(),
  counts: z.object({ linked: z.number(), conflicts: z.number(), problems: z.number(), waiting: z.number(), ignored: z.number() }),
  /** Field rows that are left out just now, by their key, and why. */
  resting: z.record(text, text),
  job: syncJobView.nullable(),
  /** Deletions that wait for a person: on which side records were deleted, how many of how many. */
  asking: z.object({ side: syncSide, deletions: z.number(), of: z.number(), examples: z.array(text) }).nullable(),
  lastReadAt: z.object({ a: z.number().nullable(), b: z.number().nullable() }),
  /** How each side's list is read; null before the first reading. */
  reading: z.object({ a: sideReading.nullable(), b: sideReading.nullable() }),
  updatedAt: z.number(),
});
export type SyncView = z.infer<typeof syncView>;
export const syncList = z.object({ syncs: z.array(syncView) });
export const syncBody = z.object({ definition: syncDefinition });
export const syncPut = z.object({ definition: syncDefinition, revision: z.number().int() });

const readySide = z.object({ app: text, type: text });
/** Syncs to begin with: choose a connection for each side, and `suggest` gives the definition. */
export const readySyncList = z.object({ ready: z.array(z.object({ id, title: text, says: text, a: readySide, b: readySide })) });

/** What is sensible for a pair of record types: rows of fields and rules by which records are the same. */
export const syncSuggestBody = syncDefinition.pick({ a: true, b: true });
export const syncSuggestion = z.object({ definition: syncDefinition });

/** What stands in the way of a start, by the field of the definition. `level`: an error stops it. */
export const syncProblemList = z.object({
  problems: z.array(z.object({ field: text, problem: text, level: z.enum(["error", "warning"]) })),
});

const example = z.object({ a: z.object({ id, name: text }).nullable(), b: z.object({ id, name: text }).nullable(), note: text });
const kind = z.enum(["matched", "createA", "createB", "ambiguous", "conflict", "same", "left"]);
/** What a first sync would do, from both lists as they are now. Nothing is written. */
export const syncPreview = z.object({
  state: z.enum(["none", "reading", "ready", "failed"]),
  read: z.object({ a: z.number(), b: z.number() }),
  problem: text.nullable(),
  /** `same`: matched and nothing to write. `left`: left out by the filter, or because the side creates none. */
  counts: z.record(kind, z.number()),
  examples: z.record(kind, z.array(example)),
  /** Calls that it would make, and how long they take with the quota there is. */
  calls: z.number().nullable(),
  seconds: z.number().nullable(),
  at: z.number().nullable(),
});
export type SyncPreview = z.infer<typeof syncPreview>;

export const syncLinkQuery = z.object({
  show: z.enum(["all", "conflicts", "problems", "waiting", "ignored"]).default("all"),
  q: z.string().max(200).optional(),
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const valuePair = z.object({
  field: text,
  labelA: text,
  labelB: text,
  a: json,
  b: json,
  way: z.enum(["toA", "toB", "both"]),
  differs: z.boolean(),
});
export const syncLinkView = z.object({
  id,
  name: text,
  a: id.nullable(),
  b: id.nullable(),
  gone: z.object({ side: syncSide, at: z.number() }).nullable(),
  problem: text.nullable(),
  /** Its records were compared once: before that a first sync has it still to do. */
  compared: z.boolean(),
  ignored: z.boolean(),
  conflicts: z.array(z.object({ field: text, label: text, a: json, b: json, at: z.number() })),
  updatedAt: z.number(),
});
export type SyncLinkView = z.infer<typeof syncLinkView>;
export const syncLinkList = z.object({ links: z.array(syncLinkView), next: text.nullable() });

const write = z.object({
  id,
  linkId: id,
  name: text,
  side: syncSide,
  kind: z.enum(["create", "update", "archive", "delete"]),
  changes: z.array(z.object({ field: text, label: text, before: json, after: json })),
  runId: id,
  batch: id.nullable(),
  at: z.number(),
  undone: z.boolean(),
});
export type SyncWriteView = z.infer<typeof write>;
/** A pair with both records as they are known, and everything that was written to them. */
export const syncLinkDetail = z.object({
  link: syncLinkView,
  values: z.array(valuePair),
  writes: z.array(write),
  /** Of a pair with one record: those of the other side that could be its counterpart. */
  candidates: z.array(z.object({ side: syncSide, id, name: text })),
});
export const syncWriteQuery = z.object({
  batch: z.string().max(80).optional(),
  before: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const syncWriteList = z.object({ writes: z.array(write), next: text.nullable() });

/**
 * What a person decides of a pair: which side's value counts, field by field; that it takes no part; that it is brought into step anew; or
 * which record is its counterpart, where several could be.
 */
export const syncDecision = z.union([
  z.object({ choose: z.record(z.string().max(400), syncSide) }),
  z.object({ ignored: z.boolean() }),
  z.object({ repair: z.literal(true) }),
  z.object({ separate: z.literal(true) }),
  z.object({ join: z.object({ side: syncSide, id: z.string().min(1).max(500) }) }),
]);
export type SyncDecision = z.infer<typeof syncDecision>;
export const syncStart = z.object({ first: z.boolean().default(true) });
export const syncAnswer = z.object({ allow: z.boolean() });
/** `dry`: what it would write, and nothing is written. */
export const syncUndoBody = z.object({
  batch: z.string().max(80).optional(),
  writes: z.array(z.string().max(80)).max(1000).optional(),
  dry: z.boolean(),
});
export const syncUndoReply = z.object({
  undo: z.array(write),
  /** Records that were changed since, and so are left as they are. */
  left: z.array(z.object({ name: text, why: text })),
  count: z.number(),
  job: syncJobView.nullable(),
});
export { conflictPolicy };
