import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { SignIn } from "../auth/sign-in.ts";
import type { ConnectLinks } from "../embed/connect-links.ts";
import type { EmbedChartService } from "../embed/embed-charts.ts";
import { connectScript } from "../embed/connect-script.ts";
import { serve } from "../http/serve.ts";

export interface EmbedRouteParts {
  connectLinks: ConnectLinks;
  charts: EmbedChartService;
  signIn: Pick<SignIn, "addressOf">;
}

/** What a vendor builds into their product: links by which customers connect accounts, charts, and the origins of its pages. */
export function serveEmbed(app: FastifyInstance, { connectLinks, charts, signIn }: EmbedRouteParts): void {
  serve(app, "embedTokens", {
    create: ({ principal, request, body }) => charts.makeToken(principal, request.visitor!, body),
  });
  serve(app, "embedData", {
    async get({ request, reply }) {
      const { authorization = "", origin } = request.headers;
      void reply.headers({ vary: "origin", "cache-control": "no-store" });
      const grant = await charts.open(/^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? "", signIn.addressOf(request));
      if (origin === grant.origin) void reply.headers({ "access-control-allow-origin": origin, ...readableElsewhere });
      return charts.read(grant, origin);
    },
  });
  app.options("/embed/data", { schema: { hide: true }, config: { allow: "anyone" } }, answerPreflight);
  serve(app, "connectLinks", {
    create: ({ principal: { workspaceId, by }, body }) => connectLinks.make(workspaceId, by, body),
    list: ({ principal: { workspaceId } }) => connectLinks.listOpen(workspaceId),
    get: ({ principal: { workspaceId }, params }) => connectLinks.read(workspaceId, params.id),
    withdraw: ({ principal: { workspaceId, by }, params }) => connectLinks.withdraw(workspaceId, params.id, by),
  });
  serve(app, "embedOrigins", {
    list: async ({ principal: { workspaceId } }) => ({ origins: await connectLinks.origins(workspaceId) }),
    add: async ({ principal: { workspaceId, by }, body }) => ({ origins: await connectLinks.addOrigin(workspaceId, body.origin, by) }),
    remove: async ({ principal: { workspaceId, by }, params }) => ({
      origins: await connectLinks.removeOrigin(workspaceId, params.origin, by),
    }),
  });
}

const readableElsewhere = { "cross-origin-resource-policy": "cross-origin" };

/** Before a page of another origin sends a token, its browser asks whether it may. Which origin may read the answer is decided with the token. */
const answerPreflight = ({ headers: { origin } }: FastifyRequest, reply: FastifyReply) =>
  reply
    .code(204)
    .headers({
      ...(origin !== undefined && { "access-control-allow-origin": origin }),
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "authorization",
      "access-control-max-age": "600",
      vary: "origin",
    })
    .send();

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
