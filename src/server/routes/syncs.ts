import type { FastifyInstance } from "fastify";
import { defined } from "#kernel/defined.ts";
import { serve } from "../http/serve.ts";
import type { Syncs } from "../sync/open-syncs.ts";
import { syncWorkHandlers } from "./sync-work.ts";

export interface SyncRouteParts {
  syncs: Syncs;
}

/** Syncs: made, previewed, started, watched, decided and undone. */
export function serveSyncs(app: FastifyInstance, { syncs }: SyncRouteParts): void {
  const { service, views } = syncs;
  serve(app, "syncs", {
    ...syncWorkHandlers(syncs),
    list: async ({ principal: { workspaceId } }) => ({
      syncs: await Promise.all((await service.list(workspaceId)).map((sync) => views.sync(sync))),
    }),
    create: async ({ principal: { workspaceId, by }, body }) => views.sync(await service.create(workspaceId, body.definition, by)),
    get: async ({ principal: { workspaceId }, params }) => views.sync(await service.get(workspaceId, params.id)),
    put: async ({ principal: { workspaceId, by }, params, body }) =>
      views.sync(await service.change(workspaceId, params.id, body.definition, body.revision, by)),
    remove: ({ principal: { workspaceId, by }, params }) => service.remove(workspaceId, params.id, by),
    check: async ({ principal: { workspaceId }, params }) => ({ problems: await service.problems(workspaceId, params.id) }),
    start: async ({ principal: { workspaceId, by }, params, body }) =>
      views.sync(await service.start(workspaceId, params.id, body.first, by)),
    pause: async ({ principal: { workspaceId, by }, params }) => views.sync(await service.pause(workspaceId, params.id, by)),
    resume: async ({ principal: { workspaceId, by }, params }) => views.sync(await service.resume(workspaceId, params.id, by)),
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
  });
}
