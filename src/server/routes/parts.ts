import type { FastifyInstance } from "fastify";
import { defined } from "#kernel/defined.ts";
import { serve } from "../http/serve.ts";
import type { MappingService } from "../parts/mapping-service.ts";
import type { PartFiles } from "../parts/part-files.ts";
import type { RuleService } from "../parts/rule-service.ts";

export interface PartRouteParts {
  rules: RuleService;
  mappings: MappingService;
  partFiles: PartFiles;
}

/** What flows share: transformation rules and mapping templates. */
export function serveParts(app: FastifyInstance, { rules, mappings, partFiles }: PartRouteParts): void {
  serve(app, "rules", {
    list: ({ principal: { workspaceId } }) => rules.list(workspaceId),
    get: ({ principal: { workspaceId }, params }) => rules.get(workspaceId, params.name),
    put: ({ principal: { workspaceId, by }, params, query, body }) =>
      rules.put(workspaceId, params.name, body, { replaces: query.replaces, ...defined({ by }) }),
    remove: ({ principal: { workspaceId, by }, params }) => rules.remove(workspaceId, params.name, by),
    versions: async ({ principal: { workspaceId }, params }) => ({ versions: await rules.rules.versions(workspaceId, params.name) }),
    try: ({ principal: { workspaceId }, body }) => rules.try(workspaceId, body.rule, body.values),
  });
  serve(app, "mappings", {
    list: ({ principal: { workspaceId }, query }) => mappings.list(workspaceId, query),
    get: ({ principal: { workspaceId }, params }) => mappings.get(workspaceId, params.name),
    put: ({ principal: { workspaceId, by }, params, query, body }) =>
      mappings.put(workspaceId, params.name, body, { replaces: query.replaces, ...defined({ by }) }),
    remove: ({ principal: { workspaceId, by }, params }) => mappings.mappings.remove(workspaceId, params.name, by),
    versions: async ({ principal: { workspaceId }, params }) => ({ versions: await mappings.mappings.versions(workspaceId, params.name) }),
  });
  serve(app, "parts", {
    export: ({ principal: { workspaceId }, query }) => partFiles.export(workspaceId, query),
    import: ({ principal: { workspaceId, by }, body }) => partFiles.import(workspaceId, body, by),
  });
}
