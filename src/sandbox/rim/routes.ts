import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isObject } from "#kernel/json.ts";
import { endpointFacts, factsIndex, type IndexLine, newerEndpoint, newerIndex, olderId } from "#apps/highlevel/facts.ts";
import type { Core } from "../core.ts";
import { type AnswerBody, type Call, Download, type Endpoint, Reply } from "../highlevel/call.ts";
import { exampleAnswer } from "../highlevel/examples.ts";
import { endpoints } from "../highlevel/endpoints.ts";
import { withExample } from "../highlevel/judged.ts";
import { notFound, unknownRoute, unprocessable } from "../refusal.ts";
import { bodyFaults, listBodyFaults, queryFaults } from "../validate.ts";
import type { Demands } from "./access.ts";
import { accepted, acceptedParams } from "./accepted.ts";
import { enter, hangUp, isNewer, strike } from "./entry.ts";
import { inNewerWords, inOlderWords } from "./newer.ts";
import { Paths } from "./paths.ts";
import { pathOf } from "./trip.ts";

type Described = NonNullable<ReturnType<typeof endpointFacts>>;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const olderPaths = new Paths(factsIndex);
const newerPaths = new Paths(newerIndex);

/**
 * The vendor's endpoints behind one route: the tree of their paths is laid out at the first request, and a module's schemas are
 * read when one of its endpoints is asked for. Those that are played answer from the records, the others by an example.
 */
export function highLevelRoutes(app: FastifyInstance, core: Core): void {
  app.decorateRequest("found");
  app.route({
    method: methods,
    url: "/*",
    onRequest: async (request, reply) => {
      request.match = matchOf(request);
      const { line, only } = request.match;
      await enter(core, request, reply, demandsOf(line), { ...line, only });
    },
    handler: (request, reply) => answer(core, request, reply),
  });
  app.setNotFoundHandler(async (request) => {
    throw isOwn(pathOf(request)) ? notFound(`Cannot ${request.method} ${pathOf(request)}`) : unknownRoute();
  });
}

/** The endpoint a request means. */
interface EndpointMatch {
  line: IndexLine;
  params: Record<string, string>;
  only?: "v3" | undefined;
}
declare module "fastify" {
  interface FastifyRequest {
    match: EndpointMatch;
  }
}

/** The newer version has what is its own, and what of the older one still answers; to the older ones the newer paths are not there. */
function matchOf(request: FastifyRequest): EndpointMatch {
  const [method, path] = [request.method, pathOf(request)];
  const own = (isNewer(request) ? newerPaths : olderPaths).find(method, path);
  const other = own ?? (isNewer(request) ? olderPaths : newerPaths).find(method, path);
  if (!other) throw isOwn(path) ? notFound(`Cannot ${method} ${path}`) : unknownRoute();
  const only = !own && other.placed.version === "v3" ? ("v3" as const) : undefined;
  return { line: other.placed, params: other.params, only };
}

/** Whether a path is among those of the sandbox itself, which the vendor does not have. */
const isOwn = (path: string): boolean => /^\/(sandbox|ui|sightmill|flocksy|your-app)(\/|$)/.test(path);

const demands = new Map<string, Demands>();

function demandsOf(line: IndexLine): Demands {
  const asked = demands.get(line.key) ?? { ...line, scopes: line.scopes.length > 0 ? line.scopes : neighbourScopes(line) };
  demands.set(line.key, asked);
  return asked;
}

async function answer(core: Core, request: FastifyRequest, reply: FastifyReply) {
  if (request.trip.dropped) return reply;
  const { line } = request.match;
  const olderKey = olderId(line.key) ?? line.key;
  const described = (line.key === olderKey ? endpointFacts : newerEndpoint)(line.key)!;
  const call = callOf(request);
  const faults = faultsOf(described, olderKey, call);
  if (faults.length > 0) throw unprocessable(faults);
  const played = endpoints[olderKey as keyof typeof endpoints];
  if (!played) reply.header("x-millrace-sandbox", "example");
  const endpoint: Endpoint = played ?? ((world) => unplayedAnswer(core, line, call, exampleAnswer(world, call, described)));
  const translated = played && line.key !== olderKey ? inOlderWords(call, endpointFacts(olderKey)!.endpoint) : call;
  const lag = strike(core, request, "index_lag", line);
  const result = core.state.search.lagging(lag && (lag.ms ?? 5000), () => run(core, endpoint, translated));
  const { status, body } = result instanceof Reply ? result : new Reply(described.endpoint.result.status, result);
  const wrote = line.method !== "GET" && !line.path.endsWith("/search");
  if (wrote && strike(core, request, "drop_after", line)) return hangUp(core, request, reply);
  if (wrote && strike(core, request, "refuse_after_write", line)) throw unprocessable(["property should not exist"]);
  reply.code(status);
  return written(played && isNewer(request) ? inNewerWords(body) : body, request, reply);
}

/** By the description alone; a read of the catalog gives the catalog's example, so that a flow that uses it can be tried. */
function unplayedAnswer(core: Core, { key, method, path }: IndexLine, call: Call, described: AnswerBody): AnswerBody {
  const operation = olderId(key) === undefined ? core.readsByExample.get(`${method} ${path}`) : undefined;
  return operation ? withExample(described, operation, call) : described;
}

/** Lists, files and bare values go out as they are; a record carries the trace. */
function written(body: AnswerBody, request: FastifyRequest, reply: FastifyReply): unknown {
  if (body instanceof Download) {
    reply.headers({ "content-type": body.type, "content-disposition": `attachment; filename=${body.name}` });
    return body.content;
  }
  if (isObject(body)) return { ...body, traceId: request.trip.traceId };
  reply.type("application/json; charset=utf-8");
  return JSON.stringify(body);
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

function callOf(request: FastifyRequest): Call {
  const query = Object.entries(isObject(request.query) ? request.query : {});
  return {
    grant: request.trip.grant!,
    params: request.match.params,
    query: Object.fromEntries(query.map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)])),
    body: isObject(request.body) ? request.body : {},
    list: Array.isArray(request.body) ? (request.body as unknown[]) : [],
    files: request.trip.files ?? [],
  };
}

/** What the strict validator says of a path, a query and a body. A body the description does not have is not looked at. */
function faultsOf({ endpoint, module }: Described, olderKey: string, call: Call): string[] {
  const faults = queryFaults(acceptedParams(olderKey, endpoint), { ...call.query, ...call.params });
  if (!endpoint.body || endpoint.body.type === "multipart") return faults;
  const schema = accepted(olderKey, endpoint.body.schema, module.$defs);
  const ofBody = schema.type === "array" ? listBodyFaults(schema, call.list, module.$defs) : bodyFaults(schema, call.body, module.$defs);
  return [...faults, ...ofBody];
}

/** Where the description leaves the scope open, the one its folder's siblings name. */
function neighbourScopes({ method, path, access }: IndexLine): string[] {
  const collection = path.replace(/\/\{[^/]+\}$/, "");
  const wanted = method === "GET" ? ".readonly" : ".write";
  const scopes = factsIndex()
    .filter((line) => line.path === collection)
    .flatMap((line) => line.scopes);
  return access.length > 0 ? [...new Set(scopes.filter((scope) => scope.endsWith(wanted)))] : [];
}
