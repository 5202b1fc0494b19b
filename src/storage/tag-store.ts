import { sql, type Selectable } from "kysely";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A tag of one sub-account, as it was last read. */
export interface TagRow {
  workspaceId: string;
  connectionId: string;
  /** The app and its kind of tag: `crm.contact`. */
  kind: string;
  name: string;
  /** As the other side calls it. */
  tagId: string;
  /** How many records carry it; null: nobody has counted. */
  carriers: number | null;
  countedAt: number | null;
  /** When it was first counted that nothing carries it; null: something does, or nobody knows. */
  unusedSince: number | null;
  readAt: number;
}

/** What is kept here of a tag, because the other side has no place for it. */
export interface TagNote {
  workspaceId: string;
  kind: string;
  name: string;
  colour: string | null;
  description: string | null;
}

export const tagDeeds = ["merge", "rename", "archive", "delete", "undo"] as const;
export type TagDeed = (typeof tagDeeds)[number];
/** `running` also while it waits for its turn. */
export const tagJobStates = ["running", "paused", "done", "cancelled"] as const;
export type TagJobState = (typeof tagJobStates)[number];
/** What it is at: looking for carriers, changing them, changing the tags themselves. */
export const tagJobStages = ["collect", "apply", "finish"] as const;
export type TagJobStage = (typeof tagJobStages)[number];

/** A sub-account a job changes, and the tags themselves that it makes and deletes there. */
export interface TagJobAccount {
  connectionId: string;
  title: string;
  /** How the app calls the sub-account; null where its kind of tag does not ask for one. */
  place: string | null;
  makes: string[];
  drops: string[];
  /** All its carriers were found. */
  collected: boolean;
}

export interface TagJob {
  id: string;
  workspaceId: string;
  kind: string;
  deed: TagDeed;
  /** The tags that it takes off; of an undo those that it puts back. */
  names: string[];
  /** The tag that it puts on instead. */
  target: string | null;
  accounts: TagJobAccount[];
  state: TagJobState;
  stage: TagJobStage;
  /** Why it waits or was paused, in a sentence. */
  problem: string | null;
  undoOf: string | null;
  undoneBy: string | null;
  /** The rule that started it. */
  ruleId: string | null;
  createdBy: string | null;
  createdAt: number;
  endedAt: number | null;
}
export type TagJobPatch = Partial<Pick<TagJob, "accounts" | "state" | "stage" | "problem" | "endedAt" | "undoneBy">>;

/** What a job does to one carrier. `doing`: it was begun, and a crash may have come before its end. */
export interface TagJobItem {
  connectionId: string;
  carrier: string;
  adds: string[];
  removes: string[];
}
export interface TagJobCounts {
  total: number;
  done: number;
  failed: number;
}

/** A rule by which tags are cleaned every few days. */
export interface TagRule {
  id: string;
  workspaceId: string;
  kind: string;
  title: string;
  deed: "archive" | "delete";
  /** Tags that nothing has carried for so many days; null: whether they are carried does not matter. */
  unusedDays: number | null;
  /** Patterns of names, `*` for anything; none: all names. */
  names: string[];
  everyDays: number;
  active: boolean;
  nextAt: number;
  /** What its last runs did, the newest first. */
  reports: TagRuleReport[];
  createdAt: number;
}
/** What one run of a rule did. */
export interface TagRuleReport {
  at: number;
  /** The tags it found and began to clean. */
  cleaned: string[];
  /** Those it left, and why. */
  left: { name: string; why: string }[];
  jobId: string | null;
  /** Why it could not look, in a sentence. */
  problem: string | null;
}
export type TagRulePatch = Partial<Pick<TagRule, "title" | "deed" | "unusedDays" | "names" | "everyDays" | "active" | "nextAt">>;

