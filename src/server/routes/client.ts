import type { FastifyInstance } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import { clientView, type ClientViewParts } from "../clients/client-view.ts";
import { serve } from "../http/serve.ts";

/** The one page that a client sees. */
export function serveClient(app: FastifyInstance, parts: ClientViewParts): void {
  serve(app, "client", {
    get({ principal: { workspaceId, locationId } }) {
      if (locationId === null) throw new MillraceError("FORBIDDEN", { details: { problem: "Only clients have this page" } });
      return clientView(parts, workspaceId, locationId);
    },
  });
}
