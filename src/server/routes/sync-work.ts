import { offeredSyncs, suggestedSync } from "../sync/ready-made.ts";
import type { Syncs } from "../sync/open-syncs.ts";
import type { Handlers } from "../http/serve.ts";
import { recordTypeViewOf } from "../sync/record-type-reader.ts";

type SyncHandlers = Handlers<"syncs">;

/** What syncs are made from, tried with, and taken back by. */
export function syncWorkHandlers({
  service,
  views,
  work,
  types,
  catalog,
}: Syncs): Pick<SyncHandlers, "types" | "ready" | "suggest" | "startPreview" | "preview" | "cancelJob" | "undo"> {
  const { jobs, previews, undo } = work;
  const get = (workspaceId: string, id: string) => service.get(workspaceId, id);
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
      const others = await service.list(workspaceId);
      return { definition: suggestedSync({ a, b }, { types: { a: typeA, b: typeB }, others, isBuiltIn }) };
    },
    ready: ({ principal: { workspaceId } }) => ({ ready: offeredSyncs(catalog.of(workspaceId), isBuiltIn) }),
    startPreview: async ({ principal: { workspaceId, by }, params }) => previews.start(await get(workspaceId, params.id), by),
    preview: async ({ principal: { workspaceId }, params }) => previews.of(await get(workspaceId, params.id)),
    async cancelJob({ principal: { workspaceId }, params }) {
      await work.cancelJob(await get(workspaceId, params.id));
      return views.sync(await get(workspaceId, params.id));
    },
    async undo({ principal: { workspaceId }, params, body: { batch, writes, dry } }) {
      const sync = await get(workspaceId, params.id);
      if (dry) return { ...(await undo.preview(sync, { batch, writes })), job: null };
      const { job, count } = await undo.start(jobs, sync, { batch, writes });
      return { undo: [], left: [], count, job: views.job(job) };
    },
  };
}