/** Keeps tags as they were read, what is said of them here, the jobs that change them, and the rules that clean. */
export interface TagStore {
  tags(workspaceId: string): Promise<TagRow[]>;
  /** The tags of one kind in one sub-account are these and no others; what was counted of them stays. */
  saveList(place: TagPlace, tags: readonly { tagId: string; name: string }[], now: number): Promise<void>;
  saveCount(place: TagPlace, name: string, carriers: number, now: number): Promise<void>;
  /** Forgets the tags of connections that are not among these. */
  keepConnections(workspaceId: string, connectionIds: readonly string[]): Promise<void>;
  notes(workspaceId: string): Promise<TagNote[]>;
  /** Without a colour and a description, nothing is kept. */
  saveNote(note: TagNote, by: string): Promise<void>;

  /** The newest first. */
  jobs(workspaceId: string, limit: number): Promise<(TagJob & TagJobCounts)[]>;
  /** Jobs that archived tags which were not brought back, the newest first. */
  archives(workspaceId: string): Promise<(TagJob & TagJobCounts)[]>;
  /** Those that are not over. */
  openJobs(workspaceId: string): Promise<TagJob[]>;
  job(workspaceId: string, id: string): Promise<(TagJob & TagJobCounts) | null>;
  /** Also copies, for an undo, what the job it undoes has begun, the other way round. */
  addJob(job: TagJob, by: string | null): Promise<void>;
  /** `what`: a word for the audit. False where the job is not in one of the states `from`. */
  changeJob(
    workspaceId: string,
    id: string,
    patch: TagJobPatch,
    from?: readonly TagJobState[],
    note?: { what: string; by: string | null },
  ): Promise<boolean>;
  /** The oldest running job that nobody holds, of a workspace that is not among `except`; it is held until then. */
  claimJob(now: number, until: number, except: readonly string[]): Promise<TagJob | null>;
  /** False once it is no longer running: it was paused or cancelled. */
  holdJob(id: string, until: number): Promise<boolean>;
  releaseJob(id: string): Promise<void>;
  /** Whoever held jobs is gone: this store has no other process. */
  releaseAll(): Promise<void>;
  /** Those that are new to the job. */
  addItems(jobId: string, items: readonly TagJobItem[]): Promise<number>;
  /** Up to so many that wait, of one sub-account and with the same change. They are marked as begun. None of a job that no longer runs. */
  beginItems(jobId: string, limit: number): Promise<TagJobItem[]>;
  /** `failed`: carrier -> why. The others are done. */
  endItems(jobId: string, items: readonly TagJobItem[], failed: ReadonlyMap<string, string>): Promise<void>;
  /** Items that failed, the first few. */
  failures(jobId: string, limit: number): Promise<{ connectionId: string; carrier: string; error: string }[]>;
  /** Deletes at most `limit` jobs that ended before, with their items; archived tags that can come back stay. Returns how many. */
  pruneJobs(before: number, limit: number): Promise<number>;

  rules(workspaceId: string): Promise<TagRule[]>;
  addRule(rule: TagRule, by: string): Promise<void>;
  /** False where there is none. */
  changeRule(workspaceId: string, id: string, patch: TagRulePatch, by: string): Promise<boolean>;
  removeRule(workspaceId: string, id: string, by: string): Promise<boolean>;
  /** Active rules whose time has come. */
  dueRules(now: number): Promise<TagRule[]>;
  /** Sets the next time, if it still is the one that was read. False: another process runs it. */
  takeRule(rule: TagRule, nextAt: number): Promise<boolean>;
  /** Puts it before the others; the oldest goes. */
  saveReport(rule: TagRule, report: TagRuleReport): Promise<void>;
}

/** One kind of tag in one sub-account. */
export interface TagPlace {
  workspaceId: string;
  connectionId: string;
  kind: string;
}

/** Tags, their jobs and their rules, in the database. */
export function createTagStore(db: Db, log: ChangeLog = new ChangeLog(db)): TagStore {
  return { ...tagRows(db), ...noteRows(db, log), ...jobReads(db), ...jobChanges(db, log), ...jobItems(db), ...ruleRows(db, log) };
}

