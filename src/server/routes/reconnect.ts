import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ReconnectLinkService } from "../connections/reconnect-links.ts";
import type { ConnectLinks } from "../embed/connect-links.ts";
import { serve } from "../http/serve.ts";

export interface ReconnectRouteParts {
  reconnectLinks: ReconnectLinkService;
  connectLinks: ConnectLinks;
  /** Who sends a request: the address at the other end of the connection when absent. */
  clientAddress?: (req: IncomingMessage) => string;
}

/** What somebody without an account here can do: nothing but to give one connection a new login, or to make one. The link is the only proof; a session counts for nothing. */
export function serveReconnect(app: FastifyInstance, { reconnectLinks, connectLinks, clientAddress }: ReconnectRouteParts): void {
  const from = ({ raw }: FastifyRequest): string => clientAddress?.(raw) ?? raw.socket.remoteAddress ?? "";
  const linksOf = (token: string) => (connectLinks.isToken(token) ? connectLinks : reconnectLinks);
  serve(app, "reconnect", {
    open: ({ body, request }) => linksOf(body.link).open(body.link, from(request)),
    begin: ({ body, request }) => linksOf(body.link).begin(body.link, from(request)),
    finish: ({ body: { link, ...reply }, request }) => linksOf(link).finish(link, from(request), reply),
    save: ({ body: { link, secret }, request }) => linksOf(link).save(link, from(request), secret),
  });
}
