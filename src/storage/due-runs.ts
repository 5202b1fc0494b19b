import type { ExpressionBuilder, Kysely } from "kysely";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { Run } from "#engine/types/runs.ts";
import type { Db } from "./database.ts";
import { marker, readBuiltOnce } from "./markers.ts";
import type { Schema } from "./schema.ts";

/** Reads runs that are due and that no other process executes, those of the longest wait first. */
export function createDueReader(db: Db, owner: string): RunStore["due"] {
  const first = readBuiltOnce(db.q, dueRuns);
  const next = readBuiltOnce(db.q, (q) =>
    dueRuns(q).where((e) =>
      e.or([
        e("due_at", ">", marker<number>("dueAt")),
        e.and([e("due_at", "=", marker<number>("dueAt")), e("seq", ">", marker<number>("seq"))]),
      ]),
    ),
  );
  return async (now, limit, after) => {
    const rows = await (after ? next({ now, limit, owner, dueAt: after.dueAt, seq: after.seq }) : first({ now, limit, owner }));
    return rows.map((r) => ({
      id: r.id,
      seq: r.seq,
      workspaceId: r.workspace_id,
      dueAt: r.due_at,
      lane: r.lane as Run["lane"],
      flowId: r.flow_id,
      version: r.version,
      behind: Boolean(r.behind),
    }));
  };
}

const dueRuns = (q: Kysely<Schema>) =>
  q
    .selectFrom("runs")
    .select(["id", "seq", "workspace_id", "due_at", "lane", "flow_id", "version"])
    .select((e) => e.and([e("state", "=", "queued"), e.exists(earlier(e))]).as("behind"))
    .where("finished_at", "is", null)
    .where("due_at", "<=", marker<number>("now"))
    .where((e) => e.or([e("lease_owner", "is", null), e("lease_owner", "not in", otherOwners(q))]))
    .orderBy("due_at")
    .orderBy("seq")
    .limit(marker<number>("limit"));

const otherOwners = (q: Kysely<Schema>) =>
  q.selectFrom("run_owners").select("id").where("until", ">", marker<number>("now")).where("id", "!=", marker<string>("owner"));

/** Earlier runs of the same record that have not begun; none for a run without a record. */
const earlier = (e: ExpressionBuilder<Schema, "runs">) =>
  e
    .selectFrom("runs as earlier")
    .select("earlier.id")
    .whereRef("earlier.flow_id", "=", "runs.flow_id")
    .whereRef("earlier.record", "=", "runs.record")
    .where("earlier.state", "=", "queued")
    .where("earlier.finished_at", "is", null)
    .whereRef("earlier.seq", "<", "runs.seq");