const rowsAtOnce = 200;

function tagRows(db: Db): Pick<TagStore, "tags" | "saveList" | "saveCount" | "keepConnections"> {
  return {
    async tags(workspaceId) {
      const rows = await db.q.selectFrom("tags").selectAll().where("workspace_id", "=", workspaceId).orderBy("name").execute();
      return rows.map(tagOf);
    },
    saveList: ({ workspaceId, connectionId, kind }, tags, now) =>
      db.write(async (q) => {
        const read = now;
        for (const part of inParts([...new Map(tags.map((tag) => [tag.name, tag])).values()]))
          await q
            .insertInto("tags")
            .values(
              part.map(({ tagId, name }) => ({
                workspace_id: workspaceId,
                connection_id: connectionId,
                kind,
                name,
                tag_id: tagId,
                read_at: read,
                carriers: null,
                counted_at: null,
                unused_since: null,
              })),
            )
            .onConflict((c) =>
              c.columns(["connection_id", "kind", "name"]).doUpdateSet((e) => ({ tag_id: e.ref("excluded.tag_id"), read_at: read })),
            )
            .execute();
        await q.deleteFrom("tags").where("connection_id", "=", connectionId).where("kind", "=", kind).where("read_at", "<", read).execute();
      }),
    saveCount: ({ connectionId, kind }, name, carriers, now) =>
      db.write(async (q) => {
        await q
          .updateTable("tags")
          .set((e) => ({
            carriers,
            counted_at: now,
            unused_since: carriers > 0 ? null : e.fn.coalesce("unused_since", sql.lit(now)),
          }))
          .where("connection_id", "=", connectionId)
          .where("kind", "=", kind)
          .where("name", "=", name)
          .execute();
      }),
    keepConnections: (workspaceId, connectionIds) =>
      db.write(async (q) => {
        const gone = q.deleteFrom("tags").where("workspace_id", "=", workspaceId);
        await (connectionIds.length > 0 ? gone.where("connection_id", "not in", connectionIds) : gone).execute();
      }),
  };
}

function noteRows(db: Db, log: ChangeLog): Pick<TagStore, "notes" | "saveNote"> {
  return {
    async notes(workspaceId) {
      const rows = await db.q.selectFrom("tag_notes").selectAll().where("workspace_id", "=", workspaceId).execute();
      return rows.map(({ kind, name, colour, description }) => ({ workspaceId, kind, name, colour, description }));
    },
    saveNote: ({ workspaceId, kind, name, colour, description }, by) =>
      log.write(async (q, note) => {
        const own = { workspace_id: workspaceId, kind, name };
        const isThis = q.deleteFrom("tag_notes").where("workspace_id", "=", workspaceId).where("kind", "=", kind).where("name", "=", name);
        await isThis.execute();
        if (colour !== null || description !== null)
          await q
            .insertInto("tag_notes")
            .values({ ...own, colour, description })
            .execute();
        note({ workspaceId, kind: "tag", id: `${kind}:${name}`, what: "described", name, by });
      }),
  };
}

