import type { Kysely, Selectable } from "kysely";
import type { ChangeNote } from "#changes/types.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import { defined } from "#kernel/defined.ts";
import { ChangeLog, type Note } from "./changes.ts";
import type { Db } from "./database.ts";
import { triggerRow } from "./rows.ts";
import type { Schema } from "./schema.ts";

export function createFlowStore(db: Db, log: ChangeLog = new ChangeLog(db)): FlowStore {
  return {
    insert: (flow, trigger, by) =>
      log.write(async (q, note) => {
        await q.insertInto("flows").values(flowRow(flow)).execute();
        await q.insertInto("triggers").values(triggerRow(trigger)).execute();
        await noteFlow(q, note, { workspaceId: flow.workspaceId, id: flow.id, what: "created", ...defined({ by }) });
      }),
    async get(workspaceId, id) {
      const row = await db.q
        .selectFrom("flows")
        .selectAll()
        .where("id", "=", id)
        .where("workspace_id", "=", workspaceId)
        .executeTakeFirst();
      return row ? flowOf(row) : null;
    },
    async list(workspaceId) {
      return (await db.q.selectFrom("flows").selectAll().where("workspace_id", "=", workspaceId).orderBy("id").execute()).map(flowOf);
    },
    async published(workspaceId) {
      const rows = await db.q
        .selectFrom("flows")
        .innerJoin("flow_versions as v", (join) => join.onRef("v.flow_id", "=", "flows.id").onRef("v.version", "=", "flows.version"))
        .select(["flows.id", "v.definition"])
        .where("flows.workspace_id", "=", workspaceId)
        .execute();
      return new Map(rows.map((row) => [row.id, JSON.parse(row.definition) as FlowDefinition]));
    },
    update: (workspaceId, id, patch, by) =>
      log.write(async (q, note) => {
        await q.updateTable("flows").set(flowChange(patch)).where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
        await noteFlow(q, note, { workspaceId, id, what: whatOf(patch), ...defined({ by }) });
      }),
    publish: (workspaceId, flowId, version, definition, now, by) =>
      log.write(async (q, note) => {
        const { numUpdatedRows } = await q
          .updateTable("flows")
          .set({ version, status: "on", reason: null, updated_at: now })
          .where("id", "=", flowId)
          .where("workspace_id", "=", workspaceId)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return;
        const text = JSON.stringify(definition);
        await q
          .insertInto("flow_versions")
          .values({ workspace_id: workspaceId, flow_id: flowId, version, definition: text, published_at: now })
          .execute();
        await noteFlow(q, note, { workspaceId, id: flowId, what: "published", ...defined({ by }) });
      }),
    async version(workspaceId, flowId, version) {
      const row = await db.q
        .selectFrom("flow_versions")
        .select("definition")
        .where("workspace_id", "=", workspaceId)
        .where("flow_id", "=", flowId)
        .where("version", "=", version)
        .executeTakeFirst();
      return row ? (JSON.parse(row.definition) as FlowDefinition) : null;
    },
    async versions(workspaceId, flowId) {
      const rows = await db.q
        .selectFrom("flow_versions")
        .select(["version", "published_at"])
        .where("workspace_id", "=", workspaceId)
        .where("flow_id", "=", flowId)
        .orderBy("version")
        .execute();
      return rows.map((r) => ({ version: r.version, publishedAt: r.published_at }));
    },
    delete: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        if (!(await ownsFlow(q, workspaceId, id))) return;
        await noteFlow(q, note, { workspaceId, id, what: "deleted", ...defined({ by }) });
        const triggers = q.selectFrom("triggers").select("id").where("flow_id", "=", id);
        await q.deleteFrom("seen").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("told").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("record_states").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("watched_records").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("observation_counts").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("triggers").where("flow_id", "=", id).execute();
        await q.deleteFrom("flow_references").where("flow_id", "=", id).execute();
        await q.deleteFrom("flow_lint").where("flow_id", "=", id).execute();
        await q.deleteFrom("flows").where("id", "=", id).execute();
      }),
  };
}

/** Notes a change, unless the workspace does not have the flow. */
async function noteFlow(q: Kysely<Schema>, note: Note, change: Omit<ChangeNote, "kind" | "name">): Promise<void> {
  const { workspaceId, id } = change;
  const flow = await q.selectFrom("flows").select("name").where("id", "=", id).where("workspace_id", "=", workspaceId).executeTakeFirst();
  if (flow) note({ ...change, kind: "flow", name: flow.name });
}

/** The word for a change of a flow's row in the list of changes. */
function whatOf({ status, draft }: Parameters<FlowStore["update"]>[2]): string {
  if (status !== undefined) return status === "on" ? "resumed" : "paused";
  return draft === undefined ? "changed" : "saved";
}

/** Whether the workspace has the flow. Rows that belong to a flow (lint, references, a trigger's state) are only written and deleted after this. */
export async function ownsFlow(q: Kysely<Schema>, workspaceId: string, id: string): Promise<boolean> {
  const row = await q.selectFrom("flows").select("id").where("id", "=", id).where("workspace_id", "=", workspaceId).executeTakeFirst();
  return row !== undefined;
}

const flowRow = (f: Flow): Selectable<Schema["flows"]> => ({
  id: f.id,
  workspace_id: f.workspaceId,
  name: f.name,
  status: f.status,
  draft: JSON.stringify(f.draft),
  version: f.version,
  reason: f.reason ?? null,
  created_at: f.createdAt,
  updated_at: f.updatedAt,
});

const flowOf = (r: Selectable<Schema["flows"]>): Flow => ({
  id: r.id,
  workspaceId: r.workspace_id,
  name: r.name,
  status: r.status as Flow["status"],
  draft: JSON.parse(r.draft),
  version: r.version,
  ...(r.reason !== null && { reason: r.reason }),
  createdAt: r.created_at,
  updatedAt: r.updated_at,
});

const flowChange = (patch: Parameters<FlowStore["update"]>[2]) => ({
  ...(patch.name !== undefined && { name: patch.name }),
  ...(patch.status !== undefined && { status: patch.status }),
  ...(patch.draft !== undefined && { draft: JSON.stringify(patch.draft) }),
  ...(patch.version !== undefined && { version: patch.version }),
  ...("reason" in patch && { reason: patch.reason ?? null }),
  ...(patch.updatedAt !== undefined && { updated_at: patch.updatedAt }),
});
