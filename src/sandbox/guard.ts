import type { FastifyReply, FastifyRequest } from "fastify";
import { MillraceError } from "#kernel/errors.ts";

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/i;

/**
 * Keeps the page and the control API for this machine: the caller's address must be loopback, the Host header too (so that no
 * foreign name can be pointed here), and a browser must not have been sent by another site.
 */
export function guardLocal(request: FastifyRequest): void {
  const from = request.ip.replace(/^::ffff:/, "");
  if (!loopback.test(from)) throw refused("The sandbox's page and controls answer to this machine alone");
  if (!loopback.test(request.hostname))
    throw refused(`The sandbox's page does not answer under the name '${request.hostname.slice(0, 100)}'`);
}

/** For what changes something: a browser's request must come from the sandbox's own page. Other programs send neither header. */
export function guardOrigin(request: FastifyRequest): void {
  guardLocal(request);
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") throw refused("This was sent from another site");
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${request.host}`) throw refused("This was sent from another site");
}

/** Nothing but our own style sheet and forms; no frame around us. `redirects` is for the consent form, whose answer leads elsewhere. */
export function pageHeaders(reply: FastifyReply, { redirects = false } = {}): void {
  reply.headers({
    "content-security-policy": `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'${redirects ? "" : "; form-action 'self'"}`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  });
}

const refused = (problem: string) => new MillraceError("FORBIDDEN", { details: { problem } });