function jobReads(db: Db): Pick<TagStore, "jobs" | "archives" | "openJobs" | "job" | "failures"> {
  const withCounts = async (rows: readonly Selectable<Schema["tag_jobs"]>[]): Promise<(TagJob & TagJobCounts)[]> => {
    if (rows.length === 0) return [];
    const counts = await db.q
      .selectFrom("tag_job_items")
      .select(["job_id", "state", (e) => e.fn.countAll().as("n")])
      .where(
        "job_id",
        "in",
        rows.map(({ id }) => id),
      )
      .groupBy(["job_id", "state"])
      .execute();
    const count = (id: string, ...states: string[]) =>
      counts.reduce((sum, { job_id, state, n }) => sum + (job_id === id && states.includes(state) ? Number(n) : 0), 0);
    return rows.map((row) => ({
      ...jobOf(row),
      total: count(row.id, "waiting", "doing", "done", "failed"),
      done: count(row.id, "done"),
      failed: count(row.id, "failed"),
    }));
  };
  const all = (workspaceId: string) => db.q.selectFrom("tag_jobs").selectAll().where("workspace_id", "=", workspaceId);
  return {
    jobs: async (workspaceId, limit) =>
      withCounts(await all(workspaceId).orderBy("created_at", "desc").orderBy("id", "desc").limit(limit).execute()),
    async archives(workspaceId) {
      const kept = all(workspaceId).where("deed", "=", "archive").where("state", "=", "done").where("undone_by", "is", null);
      return withCounts(await kept.orderBy("created_at", "desc").orderBy("id", "desc").execute());
    },
    openJobs: async (workspaceId) => (await all(workspaceId).where("state", "in", ["running", "paused"]).execute()).map(jobOf),
    job: async (workspaceId, id) => (await withCounts(await all(workspaceId).where("id", "=", id).execute()))[0] ?? null,
    async failures(jobId, limit) {
      const rows = await db.q
        .selectFrom("tag_job_items")
        .selectAll()
        .where("job_id", "=", jobId)
        .where("state", "=", "failed")
        .orderBy("carrier")
        .limit(limit)
        .execute();
      return rows.map(({ connection_id, carrier, error }) => ({ connectionId: connection_id, carrier, error: error ?? "" }));
    },
  };
}

type JobChanges = "addJob" | "changeJob" | "claimJob" | "holdJob" | "releaseJob" | "releaseAll" | "pruneJobs";

function jobChanges(db: Db, log: ChangeLog): Pick<TagStore, JobChanges> {
  return {
    addJob: (job, by) =>
      log.write(async (q, note) => {
        await q.insertInto("tag_jobs").values(jobRow(job)).execute();
        if (job.undoOf !== null) {
          await q
            .insertInto("tag_job_items")
            .columns(["job_id", "connection_id", "carrier", "adds", "removes", "state", "error"])
            .expression((e) =>
              e
                .selectFrom("tag_job_items")
                .select([sql.val(job.id).as("job_id"), "connection_id", "carrier", "removes", "adds"])
                .select([sql.lit("waiting").as("state"), sql<string | null>`null`.as("error")])
                .where("job_id", "=", job.undoOf)
                .where("state", "in", ["doing", "done"]),
            )
            .execute();
          await q.updateTable("tag_jobs").set({ undone_by: job.id }).where("id", "=", job.undoOf).execute();
        }
        note({ ...noteOf(job), what: "started", ...(by !== null && { by }) });
      }),
    changeJob: (workspaceId, id, patch, from, change) =>
      log.write(async (q, note) => {
        const update = q.updateTable("tag_jobs").set(patchRow(patch)).where("id", "=", id).where("workspace_id", "=", workspaceId);
        const row = await (from ? update.where("state", "in", from) : update).returningAll().executeTakeFirst();
        if (row && change) note({ ...noteOf(jobOf(row)), what: change.what, ...(change.by !== null && { by: change.by }) });
        return row !== undefined;
      }),
    claimJob: (now, until, except) =>
      db.write(async (q) => {
        const free = q.selectFrom("tag_jobs").selectAll().where("state", "=", "running").where("claimed_until", "<=", now);
        const others = except.length > 0 ? free.where("workspace_id", "not in", except) : free;
        const held = q.selectFrom("tag_jobs").select("workspace_id").where("state", "=", "running").where("claimed_until", ">", now);
        const row = await others.where("workspace_id", "not in", held).orderBy("created_at").orderBy("id").limit(1).executeTakeFirst();
        if (!row) return null;
        await q.updateTable("tag_jobs").set({ claimed_until: until }).where("id", "=", row.id).execute();
        return jobOf(row);
      }),
    holdJob: (id, until) =>
      db.write(async (q) => {
        const held = q.updateTable("tag_jobs").set({ claimed_until: until }).where("id", "=", id).where("state", "=", "running");
        return (await held.executeTakeFirst()).numUpdatedRows > 0n;
      }),
    releaseJob: (id) =>
      db.write(async (q) => void (await q.updateTable("tag_jobs").set({ claimed_until: 0 }).where("id", "=", id).execute())),
    releaseAll: () => db.write(async (q) => void (await q.updateTable("tag_jobs").set({ claimed_until: 0 }).execute())),
    pruneJobs: (before, limit) =>
      db.write(async (q) => {
        const old = await q
          .selectFrom("tag_jobs")
          .select("id")
          .where("ended_at", "<", before)
          .where((e) => e.or([e("deed", "!=", "archive"), e("undone_by", "is not", null), e("state", "!=", "done")]))
          .orderBy("ended_at")
          .limit(limit)
          .execute();
        const ids = old.map(({ id }) => id);
        if (ids.length === 0) return 0;
        await q.deleteFrom("tag_job_items").where("job_id", "in", ids).execute();
        await q.deleteFrom("tag_jobs").where("id", "in", ids).execute();
        return ids.length;
      }),
  };
}

