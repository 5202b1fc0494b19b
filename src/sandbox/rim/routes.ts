import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sleep } from "#kernel/clock.ts";
import { isObject } from "#kernel/json.ts";
import { endpointFacts, factsIndex, type IndexLine } from "#apps/highlevel/facts.ts";
import type { Core } from "../core.ts";
import { type AnswerBody, type Call, Download, type Endpoint, Reply } from "../highlevel/call.ts";
import { exampleAnswer } from "../highlevel/examples.ts";
import { endpoints } from "../highlevel/endpoints.ts";
import { notFound, Refusal, tooManyRequests, unprocessable } from "../refusal.ts";
import { bodyFaults, listBodyFaults, queryFaults } from "../validate.ts";
import { checkGrant, checkVersion, type Demands, identify } from "./access.ts";
import { accepted, acceptedParams } from "./accepted.ts";
import { logRequest } from "./http.ts";
import { pathOf } from "./trip.ts";

type Line = Pick<IndexLine, "method" | "path" | "version">;

/** The endpoints that are played, each with a route of its own; the vendor's others are answered by an example of their shape. */
export function highLevelRoutes(app: FastifyInstance, core: Core): void {
  app.register(async (scope) => {
    for (const line of factsIndex()) if (line.key in endpoints) addRoute(scope, core, line);
    const everyCampaign = factsIndex().find((line) => line.key === "contacts/remove-contact-from-every-campaign")!;
    addRoute(scope, core, { ...everyCampaign, path: everyCampaign.path.replace("removeAll", "remove-all") }); // its name under v3
  });
  app.setNotFoundHandler(async (request, reply) => {
    const found = unplayed(request.method, pathOf(request));
    if (!found) throw notFound(`Cannot ${request.method} ${pathOf(request)}`);
    const { line, params } = found;
    await enter(core, request, reply, demandsOf(line), line);
    if (request.trip.dropped) return reply;
    const described = endpointFacts(line.key)!;
    const call = { ...callOf(request), params };
    const faults = faultsOf(described, call);
    if (faults.length > 0) throw unprocessable(faults);
    reply.header("x-millrace-sandbox", "example");
    const route = { ...line, success: described.endpoint.result.status };
    return answer(core, route, (world) => exampleAnswer(world, call, described), call, request, reply);
  });
}

function addRoute(app: FastifyInstance, core: Core, line: IndexLine): void {
  const endpoint = endpoints[line.key as keyof typeof endpoints]!;
  const demands = demandsOf(line);
  app.route({
    method: line.method,
    url: line.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    onRequest: (request, reply) => enter(core, request, reply, demands, line),
    handler: async (request, reply) => {
      const described = endpointFacts(line.key)!; // its module's file is read when it is first asked for
      const call = callOf(request);
      const faults = faultsOf(described, call);
      if (faults.length > 0) throw unprocessable(faults);
      const route = { ...line, success: described.endpoint.result.status };
      return answer(core, route, endpoint, call, request, reply);
    },
  });
}

const demandsOf = (line: IndexLine): Demands => ({ ...line, scopes: line.scopes.length > 0 ? line.scopes : neighbourScopes(line) });

/** The endpoint of the description that a path means, the most literal first. */
function unplayed(method: string, path: string): { line: IndexLine; params: Record<string, string> } | undefined {
  const parts = path.split("/").filter(Boolean);
  const fitting = factsIndex().filter((line) => {
    const wanted = line.path.split("/").filter(Boolean);
    return line.method === method && wanted.length === parts.length && wanted.every((part, i) => part.startsWith("{") || part === parts[i]);
  });
  const line = fitting.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
  return line && { line, params: paramsOf(line.path, parts) };
}

const paramsOf = (pattern: string, parts: string[]): Record<string, string> =>
  Object.fromEntries(
    pattern
      .split("/")
      .filter(Boolean)
      .flatMap((part, i) => (part.startsWith("{") ? [[part.slice(1, -1), readable(parts[i]!)]] : [])),
  );

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** All checks that need no body, in the vendor's order. The headers of the quota are on every answer behind the login. */
export async function enter(core: Core, request: FastifyRequest, reply: FastifyReply, demands: Demands, line: Line): Promise<void> {
  await breakEarly(core, request, reply, line);
  if (request.trip.dropped) return;
  const grant = identify(core.grants, request.headers.authorization);
  request.trip.grant = grant;
  breakToken(core, request, line);
  const { allowed, headers } = core.limits.take(`${grant.appId}:${grant.locationId ?? grant.companyId}`);
  reply.headers(headers);
  if (!allowed) throw tooManyRequests();
  checkVersion(headerOf(request, "version"), line.version !== undefined);
  checkGrant(grant, demands);
}

