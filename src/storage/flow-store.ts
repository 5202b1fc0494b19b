import type { Kysely, Selectable } from "kysely";
import type { ChangeNote } from "#changes/types.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import { defined } from "#kernel/defined.ts";
import { ChangeLog, type Note } from "./changes.ts";
import { changedFields } from "./changed-fields.ts";
import type { Db } from "./database.ts";
import { triggerRow } from "./rows.ts";
import { keepGone } from "./gone-hooks.ts";
import type { Schema } from "./schema.ts";

export function createFlowStore(db: Db, log: ChangeLog = new ChangeLog(db)): FlowStore {
  return {
    ...flowReads(db),
    ...flowChanges(log),
    ...flowVersions(db, log),
    ...flowDeletion(log),
  };
}

/** Flows as they are now. */
function flowReads(db: Db): Pick<FlowStore, "get" | "list" | "published" | "lastSave"> {
  return {
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
    async lastSave(workspaceId, id) {
      const row = await changesOf(db.q, id)
        .where("workspace_id", "=", workspaceId)
        .where("what", "in", [saved, "created", "restored", "renamed"])
        .executeTakeFirst();
      if (!row) return null;
      // Further saves of the same minutes have no line of their own.
      const flow = await ownFlow(db.q, workspaceId, id).select("updated_at").executeTakeFirst();
      const isNewest = (await changesOf(db.q, id).executeTakeFirst())?.seq === row.seq;
      return { by: row.principal, at: isNewest && flow ? Math.max(row.at, flow.updated_at) : row.at };
    },
  };
}

/** A flow made, changed, and its draft saved. */
function flowChanges(log: ChangeLog): Pick<FlowStore, "insert" | "update" | "saveDraft"> {
  return {
    insert: (flow, trigger, by) =>
      log.write(async (q, note) => {
        await q.insertInto("flows").values(flowRow(flow)).execute();
        await q.insertInto("triggers").values(triggerRow(trigger)).execute();
        await noteFlow(q, note, { workspaceId: flow.workspaceId, id: flow.id, what: "created", ...defined({ by }) });
      }),
    update: (workspaceId, id, patch, by) =>
      log.write(async (q, note) => {
        const before = await ownFlow(q, workspaceId, id).select(["folder"]).executeTakeFirst();
        await q.updateTable("flows").set(flowChange(patch)).where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
        const fields = "folder" in patch ? changedFields({ folder: before?.folder }, { folder: patch.folder }) : [];
        const isPausedByItself = patch.status === "off" && patch.reason !== undefined && by === undefined;
        const webhook = isPausedByItself ? ({ type: "flow.paused", subject: { flow: { id } } } as const) : undefined;
        await noteFlow(q, note, { workspaceId, id, what: whatOf(patch), fields, ...defined({ by, webhook }) });
      }),
    saveDraft: (workspaceId, id, { draft, name, now, expected, what = saved, by }) =>
      log.write(async (q, note) => {
        const before = await ownFlow(q, workspaceId, id).select("name").executeTakeFirst();
        let update = q
          .updateTable("flows")
          .set((e) => ({ draft: JSON.stringify(draft), name, updated_at: now, revision: e("revision", "+", 1) }))
          .where("id", "=", id)
          .where("workspace_id", "=", workspaceId);
        if (expected !== undefined) update = update.where("revision", "=", expected);
        const { numUpdatedRows } = await update.executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        const fields = changedFields({ name: before?.name }, { name });
        const isMore = what === saved && fields.length === 0 && (await goesOnSaving(q, id, by ?? null, now));
        note({ workspaceId, kind: "flow", id, what: isMore ? null : what, live: true, name, fields, ...defined({ by }) });
        return true;
      }),
  };
}

