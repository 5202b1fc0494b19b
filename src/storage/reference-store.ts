import type { Selectable } from "kysely";
import type { LintFinding, LintRecord, Reference } from "#engine/types/lint.ts";
import type { LintStore } from "#engine/ports/lint-store.ts";
import type { ReferenceStore } from "#engine/ports/reference-store.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";
import { ownsFlow } from "./flow-store.ts";

/** What the choices of flows referred to when they were last resolved. */
export function createReferenceStore(db: Db): ReferenceStore {
  return {
    async list(workspaceId, flowId) {
      const rows = await db.q
        .selectFrom("flow_references")
        .innerJoin("flows", "flows.id", "flow_references.flow_id")
        .selectAll("flow_references")
        .where("flow_id", "=", flowId)
        .where("flows.workspace_id", "=", workspaceId)
        .orderBy("at")
        .orderBy("text")
        .execute();
      return rows.map(({ flow_id, checked_at, ...row }) => ({ ...row, flowId: flow_id, checkedAt: checked_at }));
    },
    replace: (workspaceId, flowId, references) =>
      db.write(async (q) => {
        if (!(await ownsFlow(q, workspaceId, flowId))) return;
        await q.deleteFrom("flow_references").where("flow_id", "=", flowId).execute();
        for (const { at, connection, text, value, label, checkedAt } of unlike(references)) {
          await q
            .insertInto("flow_references")
            .values({ flow_id: flowId, at, connection, text, value, label, checked_at: checkedAt })
            .execute();
        }
      }),
  };
}

/** A name written twice in one list is one reference. */
const unlike = (references: readonly Reference[]): Reference[] => [...new Map(references.map((r) => [`${r.at}\n${r.text}`, r])).values()];

/** What the last check of each flow found. */
export function createLintStore(db: Db, log: ChangeLog = new ChangeLog(db)): LintStore {
  return {
    async all(workspaceId) {
      const rows = await db.q
        .selectFrom("flow_lint")
        .innerJoin("flows", "flows.id", "flow_lint.flow_id")
        .selectAll("flow_lint")
        .where("flows.workspace_id", "=", workspaceId)
        .orderBy("flow_id")
        .execute();
      return rows.map(lintOf);
    },
    async get(workspaceId, flowId) {
      const row = await db.q
        .selectFrom("flow_lint")
        .innerJoin("flows", "flows.id", "flow_lint.flow_id")
        .selectAll("flow_lint")
        .where("flow_lint.flow_id", "=", flowId)
        .where("flows.workspace_id", "=", workspaceId)
        .executeTakeFirst();
      return row ? lintOf(row) : null;
    },
    put: (workspaceId, { flowId, checkedAt, findings }) =>
      log.write(async (q, note) => {
        if (!(await ownsFlow(q, workspaceId, flowId))) return;
        const row = { checked_at: checkedAt, findings: JSON.stringify(findings) };
        await q
          .insertInto("flow_lint")
          .values({ flow_id: flowId, ...row })
          .onConflict((c) => c.column("flow_id").doUpdateSet(row))
          .execute();
        note({ workspaceId, kind: "lint", id: flowId, what: null });
      }),
  };
}

const lintOf = (row: Selectable<Schema["flow_lint"]>): LintRecord => ({
  flowId: row.flow_id,
  checkedAt: row.checked_at,
  findings: JSON.parse(row.findings) as LintFinding[],
});
