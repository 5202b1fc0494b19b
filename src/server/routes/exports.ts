import type { FastifyInstance } from "fastify";
import { routes } from "#api/routes.ts";
import { callReply, type ExportChoice } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import { badInput } from "#kernel/errors.ts";
import { clientPackage } from "#surfaces/client/package.ts";
import { n8nPackage } from "#surfaces/n8n/package.ts";
import { unknownInChoice } from "#surfaces/zapier/choice.ts";
import { zapierProject } from "#surfaces/zapier/project.ts";
import { chosenOperations } from "../catalog/chosen-operations.ts";
import { clientRoutes, shapeOf } from "../exports/client-routes.ts";
import { usualErrors } from "../http/openapi.ts";
import { serve } from "../http/serve.ts";
import { sendZip } from "../http/zip.ts";

/** The catalog as files for other tools. */
export function serveExports(app: FastifyInstance, { catalog, version }: { catalog: Catalog; version: string }): void {
  serve(app, "exports", {
    async zapier({ principal: { workspaceId }, query, reply }) {
      const { apps } = catalog.of(workspaceId);
      refuseUnknown(apps, query);
      await sendZip(reply, "millrace-zapier.zip", zapierProject(apps, query));
    },
    async client({ principal: { workspaceId }, query, reply }) {
      const entries = chosenOperations(catalog.of(workspaceId), query);
      await sendZip(reply, "millrace-client.zip", clientPackage(entries, { version, errors, reply: details, routes: clientRoutes() }));
    },
    async n8n({ principal: { workspaceId }, query, reply }) {
      const entries = chosenOperations(catalog.of(workspaceId), query);
      const apps = catalog.of(workspaceId).apps.filter(({ id }) => query.app === undefined || id === query.app);
      await sendZip(reply, "n8n-nodes-millrace.zip", n8nPackage(entries, apps, version));
    },
  });
}

/** A name that the catalog does not have would silently leave out what somebody wanted. */
function refuseUnknown(apps: readonly App[], choice: ExportChoice): void {
  const unknown = unknownInChoice(apps, choice);
  if (unknown) throw badInput(unknown.field, unknown.problem);
}

const errors = [...new Set([...usualErrors, "NOT_FOUND" as const, ...routes.operations.call.errors])];
const details = shapeOf(callReply.omit({ output: true }), "output");
