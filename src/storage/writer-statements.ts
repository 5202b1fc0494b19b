import { sql, type UpdateQueryBuilder } from "kysely";
import type { Db } from "./database.ts";
import { marker } from "./markers.ts";
import type { Schema } from "./schema.ts";

const eventColumns = [
  "id",
  "workspace_id",
  "trigger_id",
  "event_key",
  "payload",
  "person",
  "received_at",
  "record",
  "happened_at",
] as const;
const runColumns = [
  "id",
  "workspace_id",
  "flow_id",
  "version",
  "event_id",
  "state",
  "lane",
  "due_at",
  "person",
  "summary",
  "error",
  "attention",
  "replay_of",
  "origin",
  "created_at",
  "finished_at",
  "record",
  "settling",
  "merged",
  "recovered",
  "previous",
  "people",
  "waiting",
  "outage",
  "worked_ms",
  "starter",
  "lease_owner",
  "lease_no",
  "cancel_requested",
] as const;
const runChanges = [
  "state",
  "due_at",
  "summary",
  "error",
  "attention",
  "finished_at",
  "settling",
  "waiting",
  "outage",
  "worked_ms",
  "lease_owner",
  "lease_no",
] as const;
const stepColumns = [
  "run_id",
  "path",
  "seq",
  "state",
  "app",
  "operation",
  "effect",
  "input",
  "output",
  "attempts",
  "error",
  "started_at",
  "finished_at",
] as const;
const stepChanges = ["state", "input", "output", "attempts", "error", "finished_at"] as const;

const markers = <C extends string>(columns: readonly C[]) => Object.fromEntries(columns.map((c) => [c, marker(c)])) as Record<C, never>;

/** Restricts an update to the run under the lease and in the state that the caller expects. */
const asItWas = <O>(runs: UpdateQueryBuilder<Schema, "runs", "runs", O>): UpdateQueryBuilder<Schema, "runs", "runs", O> =>
  runs
    .where("id", "=", marker<string>("id"))
    .where(sql<string>`coalesce(lease_owner, '')`, "=", marker<string>("was_owner"))
    .where("lease_no", "=", marker<number>("was_no"))
    .where("state", "in", [marker<string>("was_state"), marker<string>("was_begun")])
    .where("cancel_requested", "<=", marker<number>("may_be_cancelled"));

/** The prepared statements that write events, runs and steps. */
export type WriterStatements = ReturnType<typeof prepareWriter>;

export function prepareWriter(db: Db) {
  return {
    insertEvent: db.statement((q) =>
      q
        .insertInto("events")
        .values(markers(eventColumns))
        .onConflict((c) => c.columns(["trigger_id", "event_key"]).doNothing()),
    ),
    retireKey: db.statement((q) =>
      q
        .updateTable("events")
        .set((e) => ({ event_key: sql<string>`${e.ref("event_key")} || ':' || ${e.ref("id")}` }))
        .where("trigger_id", "=", marker<string>("trigger_id"))
        .where("event_key", "=", marker<string>("event_key"))
        .where("received_at", "<=", marker<number>("before")),
    ),
    insertRun: db.statement((q) => q.insertInto("runs").values(markers(runColumns))),
    sortedUpTo: db.statement((q) => q.selectFrom("people_sorted").select("up_to")),
    peopleDue: db.statement((q) => q.insertInto("people_due").values(markers(["run_id"] as const))),
    people: db.statement((q) => q.selectFrom("runs").select(["seq", "people"]).where("id", "=", marker<string>("id"))),
    putPeople: db.statement((q) =>
      q
        .updateTable("runs")
        .set({ people: marker("people") })
        .where("id", "=", marker<string>("id")),
    ),
    changeRun: db.statement((q) => asItWas(q.updateTable("runs")).set({ ...markers(runChanges), cancel_requested: 0 })),
    changeRunAndPeople: db.statement((q) =>
      asItWas(q.updateTable("runs"))
        .set({ ...markers(runChanges), people: marker("people"), cancel_requested: 0 })
        .returning("seq"),
    ),
    putStep: db.statement((q) =>
      q
        .insertInto("steps")
        .values(markers(stepColumns))
        .onConflict((c) => c.columns(["run_id", "path"]).doUpdateSet(markers(stepChanges))),
    ),
    addCount: db.statement((q) =>
      q
        .insertInto("run_counts")
        .values(markers(["workspace_id", "flow_id", "hour", "state", "n", "second", "third", "fourth"] as const))
        .onConflict((c) =>
          c.columns(["workspace_id", "flow_id", "hour", "state"]).doUpdateSet((e) => ({
            n: e("run_counts.n", "+", e.ref("excluded.n")),
            second: e("run_counts.second", "+", e.ref("excluded.second")),
            third: e("run_counts.third", "+", e.ref("excluded.third")),
            fourth: e("run_counts.fourth", "+", e.ref("excluded.fourth")),
          })),
        ),
    ),
  };
}
