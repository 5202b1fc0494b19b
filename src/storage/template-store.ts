import type { Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
import { ChangeLog } from "./changes.ts";
import { changedFields } from "./changed-fields.ts";
import type { Db } from "./database.ts";
import { ownsFlow } from "./flow-store.ts";
import type { Schema } from "./schema.ts";

/** A flow template that a workspace saved. `definition` is JSON. */
export interface TemplateRow {
  id: string;
  workspaceId: string;
  title: string;
  definition: string;
  createdAt: number;
  updatedAt: number;
}

/** Where the templates of workspaces rest. `by`: who changes one, for the list of changes. */
export interface TemplateStore {
  /** The newest first. */
  list(workspaceId: string): Promise<TemplateRow[]>;
  get(workspaceId: string, id: string): Promise<TemplateRow | null>;
  count(workspaceId: string): Promise<number>;
  insert(row: TemplateRow, by?: string): Promise<void>;
  /** False where there is none. */
  update(workspaceId: string, id: string, change: Pick<TemplateRow, "title" | "definition" | "updatedAt">, by?: string): Promise<boolean>;
  /** False where there was none. */
  remove(workspaceId: string, id: string, by?: string): Promise<boolean>;
}

export function createTemplateStore(db: Db, log: ChangeLog = new ChangeLog(db)): TemplateStore {
  const own = (workspaceId: string) => db.q.selectFrom("templates").where("workspace_id", "=", workspaceId);
  return {
    async list(workspaceId) {
      return (await own(workspaceId).selectAll().orderBy("id", "desc").execute()).map(templateOf);
    },
    async get(workspaceId, id) {
      const row = await own(workspaceId).selectAll().where("id", "=", id).executeTakeFirst();
      return row ? templateOf(row) : null;
    },
    async count(workspaceId) {
      const { n } = await own(workspaceId)
        .select((e) => e.fn.countAll<number | string>().as("n"))
        .executeTakeFirstOrThrow();
      return Number(n);
    },
    insert: (row, by) =>
      log.write(async (q, note) => {
        const { id, workspaceId, title, definition, createdAt, updatedAt } = row;
        await q
          .insertInto("templates")
          .values({ id, workspace_id: workspaceId, title, definition, created_at: createdAt, updated_at: updatedAt })
          .execute();
        note({ workspaceId, kind: "template", id, what: "created", name: title, ...defined({ by }) });
      }),
    update: (workspaceId, id, { title, definition, updatedAt }, by) =>
      log.write(async (q, note) => {
        const before = await q
          .selectFrom("templates")
          .select("title")
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .executeTakeFirst();
        const { numUpdatedRows } = await q
          .updateTable("templates")
          .set({ title, definition, updated_at: updatedAt })
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .executeTakeFirst();
        const fields = changedFields({ title: before?.title }, { title });
        if (numUpdatedRows > 0n) note({ workspaceId, kind: "template", id, what: "changed", name: title, fields, ...defined({ by }) });
        return numUpdatedRows > 0n;
      }),
    remove: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const row = await q
          .selectFrom("templates")
          .select("title")
          .where("workspace_id", "=", workspaceId)
          .where("id", "=", id)
          .executeTakeFirst();
        if (!row) return false;
        await q.deleteFrom("templates").where("workspace_id", "=", workspaceId).where("id", "=", id).execute();
        note({ workspaceId, kind: "template", id, what: "removed", name: row.title, ...defined({ by }) });
        return true;
      }),
  };
}

const templateOf = (row: Selectable<Schema["templates"]>): TemplateRow => ({
  id: row.id,
  workspaceId: row.workspace_id,
  title: row.title,
  definition: row.definition,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
});

/** The set-up of a flow that was made from a template and not published yet. `questions` is JSON. */
export interface SetupRow {
  flowId: string;
  questions: string;
  /** The step at which its user is, from 1. */
  step: number;
}

/** Where unfinished set-ups rest. One goes with its flow, and ends when the flow is published: see the flow store. */
export interface SetupStore {
  list(workspaceId: string): Promise<Pick<SetupRow, "flowId" | "step">[]>;
  get(workspaceId: string, flowId: string): Promise<SetupRow | null>;
  /** Nothing where the workspace does not have the flow. */
  insert(workspaceId: string, row: SetupRow, now: number): Promise<void>;
  /** False where there is none. */
  setStep(workspaceId: string, flowId: string, step: number): Promise<boolean>;
  /** False where there was none. */
  remove(workspaceId: string, flowId: string): Promise<boolean>;
}

export function createSetupStore(db: Db): SetupStore {
  return {
    async list(workspaceId) {
      const rows = await db.q.selectFrom("flow_setups").select(["flow_id", "step"]).where("workspace_id", "=", workspaceId).execute();
      return rows.map(({ flow_id: flowId, step }) => ({ flowId, step }));
    },
    async get(workspaceId, flowId) {
      const row = await db.q
        .selectFrom("flow_setups")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .where("flow_id", "=", flowId)
        .executeTakeFirst();
      return row ? { flowId: row.flow_id, questions: row.questions, step: row.step } : null;
    },
    insert: (workspaceId, { flowId, questions, step }, now) =>
      db.write(async (q) => {
        if (!(await ownsFlow(q, workspaceId, flowId))) return;
        await q
          .insertInto("flow_setups")
          .values({ flow_id: flowId, workspace_id: workspaceId, questions, step, created_at: now })
          .execute();
      }),
    setStep: (workspaceId, flowId, step) =>
      db.write(async (q) => {
        const { numUpdatedRows } = await q
          .updateTable("flow_setups")
          .set({ step })
          .where("workspace_id", "=", workspaceId)
          .where("flow_id", "=", flowId)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    remove: (workspaceId, flowId) =>
      db.write(async (q) => {
        const { numDeletedRows } = await q
          .deleteFrom("flow_setups")
          .where("workspace_id", "=", workspaceId)
          .where("flow_id", "=", flowId)
          .executeTakeFirst();
        return numDeletedRows > 0n;
      }),
  };
}