/** The faults that keep a request from getting anywhere. */
export async function breakEarly(core: Core, request: FastifyRequest, reply: FastifyReply, line: Line): Promise<void> {
  const slow = strike(core, request, "latency", line);
  if (slow) await sleep(core.clock, slow.ms ?? 2000);
  if (strike(core, request, "drop_before", line)) return hangUp(core, request, reply);
  if (strike(core, request, "rate_limit", line)) {
    reply.headers({ "X-RateLimit-Max": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Interval-Milliseconds": "10000" });
    throw tooManyRequests();
  }
  const broken = strike(core, request, "server_error", line);
  if (broken) throw new Refusal(broken.status ?? 500, { statusCode: broken.status ?? 500, message: "Internal server error" });
}

/** Ends the token that is being used. The request goes on to be refused by the ordinary check. */
function breakToken(core: Core, request: FastifyRequest, line: Line): void {
  const { grant } = request.trip;
  const expires = grant?.kind === "oauth" && strike(core, request, "token_expired", line);
  if (grant && expires) core.grants.expire(grant.id);
  const revoked = grant && strike(core, request, "token_revoked", line);
  if (grant && revoked) core.grants.revoke(grant.id);
  if (expires || revoked) identify(core.grants, request.headers.authorization);
}

async function answer(
  core: Core,
  line: Line & { success: number },
  endpoint: Endpoint,
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const lag = strike(core, request, "index_lag", line);
  const result = core.state.search.lagging(lag && (lag.ms ?? 5000), () => run(core, endpoint, call));
  const { status, body } = result instanceof Reply ? result : new Reply(line.success, result);
  const wrote = line.method !== "GET" && !line.path.endsWith("/search");
  if (wrote && strike(core, request, "drop_after", line)) return hangUp(core, request, reply);
  if (wrote && strike(core, request, "refuse_after_write", line)) throw unprocessable(["property should not exist"]);
  reply.code(status);
  return written(body, request, reply);
}

/** Lists and files go out bare; a record carries the trace, and v3 spells one key properly beside the old one. */
function written(body: AnswerBody, request: FastifyRequest, reply: FastifyReply): unknown {
  if (body instanceof Download) {
    reply.headers({ "content-type": body.type, "content-disposition": `attachment; filename=${body.name}` });
    return body.content;
  }
  if (!isObject(body)) return body;
  return {
    ...body,
    ...(headerOf(request, "version") === "v3" && "succeded" in body && { succeeded: body.succeded }),
    traceId: request.trip.traceId,
  };
}

/** One request, one transaction. What a refusal had changed before it was thrown is kept: memory has changed as well, and the two must agree. */
function run(core: Core, endpoint: Endpoint, call: Call): ReturnType<Endpoint> {
  let thrown: unknown;
  const result = core.records.atomically(() => {
    try {
      return endpoint(core, call);
    } catch (error) {
      thrown = error;
      return undefined;
    }
  });
  if (result === undefined) throw thrown;
  return result;
}

function strike(core: Core, request: FastifyRequest, kind: Parameters<Core["faults"]["strike"]>[0], { method, path }: Line) {
  if (core.faults.list().length === 0) return undefined;
  const names = [path, pathOf(request)].flatMap((name) => [name, `${method} ${name}`]);
  const fault = core.faults.strike(kind, ...names);
  if (fault) request.trip.fault = kind;
  return fault;
}

/** The connection ends without an answer, as when a cable is pulled. */
function hangUp(core: Core, request: FastifyRequest, reply: FastifyReply): void {
  request.trip.dropped = true;
  logRequest(core, request, "dropped");
  reply.hijack();
  reply.raw.destroy();
}

function callOf(request: FastifyRequest): Call {
  const query = Object.entries(isObject(request.query) ? request.query : {});
  return {
    grant: request.trip.grant!,
    params: request.params as Record<string, string>,
    query: Object.fromEntries(query.map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)])),
    body: isObject(request.body) ? request.body : {},
    list: Array.isArray(request.body) ? (request.body as unknown[]) : [],
  };
}

/** What the strict validator says of a path, a query and a body. A body the description does not have is not looked at. */
function faultsOf({ endpoint, module }: Described, call: Call): string[] {
  const faults = queryFaults(acceptedParams(endpoint), { ...call.query, ...call.params });
  if (!endpoint.body || endpoint.body.type === "multipart") return faults;
  const schema = accepted(endpoint.key, endpoint.body.schema, module.$defs);
  const ofBody = schema.type === "array" ? listBodyFaults(schema, call.list, module.$defs) : bodyFaults(schema, call.body, module.$defs);
  return [...faults, ...ofBody];
}
type Described = NonNullable<ReturnType<typeof endpointFacts>>;

/** Where the description leaves the scope open, the one its folder's siblings name. */
function neighbourScopes({ method, path, access }: IndexLine): string[] {
  const collection = path.replace(/\/\{[^/]+\}$/, "");
  const wanted = method === "GET" ? ".readonly" : ".write";
  const scopes = factsIndex()
    .filter((line) => line.path === collection)
    .flatMap((line) => line.scopes);
  return access.length > 0 ? [...new Set(scopes.filter((scope) => scope.endsWith(wanted)))] : [];
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