function jobItems(db: Db): Pick<TagStore, "addItems" | "beginItems" | "endItems"> {
  return {
    addItems: (jobId, items) =>
      db.write(async (q) => {
        let added = 0;
        for (const part of inParts(items)) {
          const rows = part.map(({ connectionId, carrier, adds, removes }) => ({
            job_id: jobId,
            connection_id: connectionId,
            carrier,
            state: "waiting",
            error: null,
            adds: JSON.stringify(adds),
            removes: JSON.stringify(removes),
          }));
          const result = await q
            .insertInto("tag_job_items")
            .values(rows)
            .onConflict((c) => c.columns(["job_id", "connection_id", "carrier"]).doNothing())
            .executeTakeFirst();
          added += Number(result.numInsertedOrUpdatedRows ?? 0n);
        }
        return added;
      }),
    beginItems: (jobId, limit) =>
      db.write(async (q) => {
        const job = await q.selectFrom("tag_jobs").select("state").where("id", "=", jobId).executeTakeFirst();
        if (job?.state !== "running") return [];
        const open = q.selectFrom("tag_job_items").selectAll().where("job_id", "=", jobId);
        const firstOf = (state: string) => open.where("state", "=", state).orderBy("connection_id").limit(1).executeTakeFirst();
        // What a crash left begun comes first: to do it again does no harm.
        const first = (await firstOf("doing")) ?? (await firstOf("waiting"));
        if (!first) return [];
        const rows = await open
          .where("state", "=", first.state)
          .where("connection_id", "=", first.connection_id)
          .where("adds", "=", first.adds)
          .where("removes", "=", first.removes)
          .limit(limit)
          .execute();
        await q
          .updateTable("tag_job_items")
          .set({ state: "doing" })
          .where("job_id", "=", jobId)
          .where("connection_id", "=", first.connection_id)
          .where(
            "carrier",
            "in",
            rows.map(({ carrier }) => carrier),
          )
          .execute();
        return rows.map(itemOf);
      }),
    endItems: (jobId, items, failed) =>
      db.write(async (q) => {
        for (const { connectionId, carrier } of items) {
          const error = failed.get(carrier) ?? null;
          await q
            .updateTable("tag_job_items")
            .set({ state: error === null ? "done" : "failed", error })
            .where("job_id", "=", jobId)
            .where("connection_id", "=", connectionId)
            .where("carrier", "=", carrier)
            .execute();
        }
      }),
  };
}

type RuleMethods = "rules" | "addRule" | "changeRule" | "removeRule" | "dueRules" | "takeRule" | "saveReport";

