import type { FastifyInstance, FastifyReply } from "fastify";
import { strToU8, zip } from "fflate";
import type { Catalog } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import type { ExportChoice } from "#api/schemas.ts";
import { badInput } from "#kernel/errors.ts";
import { unknownInChoice } from "#surfaces/zapier/choice.ts";
import { zapierProject } from "#surfaces/zapier/project.ts";
import { serve } from "../http/serve.ts";

/** The catalog as files for other tools. */
export function serveExports(app: FastifyInstance, { catalog }: { catalog: Catalog }): void {
  serve(app, "exports", {
    zapier: async ({ principal: { workspaceId }, query, reply }) => {
      const { apps } = catalog.of(workspaceId);
      refuseUnknown(apps, query);
      await sendZip(reply, "millrace-zapier.zip", zapierProject(apps, query));
    },
  });
}

/** So that the same catalog gives the same file. The format knows nothing older. */
const sameTime = new Date(1980, 0, 1, 12);

/** A name that the catalog does not have would silently leave out what somebody wanted. */
function refuseUnknown(apps: readonly App[], choice: ExportChoice): void {
  const unknown = unknownInChoice(apps, choice);
  if (unknown) throw badInput(unknown.field, unknown.problem);
}

async function sendZip(reply: FastifyReply, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const contents = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)]));
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    zip(contents, { mtime: sameTime }, (error, packed) => (error ? reject(error) : resolve(packed)));
  });
  reply.type("application/zip").header("content-disposition", `attachment; filename="${name}"`);
  reply.header("cache-control", "no-store");
  void reply.send(Buffer.from(bytes));
}
