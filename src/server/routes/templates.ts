import type { FastifyInstance } from "fastify";
import type { TemplateService } from "../templates/template-service.ts";
import { serve } from "../http/serve.ts";
import { createFlowViews, type FlowViewParts } from "../flows/flow-views.ts";

export interface TemplateRouteParts extends FlowViewParts {
  templates: TemplateService;
}

/** Flow templates, and the guided set-up of flows made from them. */
export function serveTemplates(app: FastifyInstance, parts: TemplateRouteParts): void {
  const { templates } = parts;
  const views = createFlowViews(parts);
  serve(app, "templates", {
    list: async ({ principal: { workspaceId } }) => ({ templates: await templates.list(workspaceId) }),
    create: ({ principal: { workspaceId, by }, body }) => templates.create(workspaceId, body, by),
    get: ({ principal: { workspaceId }, params }) => templates.get(workspaceId, params.id),
    save: ({ principal: { workspaceId, by }, params, body }) => templates.replace(workspaceId, params.id, body, by),
    remove: ({ principal: { workspaceId, by }, params }) => templates.remove(workspaceId, params.id, by),
    install: async ({ principal: { workspaceId, by }, params, body }) =>
      views.detail(await templates.install(workspaceId, params.id, body ?? {}, by)),
    offer: ({ principal: { workspaceId }, params }) => templates.offer(workspaceId, params.id),
    setup: async ({ principal: { workspaceId }, params }) => ({ setup: await templates.setup(workspaceId, params.id) }),
    moveSetup: async ({ principal: { workspaceId }, params, body }) => ({
      setup: await templates.moveSetup(workspaceId, params.id, body.step),
    }),
    endSetup: ({ principal: { workspaceId }, params }) => templates.endSetup(workspaceId, params.id),
  });
}
