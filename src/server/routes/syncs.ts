import type { FastifyInstance } from "fastify";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import { serve } from "../http/serve.ts";
import type { SyncService } from "../sync/sync-service.ts";
import type { SyncViews } from "../sync/sync-views.ts";

export interface SyncRouteParts {
  syncs: { service: SyncService; views: SyncViews };
}

const notYet = (): never => {
  throw new MillraceError("INTERNAL", { details: {} });
};

/** Syncs: made, previewed, started, watched, decided and undone. */
export function serveSyncs(app: FastifyInstance, { syncs: { service, views } }: SyncRouteParts): void {
  const notYetOf = async ({ principal: { workspaceId }, params }: { principal: { workspaceId: string }; params: { id: string } }) => {
    await service.get(workspaceId, params.id);
    return notYet();
  };
  serve(app, "syncs", {
    types: notYet,
    list: async ({ principal: { workspaceId } }) => ({
      syncs: await Promise.all((await service.list(workspaceId)).map((sync) => views.sync(sync))),
    }),
    create: async ({ principal: { workspaceId, by }, body }) => views.sync(await service.create(workspaceId, body.definition, by)),
    get: async ({ principal: { workspaceId }, params }) => views.sync(await service.get(workspaceId, params.id)),
    put: async ({ principal: { workspaceId, by }, params, body }) =>
      views.sync(await service.change(workspaceId, params.id, body.definition, body.revision, by)),
    remove: ({ principal: { workspaceId, by }, params }) => service.remove(workspaceId, params.id, by),
    suggest: notYet,
    check: async ({ principal: { workspaceId }, params }) => ({ problems: await service.problems(workspaceId, params.id) }),
    startPreview: notYetOf,
    preview: notYetOf,
    start: async ({ principal: { workspaceId, by }, params, body }) =>
      views.sync(await service.start(workspaceId, params.id, body.first, by)),
    pause: async ({ principal: { workspaceId, by }, params }) => views.sync(await service.pause(workspaceId, params.id, by)),
    resume: async ({ principal: { workspaceId, by }, params }) => views.sync(await service.resume(workspaceId, params.id, by)),
    cancelJob: notYetOf,
    answer: async ({ principal: { workspaceId, by }, params, body }) =>
      views.sync(await service.answer(workspaceId, params.id, body.allow, by)),
    links: async ({ principal: { workspaceId }, params, query: { q, after, show, limit } }) =>
      views.links(await service.get(workspaceId, params.id), { show, limit, ...defined({ words: q, after }) }),
    link: async ({ principal: { workspaceId }, params }) => {
      const { sync, link } = await service.link(workspaceId, params.id, params.link);
      return views.link(sync, link);
    },
    decide: async ({ principal: { workspaceId, by }, params, body }) => {
      const { sync, link } = await service.decide(workspaceId, params.id, params.link, body, by);
      return views.link(sync, link);
    },
    writes: async ({ principal: { workspaceId }, params, query: { batch, before, limit } }) =>
      views.writes(await service.get(workspaceId, params.id), { limit, ...defined({ batch, before }) }),
    undo: notYetOf,
  });
}
