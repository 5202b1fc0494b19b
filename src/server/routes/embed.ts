import type { FastifyInstance } from "fastify";
import type { ConnectLinks } from "../embed/connect-links.ts";
import { connectScript } from "../embed/connect-script.ts";
import { serve } from "../http/serve.ts";

export interface EmbedRouteParts {
  connectLinks: ConnectLinks;
}

/** Links by which a vendor's customers connect accounts, and the origins to which browsers may be sent back. */
export function serveEmbed(app: FastifyInstance, { connectLinks }: EmbedRouteParts): void {
  serve(app, "connectLinks", {
    create: ({ principal: { workspaceId, by }, body }) => connectLinks.make(workspaceId, by, body),
  });
  serve(app, "embedOrigins", {
    list: async ({ principal: { workspaceId } }) => ({ origins: await connectLinks.origins(workspaceId) }),
    add: async ({ principal: { workspaceId, by }, body }) => ({ origins: await connectLinks.addOrigin(workspaceId, body.origin, by) }),
    remove: async ({ principal: { workspaceId, by }, params }) => ({
      origins: await connectLinks.removeOrigin(workspaceId, params.origin, by),
    }),
  });
}

/** The script that a vendor's page loads. It is the same for everybody, so any origin may. */
export function serveConnectScript(app: FastifyInstance): void {
  app.get("/embed/connect.js", { schema: { hide: true } }, (_, reply) =>
    reply
      .type("text/javascript; charset=utf-8")
      .header("cross-origin-resource-policy", "cross-origin")
      .header("cache-control", "public, max-age=300")
      .send(connectScript),
  );
}
