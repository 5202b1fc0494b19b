import type { Selectable } from "kysely";
import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { WebhookEvent } from "#kernel/webhook-events.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { jsonOrNull, parsed } from "./rows.ts";
import type { Schema } from "./schema.ts";

/** The stored states. `expired` is not one: it follows from `expiresAt`. */
export type ApprovalRowState = "waiting" | "approved" | "refused" | "done" | "failed" | "unknown";

/** Something that was asked of a person. `deed` is JSON, and its meaning is not the store's. */
export interface Approval {
  id: string;
  workspaceId: string;
  deed: Json;
  title: string;
  reason: string;
  /** Who asked, as the list of changes names them. */
  by: string;
  state: ApprovalRowState;
  createdAt: number;
  expiresAt: number;
  decidedBy: string | null;
  decidedAt: number | null;
  note: string | null;
  /** The result in words, and as data where that is short. */
  outcome: string | null;
  output: Json;
  error: StoredError | null;
}

export interface ApprovalDecisionRow {
  state: "approved" | "refused";
  by: string;
  note: string | null;
  now: number;
}

/** What came of an approved deed. */
export type ApprovalResult =
  | { state: "done"; outcome: string; output: Json }
  /** `unknown`: nobody can tell whether it took effect. */
  | { state: "failed" | "unknown"; error: StoredError };

interface ApprovalFilter {
  state?: ApprovalRowState | "expired";
  /** True: those that wait, or whose outcome is unknown. False: the others. */
  attention?: boolean;
  now: number;
  limit: number;
}

/** Which approved deeds are lost: those of processes that are gone. */
interface LostFilter {
  /** A process that shares the store may just have begun. */
  decidedBefore: number;
  /** Processes whose lease ends after this still run. Null: there is no other. */
  aliveAfter: number | null;
  error: StoredError;
}

export interface ApprovalStore {
  /** Adds one, unless as many as `mostWaiting` wait: then false. Of those that are over, the newest thousand of a workspace are kept. */
  add(row: Approval, mostWaiting: number): Promise<boolean>;
  get(workspaceId: string, id: string): Promise<Approval | null>;
  /** The newest first. `waiting`: those that wait at `now`; `expired`: those that nobody decided in time. */
  list(workspaceId: string, filter: ApprovalFilter): Promise<Approval[]>;
  /** Decides one that waits. Null where it does not, or is over: somebody else was first. */
  decide(workspaceId: string, id: string, decision: ApprovalDecisionRow): Promise<Approval | null>;
  /** Stores the result of one that was approved. */
  finish(workspaceId: string, id: string, result: ApprovalResult): Promise<void>;
  /** Stores what a person found out of one whose outcome is unknown. False where it is not. */
  settle(workspaceId: string, id: string, what: { found: ApprovalResult; by: string; note: string | null }): Promise<boolean>;
  /** Approved deeds whose process is gone have an unknown outcome from now on. How many there were. */
  markLost(filter: LostFilter): Promise<number>;
}

/** How many of a workspace's are kept after they are over. */
const mostKept = 1_000;

/** Approvals in the database; each that is added or decided is a change in the audit. */
export function createApprovalStore(db: Db, owner: string, log: ChangeLog = new ChangeLog(db)): ApprovalStore {
  return { ...requests(db, log), ...decisions(owner, log), ...results(owner, log) };
}

function requests(db: Db, log: ChangeLog): Pick<ApprovalStore, "add" | "get" | "list"> {
  const own = (workspaceId: string) => db.q.selectFrom("approvals").where("workspace_id", "=", workspaceId);
  return {
    add: (row, mostWaiting) =>
      log.write(async (q, note) => {
        const { workspaceId, createdAt } = row;
        const waiting = await q
          .selectFrom("approvals")
          .select((e) => e.fn.countAll<number | string>().as("n"))
          .where("workspace_id", "=", workspaceId)
          .where("state", "=", "waiting")
          .where("expires_at", ">", createdAt)
          .executeTakeFirstOrThrow();
        if (Number(waiting.n) >= mostWaiting) return false;
        await q
          .insertInto("approvals")
          .values({ ...rowOf(row), owner: null })
          .execute();
        const last = await q
          .selectFrom("approvals")
          .select("id")
          .where("workspace_id", "=", workspaceId)
          .orderBy("id", "desc")
          .limit(1)
          .offset(mostKept + mostWaiting)
          .executeTakeFirst();
        if (last) await q.deleteFrom("approvals").where("workspace_id", "=", workspaceId).where("id", "<=", last.id).execute();
        note({ ...noteOf(row, "asked", row.by), webhook: eventOf("approval.waiting", row) });
        return true;
      }),
    async get(workspaceId, id) {
      const row = await own(workspaceId).selectAll().where("id", "=", id).executeTakeFirst();
      return row ? approvalOf(row) : null;
    },
    async list(workspaceId, { state, attention, now, limit }) {
      let query = own(workspaceId).selectAll();
      if (attention !== undefined)
        query = query.where((e) => {
          const open = e.or([e.and([e("state", "=", "waiting"), e("expires_at", ">", now)]), e("state", "=", "unknown")]);
          return attention ? open : e.not(open);
        });
      if (state !== undefined) query = query.where("state", "=", state === "expired" ? "waiting" : state);
      if (state === "waiting") query = query.where("expires_at", ">", now);
      if (state === "expired") query = query.where("expires_at", "<=", now);
      return (await query.orderBy("id", "desc").limit(limit).execute()).map(approvalOf);
    },
  };
}