function ruleRows(db: Db, log: ChangeLog): Pick<TagStore, RuleMethods> {
  return {
    async rules(workspaceId) {
      const rows = await db.q.selectFrom("tag_rules").selectAll().where("workspace_id", "=", workspaceId).orderBy("created_at").execute();
      return rows.map(ruleOf);
    },
    addRule: (rule, by) =>
      log.write(async (q, note) => {
        await q.insertInto("tag_rules").values(ruleRow(rule)).execute();
        note({ workspaceId: rule.workspaceId, kind: "tag_rule", id: rule.id, what: "added", name: rule.title, by });
      }),
    changeRule: (workspaceId, id, { names, active, unusedDays, everyDays, nextAt, title, deed }, by) =>
      log.write(async (q, note) => {
        const set = {
          ...(title !== undefined && { title }),
          ...(deed !== undefined && { deed }),
          ...(unusedDays !== undefined && { unused_days: unusedDays }),
          ...(names && { names: JSON.stringify(names) }),
          ...(everyDays !== undefined && { every_days: everyDays }),
          ...(active !== undefined && { active: Number(active) }),
          ...(nextAt !== undefined && { next_at: nextAt }),
        };
        const own = q.updateTable("tag_rules").set(set).where("id", "=", id).where("workspace_id", "=", workspaceId);
        const row = await own.returningAll().executeTakeFirst();
        if (row) note({ workspaceId, kind: "tag_rule", id, what: "changed", name: row.title, by });
        return row !== undefined;
      }),
    removeRule: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const own = q.deleteFrom("tag_rules").where("id", "=", id).where("workspace_id", "=", workspaceId);
        const row = await own.returningAll().executeTakeFirst();
        if (row) note({ workspaceId, kind: "tag_rule", id, what: "removed", name: row.title, by });
        return row !== undefined;
      }),
    async dueRules(now) {
      const rows = await db.q.selectFrom("tag_rules").selectAll().where("active", "=", 1).where("next_at", "<=", now).execute();
      return rows.map(ruleOf);
    },
    takeRule: (rule, nextAt) =>
      db.write(async (q) => {
        const own = q.updateTable("tag_rules").set({ next_at: nextAt }).where("id", "=", rule.id).where("next_at", "=", rule.nextAt);
        return (await own.executeTakeFirst()).numUpdatedRows > 0n;
      }),
    saveReport: ({ workspaceId, id, title }, report) =>
      log.write(async (q, note) => {
        const row = await q.selectFrom("tag_rules").select("reports").where("id", "=", id).executeTakeFirst();
        const reports = [report, ...(row ? reportsIn(row.reports) : [])].slice(0, keptReports);
        await q
          .updateTable("tag_rules")
          .set({ reports: JSON.stringify(reports) })
          .where("id", "=", id)
          .execute();
        const fields = [
          { field: "cleaned", after: report.cleaned.length },
          { field: "left", after: report.left.length },
        ];
        note({ workspaceId, kind: "tag_rule", id, what: "ran", name: title, fields });
      }),
  };
}

function* inParts<T>(all: readonly T[]): Iterable<T[]> {
  for (let at = 0; at < all.length; at += rowsAtOnce) yield all.slice(at, at + rowsAtOnce);
}

/** What people call a job: "Merge promoters into promoter". */
export function tagJobTitle({ deed, names, target }: Pick<TagJob, "deed" | "names" | "target">): string {
  const first = names.slice(0, 3).join(", ");
  const what = names.length > 3 ? `${first} and ${names.length - 3} more` : first;
  const verb = { merge: "Merge", rename: "Rename", archive: "Archive", delete: "Delete", undo: "Bring back" }[deed];
  return `${verb} ${what}${target === null || deed === "undo" ? "" : ` ${deed === "merge" ? "into" : "to"} ${target}`}`;
}

