import type { Selectable } from "kysely";
import type { StoredError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { WebhookEvent } from "#kernel/webhook-events.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { jsonOrNull, parsed } from "./rows.ts";
import type { Schema } from "./schema.ts";

/** The stored states. `expired` is not one: it follows from `expiresAt`. */
export type ApprovalRowState = "waiting" | "approved" | "refused" | "done" | "failed";

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

export interface ApprovalStore {
  /** Adds one, unless as many as `mostWaiting` wait: then false. Of those that are over, the newest thousand of a workspace are kept. */
  add(row: Approval, mostWaiting: number): Promise<boolean>;
  get(workspaceId: string, id: string): Promise<Approval | null>;
  /** The newest first. `waiting`: those that wait at `now`; `expired`: those that nobody decided in time. */
  list(workspaceId: string, filter: { state?: ApprovalRowState | "expired"; now: number; limit: number }): Promise<Approval[]>;
  /** Decides one that waits. Null where it does not, or is over: somebody else was first. */
  decide(workspaceId: string, id: string, decision: ApprovalDecisionRow): Promise<Approval | null>;
  /** Stores the result of one that was approved. */
  finish(workspaceId: string, id: string, result: { outcome: string; output: Json } | { error: StoredError }): Promise<void>;
}

/** How many of a workspace's are kept after they are over. */
const mostKept = 1_000;

/** Approvals in the database; each that is added or decided is a change in the audit. */
export function createApprovalStore(db: Db, log: ChangeLog = new ChangeLog(db)): ApprovalStore {
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
        await q.insertInto("approvals").values(rowOf(row)).execute();
        const last = await q
          .selectFrom("approvals")
          .select("id")
          .where("workspace_id", "=", workspaceId)
          .orderBy("id", "desc")
          .limit(1)
          .offset(mostKept + mostWaiting)
          .executeTakeFirst();
        if (last) await q.deleteFrom("approvals").where("workspace_id", "=", workspaceId).where("id", "<=", last.id).execute();
        note({ ...noteOf(row, "asked", row.by), webhook: waitingEvent(row) });
        return true;
      }),
    async get(workspaceId, id) {
      const row = await own(workspaceId).selectAll().where("id", "=", id).executeTakeFirst();
      return row ? approvalOf(row) : null;
    },
    async list(workspaceId, { state, now, limit }) {
      let query = own(workspaceId).selectAll();
      if (state !== undefined) query = query.where("state", "=", state === "expired" ? "waiting" : state);
      if (state === "waiting") query = query.where("expires_at", ">", now);
      if (state === "expired") query = query.where("expires_at", "<=", now);
      return (await query.orderBy("id", "desc").limit(limit).execute()).map(approvalOf);
    },
    decide: (workspaceId, id, { state, by, note: said, now }) =>
      log.write(async (q, note) => {
        const row = await q
          .updateTable("approvals")
          .set({ state, decided_by: by, decided_at: now, note: said })
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
    finish: (workspaceId, id, result) =>
      log.write(async (q, note) => {
        const row = await q
          .updateTable("approvals")
          .set(
            "error" in result
              ? { state: "failed", error: jsonOrNull(result.error) }
              : { state: "done", outcome: result.outcome, output: jsonOrNull(result.output) },
          )
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .where("state", "=", "approved")
          .returningAll()
          .executeTakeFirst();
        if (row) note(noteOf(approvalOf(row), row.state, row.decided_by ?? undefined));
      }),
  };
}

const noteOf = ({ workspaceId, id, title }: Approval, what: string, by?: string) =>
  ({ workspaceId, kind: "approval", id, what, name: title, ...(by !== undefined && { by }) }) as const;

/** What webhook endpoints are sent: which approval waits, without its title and reason, which may name people. */
const waitingEvent = ({ id }: Approval): WebhookEvent => ({ type: "approval.waiting", subject: { approval: { id } } });

const rowOf = (a: Approval): Selectable<Schema["approvals"]> => ({
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