/** The versions that were published. */
function flowVersions(db: Db, log: ChangeLog): Pick<FlowStore, "publish" | "version" | "versions"> {
  return {
    publish: (workspaceId, flowId, { version, definition, now, note: comment, by }) =>
      log.write(async (q, note) => {
        const before = await ownFlow(q, workspaceId, flowId).select("version").executeTakeFirst();
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
          .values({
            workspace_id: workspaceId,
            flow_id: flowId,
            version,
            definition: text,
            published_at: now,
            note: comment ?? null,
            published_by: by ?? null,
          })
          .execute();
        await q.deleteFrom("flow_setups").where("flow_id", "=", flowId).execute();
        const fields = changedFields({ version: before?.version }, { version });
        await noteFlow(q, note, { workspaceId, id: flowId, what: "published", fields, ...defined({ by }) });
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
        .select(["version", "published_at", "note", "published_by"])
        .where("workspace_id", "=", workspaceId)
        .where("flow_id", "=", flowId)
        .orderBy("version")
        .execute();
      return rows.map((r) => ({ version: r.version, publishedAt: r.published_at, note: r.note, by: r.published_by }));
    },
  };
}

/** A flow deleted, with everything that belongs to it alone. */
function flowDeletion(log: ChangeLog): Pick<FlowStore, "delete"> {
  return {
    delete: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        if (!(await ownsFlow(q, workspaceId, id))) return;
        await noteFlow(q, note, { workspaceId, id, what: "deleted", ...defined({ by }) });
        const triggers = q.selectFrom("triggers").select("id").where("flow_id", "=", id);
        await q.deleteFrom("seen").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("ledger_entries").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("record_states").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("watched_records").where("trigger_id", "in", triggers).execute();
        await q.deleteFrom("observation_counts").where("trigger_id", "in", triggers).execute();
        await keepGone(q, workspaceId, (e) => e("flow_id", "=", id), null);
        await q.deleteFrom("triggers").where("flow_id", "=", id).execute();
        await q.deleteFrom("flow_references").where("flow_id", "=", id).execute();
        await q.deleteFrom("flow_lint").where("flow_id", "=", id).execute();
        await q.deleteFrom("flow_setups").where("flow_id", "=", id).execute();
        await q.deleteFrom("step_tests").where("flow_id", "=", id).execute();
        await q.deleteFrom("backtests").where("flow_id", "=", id).execute();
        await q.deleteFrom("flows").where("id", "=", id).execute();
      }),
  };
}

/** Notes a change, unless the workspace does not have the flow. */
async function noteFlow(q: Kysely<Schema>, note: Note, change: Omit<ChangeNote, "kind" | "name">): Promise<void> {
  const { workspaceId, id } = change;
  const flow = await ownFlow(q, workspaceId, id).select("name").executeTakeFirst();
  if (flow) note({ ...change, kind: "flow", name: flow.name });
}

/** The word for a change of a flow's row in the list of changes. */
function whatOf(patch: Parameters<FlowStore["update"]>[2]): string {
  if (patch.status !== undefined) return patch.status === "on" ? "resumed" : "paused";
  return "folder" in patch ? "moved" : "changed";
}

const saved = "saved";

/** The changes of a flow, the newest first. */
const changesOf = (q: Kysely<Schema>, id: string) =>
  q
    .selectFrom("changes")
    .select(["seq", "what", "principal", "at"])
    .where("record_id", "=", id)
    .where("kind", "=", "flow")
    .where("what", "is not", null)
    .orderBy("seq", "desc")
    .limit(1);

const oneSaveMs = 10 * 60_000;

/** A draft is saved while somebody types. Saves by one person within minutes, with nobody else's between, are one line in the list of changes. */
async function goesOnSaving(q: Kysely<Schema>, id: string, by: string | null, now: number): Promise<boolean> {
  const last = await changesOf(q, id).executeTakeFirst();
  return last?.what === saved && last.principal === by && now - last.at < oneSaveMs;
}

const ownFlow = (q: Kysely<Schema>, workspaceId: string, id: string) =>
  q.selectFrom("flows").where("id", "=", id).where("workspace_id", "=", workspaceId);

/** Whether the workspace has the flow. Rows that belong to a flow (lint, references, a trigger's state) are only written and deleted after this. */
export async function ownsFlow(q: Kysely<Schema>, workspaceId: string, id: string): Promise<boolean> {
  return (await ownFlow(q, workspaceId, id).select("id").executeTakeFirst()) !== undefined;
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
  revision: f.revision,
  folder: f.folder ?? null,
});

const flowOf = (r: Selectable<Schema["flows"]>): Flow => ({
  id: r.id,
  workspaceId: r.workspace_id,
  name: r.name,
  status: r.status as Flow["status"],
  draft: JSON.parse(r.draft),
  revision: r.revision,
  ...(r.folder !== null && { folder: r.folder }),
  version: r.version,
  ...(r.reason !== null && { reason: r.reason }),
  createdAt: r.created_at,
  updatedAt: r.updated_at,
});

const flowChange = (patch: Parameters<FlowStore["update"]>[2]) => ({
  ...(patch.status !== undefined && { status: patch.status }),
  ...(patch.version !== undefined && { version: patch.version }),
  ...("reason" in patch && { reason: patch.reason ?? null }),
  ...("folder" in patch && { folder: patch.folder ?? null }),
  ...(patch.updatedAt !== undefined && { updated_at: patch.updatedAt }),
});
