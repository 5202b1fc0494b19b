import type { FastifyInstance } from "fastify";
import { routes } from "#api/routes.ts";
import { callReply } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import { clientPackage } from "#surfaces/client/package.ts";
import { n8nPackage } from "#surfaces/n8n/package.ts";
import { zapierProject } from "#surfaces/zapier/project.ts";
import { appsToChooseFrom, chosenApps, operationsOf } from "../catalog/chosen.ts";
import { clientRoutes, shapeOf } from "../exports/client-routes.ts";
import { usualErrors } from "../http/openapi.ts";
import { serve } from "../http/serve.ts";
import { sendZip } from "../http/zip.ts";

/** The catalog as files for other tools. */
export function serveExports(app: FastifyInstance, { catalog, version }: { catalog: Catalog; version: string }): void {
  serve(app, "exports", {
    async zapier({ principal: { workspaceId }, query, reply }) {
      await sendZip(reply, "millrace-zapier.zip", zapierProject(appsToChooseFrom(catalog.of(workspaceId), query), query));
    },
    async client({ principal: { workspaceId }, query, reply }) {
      const entries = operationsOf(chosenApps(catalog.of(workspaceId), query));
      await sendZip(reply, "millrace-client.zip", clientPackage(entries, { version, errors, reply: details, routes: clientRoutes() }));
    },
    async n8n({ principal: { workspaceId }, query, reply }) {
      const apps = chosenApps(catalog.of(workspaceId), query);
      await sendZip(reply, "n8n-nodes-millrace.zip", n8nPackage(operationsOf(apps), apps, version));
    },
  });
}

const errors = [...new Set([...usualErrors, "NOT_FOUND" as const, ...routes.operations.call.errors])];
const details = shapeOf(callReply.omit({ output: true }), "output");