const decisions = (owner: string, log: ChangeLog): Pick<ApprovalStore, "decide" | "settle"> => ({
  decide: (workspaceId, id, { state, by, note: said, now }) =>
    log.write(async (q, note) => {
      const row = await q
        .updateTable("approvals")
        .set({ state, decided_by: by, decided_at: now, note: said, owner })
        .where("workspace_id", "=", workspaceId)
        .where("id", "=", id)
        .where("state", "=", "waiting")
        .where("expires_at", ">", now)
        .returningAll()
        .executeTakeFirst();
      if (!row) return null;
      note(noteOf(approvalOf(row), state, by));
      return approvalOf(row);
    }),
  settle: (workspaceId, id, { found, by, note: said }) =>
    log.write(async (q, note) => {
      const row = await q
        .updateTable("approvals")
        .set({ ...resultColumns(found), ...(said !== null && { note: said }) })
        .where("workspace_id", "=", workspaceId)
        .where("id", "=", id)
        .where("state", "=", "unknown")
        .returningAll()
        .executeTakeFirst();
      if (row) note(noteOf(approvalOf(row), found.state === "done" ? "took effect" : "had no effect", by));
      return row !== undefined;
    }),
});

const results = (owner: string, log: ChangeLog): Pick<ApprovalStore, "finish" | "markLost"> => ({
  finish: (workspaceId, id, result) =>
    log.write(async (q, note) => {
      const row = await q
        .updateTable("approvals")
        .set(resultColumns(result))
        .where("workspace_id", "=", workspaceId)
        .where("id", "=", id)
        .where("state", "=", "approved")
        .returningAll()
        .executeTakeFirst();
      if (row) note(endOf(approvalOf(row)));
    }),
  markLost: ({ decidedBefore, aliveAfter, error }) =>
    log.write(async (q, note) => {
      const alive = q.selectFrom("run_owners").select("id");
      const rows = await q
        .updateTable("approvals")
        .set({ state: "unknown", error: jsonOrNull(error) })
        .where("state", "=", "approved")
        .where("decided_at", "<", decidedBefore)
        .where((e) => e.or([e("owner", "is", null), e("owner", "!=", owner)]))
        .$if(aliveAfter !== null, (update) =>
          update.where((e) => e.or([e("owner", "is", null), e("owner", "not in", alive.where("until", ">", aliveAfter!))])),
        )
        .returningAll()
        .execute();
      for (const row of rows) note(endOf(approvalOf(row)));
      return rows.length;
    }),
});

const noteOf = ({ workspaceId, id, title }: Approval, what: string, by?: string) =>
  ({ workspaceId, kind: "approval", id, what, name: title, ...(by !== undefined && { by }) }) as const;

const resultColumns = (result: ApprovalResult) =>
  result.state === "done"
    ? { state: "done", outcome: result.outcome, output: jsonOrNull(result.output), error: null }
    : { state: result.state, error: jsonOrNull(result.error) };

/** How an approved deed ended, done for whoever approved it; that nobody knows it, Millrace finds by itself. */
const endOf = (row: Approval) =>
  row.state === "unknown"
    ? { ...noteOf(row, "unknown"), webhook: eventOf("approval.outcome_unknown", row) }
    : noteOf(row, row.state, row.decidedBy ?? undefined);

/** What webhook endpoints are sent: which approval it is, without its title and reason, which may name people. */
const eventOf = (type: "approval.waiting" | "approval.outcome_unknown", { id }: Approval): WebhookEvent => ({
  type,
  subject: { approval: { id } },
});

const rowOf = (a: Approval): Omit<Selectable<Schema["approvals"]>, "owner"> => ({
  id: a.id,
  workspace_id: a.workspaceId,
  deed: JSON.stringify(a.deed),
  title: a.title,
  reason: a.reason,
  asked_by: a.by,
  state: a.state,
  created_at: a.createdAt,
  expires_at: a.expiresAt,
  decided_by: a.decidedBy,
  decided_at: a.decidedAt,
  note: a.note,
  outcome: a.outcome,
  output: jsonOrNull(a.output),
  error: jsonOrNull(a.error),
});

const approvalOf = (r: Selectable<Schema["approvals"]>): Approval => ({
  id: r.id,
  workspaceId: r.workspace_id,
  deed: JSON.parse(r.deed) as Json,
  title: r.title,
  reason: r.reason,
  by: r.asked_by,
  state: r.state as ApprovalRowState,
  createdAt: Number(r.created_at),
  expiresAt: Number(r.expires_at),
  decidedBy: r.decided_by,
  decidedAt: r.decided_at === null ? null : Number(r.decided_at),
  note: r.note,
  outcome: r.outcome,
  output: parsed<Json>(r.output),
  error: parsed<StoredError>(r.error),
});
