import type { SyncJobView, SyncView } from "#api/schemas/syncs.ts";
import type { AppRegistry } from "#catalog/registry.ts";
import type { SyncJob } from "#sync/store.ts";
import type { Sync } from "#sync/types.ts";
import { offeredSyncs, suggestedSync } from "../sync/ready-made.ts";
import type { Handlers } from "../http/serve.ts";
import { recordTypeViewOf, type RecordTypeReader } from "../sync/record-type-reader.ts";
import type { SyncWork } from "../sync/sync-work.ts";

export interface SyncWorkRouteParts extends SyncWork {
  types: RecordTypeReader;
  catalog: Pick<AppRegistry, "of" | "isBuiltIn">;
  list(workspaceId: string): Promise<Sync[]>;
  /** Throws NOT_FOUND. */
  get(workspaceId: string, id: string): Promise<Sync>;
  view(sync: Sync): Promise<SyncView>;
  job(job: SyncJob): SyncJobView;
}

type SyncHandlers = Handlers<"syncs">;

/** What syncs are made from, tried with, and taken back by. */
export function syncWorkHandlers(
  parts: SyncWorkRouteParts,
): Pick<SyncHandlers, "types" | "ready" | "suggest" | "startPreview" | "preview" | "cancelJob" | "undo"> {
  const { types, catalog, previews, undo, jobs, get } = parts;
  const isBuiltIn = (app: string) => catalog.isBuiltIn(app);
  return {
    types: async ({ principal: { workspaceId, by }, query: { app, connection } }) => ({
      types: (await types.all(workspaceId, app, connection, by)).map((type) => recordTypeViewOf(app, type)),
    }),
    async suggest({ principal: { workspaceId, by }, body: { a, b } }) {
      const [typeA, typeB] = await Promise.all([
        types.one({ workspaceId, app: a.app, connection: a.connection, by }, a.type, "a.type"),
        types.one({ workspaceId, app: b.app, connection: b.connection, by }, b.type, "b.type"),
      ]);
      const others = await parts.list(workspaceId);
      return { definition: suggestedSync({ a, b }, { types: { a: typeA, b: typeB }, others, isBuiltIn }) };
    },
    ready: ({ principal: { workspaceId } }) => ({ ready: offeredSyncs(catalog.of(workspaceId), isBuiltIn) }),
    startPreview: async ({ principal: { workspaceId, by }, params }) => previews.start(await get(workspaceId, params.id), by),
    preview: async ({ principal: { workspaceId }, params }) => previews.of(await get(workspaceId, params.id)),
    async cancelJob({ principal: { workspaceId }, params }) {
      await parts.cancelJob(await get(workspaceId, params.id));
      return parts.view(await get(workspaceId, params.id));
    },
    async undo({ principal: { workspaceId }, params, body: { batch, writes, dry } }) {
      const sync = await get(workspaceId, params.id);
      if (dry) return { ...(await undo.preview(sync, { batch, writes })), job: null };
      const { job, count } = await undo.start(jobs, sync, { batch, writes });
      return { undo: [], left: [], count, job: parts.job(job) };
    },
  };
}