const noteOf = (job: TagJob) => ({
  workspaceId: job.workspaceId,
  kind: "tag_job" as const,
  id: job.id,
  name: tagJobTitle(job).slice(0, 120),
});

const tagOf = (row: Selectable<Schema["tags"]>): TagRow => ({
  workspaceId: row.workspace_id,
  connectionId: row.connection_id,
  kind: row.kind,
  name: row.name,
  tagId: row.tag_id,
  carriers: row.carriers === null ? null : Number(row.carriers),
  countedAt: numberOrNull(row.counted_at),
  unusedSince: numberOrNull(row.unused_since),
  readAt: Number(row.read_at),
});

const jobOf = (row: Selectable<Schema["tag_jobs"]>): TagJob => ({
  id: row.id,
  workspaceId: row.workspace_id,
  kind: row.kind,
  deed: row.deed as TagDeed,
  names: JSON.parse(row.names) as string[],
  target: row.target,
  accounts: JSON.parse(row.accounts) as TagJobAccount[],
  state: row.state as TagJobState,
  stage: row.stage as TagJobStage,
  problem: row.problem,
  undoOf: row.undo_of,
  undoneBy: row.undone_by,
  ruleId: row.rule_id,
  createdBy: row.created_by,
  createdAt: Number(row.created_at),
  endedAt: numberOrNull(row.ended_at),
});

const jobRow = (job: TagJob) => ({
  id: job.id,
  workspace_id: job.workspaceId,
  kind: job.kind,
  deed: job.deed,
  names: JSON.stringify(job.names),
  target: job.target,
  accounts: JSON.stringify(job.accounts),
  state: job.state,
  stage: job.stage,
  problem: job.problem,
  undo_of: job.undoOf,
  undone_by: job.undoneBy,
  rule_id: job.ruleId,
  created_by: job.createdBy,
  created_at: job.createdAt,
  ended_at: job.endedAt,
  claimed_until: 0,
});

const patchRow = ({ accounts, state, stage, problem, endedAt, undoneBy }: TagJobPatch) => ({
  ...(accounts && { accounts: JSON.stringify(accounts) }),
  ...(state && { state }),
  ...(stage && { stage }),
  ...(problem !== undefined && { problem }),
  ...(endedAt !== undefined && { ended_at: endedAt }),
  ...(undoneBy !== undefined && { undone_by: undoneBy }),
});

const itemOf = (row: Selectable<Schema["tag_job_items"]>): TagJobItem => ({
  connectionId: row.connection_id,
  carrier: row.carrier,
  adds: JSON.parse(row.adds) as string[],
  removes: JSON.parse(row.removes) as string[],
});

const keptReports = 20;
const reportsIn = (text: string): TagRuleReport[] => JSON.parse(text) as TagRuleReport[];

const ruleOf = (row: Selectable<Schema["tag_rules"]>): TagRule => ({
  id: row.id,
  workspaceId: row.workspace_id,
  kind: row.kind,
  title: row.title,
  deed: row.deed as TagRule["deed"],
  unusedDays: row.unused_days === null ? null : Number(row.unused_days),
  names: JSON.parse(row.names) as string[],
  everyDays: Number(row.every_days),
  active: Number(row.active) === 1,
  nextAt: Number(row.next_at),
  reports: reportsIn(row.reports),
  createdAt: Number(row.created_at),
});

const ruleRow = (rule: TagRule) => ({
  id: rule.id,
  workspace_id: rule.workspaceId,
  kind: rule.kind,
  title: rule.title,
  deed: rule.deed,
  unused_days: rule.unusedDays,
  names: JSON.stringify(rule.names),
  every_days: rule.everyDays,
  active: Number(rule.active),
  next_at: rule.nextAt,
  reports: JSON.stringify(rule.reports),
  created_at: rule.createdAt,
});

const numberOrNull = (value: number | null): number | null => (value === null ? null : Number(value));
