import type { FastifyReply, FastifyRequest } from "fastify";
import { sleep } from "#kernel/clock.ts";
import type { Core } from "../core.ts";
import { Refusal, tooManyRequests, unknownRoute } from "../refusal.ts";
import { checkGrant, checkVersion, type Demands, identify } from "./access.ts";
import { logRequest } from "./http.ts";
import { pathOf } from "./trip.ts";

/** Where a request goes, as far as the checks and the faults care. */
export interface Place {
  method: string;
  path: string;
  /** The Version header that is declared; none where it may be left out. */
  version?: string | undefined;
  /** It is there under this version alone. */
  only?: "v3" | undefined;
}

/** All checks that need no body, in the vendor's order. The headers of the quota are on every answer behind the login. */
export async function enter(core: Core, request: FastifyRequest, reply: FastifyReply, demands: Demands, place: Place): Promise<void> {
  await breakEarly(core, request, reply, place);
  if (request.trip.dropped) return;
  const grant = identify(core.grants, request.headers.authorization);
  request.trip.grant = grant;
  breakToken(core, request, place);
  if (strike(core, request, "route_closed", place)) throw unknownRoute();
  const { allowed, headers } = core.limits.take(`${grant.appId}:${grant.locationId ?? grant.companyId}`);
  reply.headers(headers);
  if (!allowed) throw tooManyRequests();
  const version = headerOf(request, "version");
  checkVersion(version, place.version !== undefined);
  if (place.only && version?.trim() !== place.only) throw unknownRoute();
  checkGrant(grant, demands);
}

/** The faults that keep a request from getting anywhere. */
export async function breakEarly(core: Core, request: FastifyRequest, reply: FastifyReply, place: Place): Promise<void> {
  const slow = strike(core, request, "latency", place);
  if (slow) await sleep(core.clock, slow.ms ?? 2000);
  if (strike(core, request, "drop_before", place)) return hangUp(core, request, reply);
  if (strike(core, request, "rate_limit", place)) {
    reply.headers({ "X-RateLimit-Max": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Interval-Milliseconds": "10000" });
    throw tooManyRequests();
  }
  const broken = strike(core, request, "server_error", place);
  if (broken) throw new Refusal(broken.status ?? 500, { statusCode: broken.status ?? 500, message: "Internal server error" });
}

/** Ends the token that is being used. The request goes on to be refused by the ordinary check. */
function breakToken(core: Core, request: FastifyRequest, place: Place): void {
  const { grant } = request.trip;
  const expires = grant?.kind === "oauth" && strike(core, request, "token_expired", place);
  if (grant && expires) core.grants.expire(grant.id);
  const revoked = grant && strike(core, request, "token_revoked", place);
  if (grant && revoked) core.grants.revoke(grant.id);
  if (expires || revoked) identify(core.grants, request.headers.authorization);
}

/** The fault of a kind that strikes this request, if one does. */
export function strike(core: Core, request: FastifyRequest, kind: Parameters<Core["faults"]["strike"]>[0], { method, path }: Place) {
  if (core.faults.list().length === 0) return undefined;
  const names = [path, pathOf(request)].flatMap((name) => [name, `${method} ${name}`]);
  const fault = core.faults.strike(kind, ...names);
  if (fault) request.trip.fault = kind;
  return fault;
}

/** The connection ends without an answer, as when a cable is pulled. */
export function hangUp(core: Core, request: FastifyRequest, reply: FastifyReply): void {
  request.trip.dropped = true;
  logRequest(core, request, "dropped");
  reply.hijack();
  reply.raw.destroy();
}

/** Whether the request is of the newer version. */
export const isNewer = (request: FastifyRequest): boolean => headerOf(request, "version")?.trim() === "v3";

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
