import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ReconnectLinkService } from "../connections/reconnect-links.ts";
import { serve } from "../http/serve.ts";

export interface ReconnectRouteParts {
  reconnectLinks: ReconnectLinkService;
  /** Who sends a request: the address at the other end of the connection when absent. */
  clientAddress?: (req: IncomingMessage) => string;
}

/** What somebody without an account here can do: nothing but to give one connection a new login. The link is the only proof; a session counts for nothing. */
export function serveReconnect(app: FastifyInstance, { reconnectLinks, clientAddress }: ReconnectRouteParts): void {
  const from = ({ raw }: FastifyRequest): string => clientAddress?.(raw) ?? raw.socket.remoteAddress ?? "";
  serve(app, "reconnect", {
    open: ({ body, request }) => reconnectLinks.open(body.link, from(request)),
    begin: ({ body, request }) => reconnectLinks.begin(body.link, from(request)),
    finish: ({ body: { link, ...reply }, request }) => reconnectLinks.finish(link, from(request), reply),
    save: ({ body: { link, secret }, request }) => reconnectLinks.save(link, from(request), secret),
  });
}
