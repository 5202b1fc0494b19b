import type { Kysely, Selectable } from "kysely";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { Backtest, BacktestReport, BacktestState, StepTest } from "#engine/types/trials.ts";
import { defined } from "#kernel/defined.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { ownsFlow } from "./flow-store.ts";
import type { Schema } from "./schema.ts";

/** How many backtests of a flow keep their rows. */
const keptBacktests = 10;
/** As many as a flow may have steps: those of steps that were taken out or renamed go in time. */
const keptTests = 200;

export function createTrialStore(db: Db, log: ChangeLog = new ChangeLog(db)): TrialStore {
  return {
    ...stepTestRows(db, log),
    ...backtestRows(db),
  };
}

/** Tests of single steps. */
function stepTestRows(db: Db, log: ChangeLog): Pick<TrialStore, "stepTests" | "putStepTest"> {
  return {
    async stepTests(workspaceId, flowId) {
      const rows = await db.q
        .selectFrom("step_tests")
        .select("test")
        .where("flow_id", "=", flowId)
        .where("workspace_id", "=", workspaceId)
        .orderBy("at", "desc")
        .orderBy("step")
        .execute();
      return rows.map(({ test }) => testOf(test));
    },
    putStepTest: (workspaceId, flowId, test, what) =>
      log.write(async (q, note) => {
        if (!(await ownsFlow(q, workspaceId, flowId))) return;
        const row = { workspace_id: workspaceId, flow_id: flowId, step: test.step, test: JSON.stringify(test), at: test.at };
        await q
          .insertInto("step_tests")
          .values(row)
          .onConflict((c) => c.columns(["flow_id", "step"]).doUpdateSet({ test: row.test, at: row.at }))
          .execute();
        await forgetOldTests(q, flowId);
        if (what === undefined) return;
        const { name } = await q.selectFrom("flows").select("name").where("id", "=", flowId).executeTakeFirstOrThrow();
        note({ workspaceId, kind: "flow", id: flowId, what, name, ...defined({ by: test.by ?? undefined }) });
      }),
  };
}

/** Drafts tried on events of the past. */
function backtestRows(db: Db): Pick<TrialStore, "addBacktest" | "backtest" | "backtests" | "progress" | "cancelBacktest"> {
  return {
    addBacktest: (backtest) =>
      db.write(async (q) => {
        if (!(await ownsFlow(q, backtest.workspaceId, backtest.flowId))) return;
        await q.insertInto("backtests").values(rowOf(backtest)).execute();
        await forgetOldBacktests(q, backtest.flowId);
      }),
    async backtest(workspaceId, flowId, id) {
      const row = await ofFlow(db.q, workspaceId, flowId).where("id", "=", id).executeTakeFirst();
      return row ? backtestOf(row) : null;
    },
    async backtests(workspaceId, flowId, limit) {
      const rows = await ofFlow(db.q, workspaceId, flowId).orderBy("started_at", "desc").orderBy("id", "desc").limit(limit).execute();
      return rows.map(backtestOf);
    },
    progress: (backtest) =>
      db.write(async (q) => {
        const { state, done, report, updated_at } = rowOf(backtest);
        const { numUpdatedRows } = await q
          .updateTable("backtests")
          .set({ state, done, report, updated_at })
          .where("id", "=", backtest.id)
          .where("state", "=", "running")
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    cancelBacktest: (workspaceId, flowId, id, now) =>
      db.write(async (q) => {
        await q
          .updateTable("backtests")
          .set({ state: "cancelled", updated_at: now })
          .where("id", "=", id)
          .where("flow_id", "=", flowId)
          .where("workspace_id", "=", workspaceId)
          .where("state", "=", "running")
          .execute();
      }),
  };
}

/** The tests of an earlier release do not say with which sample they were made. */
const testOf = (text: string): StepTest => {
  const test = JSON.parse(text) as Omit<StepTest, "sample"> & Partial<StepTest>;
  return { ...test, sample: test.sample ?? null };
};

const ofFlow = (q: Kysely<Schema>, workspaceId: string, flowId: string) =>
  q.selectFrom("backtests").selectAll().where("flow_id", "=", flowId).where("workspace_id", "=", workspaceId);

async function forgetOldTests(q: Kysely<Schema>, flowId: string): Promise<void> {
  const old = await q
    .selectFrom("step_tests")
    .select("step")
    .where("flow_id", "=", flowId)
    .orderBy("at", "desc")
    .orderBy("step")
    .offset(keptTests)
    .limit(keptTests)
    .execute();
  const steps = old.map(({ step }) => step);
  if (steps.length > 0) await q.deleteFrom("step_tests").where("flow_id", "=", flowId).where("step", "in", steps).execute();
}

async function forgetOldBacktests(q: Kysely<Schema>, flowId: string): Promise<void> {
  const kept = await q
    .selectFrom("backtests")
    .select("id")
    .where("flow_id", "=", flowId)
    .orderBy("started_at", "desc")
    .orderBy("id", "desc")
    .limit(keptBacktests)
    .execute();
  const ids = kept.map(({ id }) => id);
  await q.deleteFrom("backtests").where("flow_id", "=", flowId).where("id", "not in", ids).execute();
}

const rowOf = (b: Backtest): Selectable<Schema["backtests"]> => ({
  id: b.id,
  workspace_id: b.workspaceId,
  flow_id: b.flowId,
  state: b.state,
  done: b.done,
  total: b.total,
  report: JSON.stringify(b.report),
  started_at: b.startedAt,
  updated_at: b.updatedAt,
  principal: b.by,
});

const backtestOf = (row: Selectable<Schema["backtests"]>): Backtest => ({
  id: row.id,
  workspaceId: row.workspace_id,
  flowId: row.flow_id,
  state: row.state as BacktestState,
  done: row.done,
  total: row.total,
  report: JSON.parse(row.report) as BacktestReport,
  startedAt: row.started_at,
  updatedAt: row.updated_at,
  by: row.principal,
});
