import { randomUUID } from "node:crypto";
import { parse as parseForm } from "node:querystring";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { Core } from "../core.ts";
import type { Upload } from "../highlevel/call.ts";
import { badRequest, Refusal, saidBy, tooLarge } from "../refusal.ts";
import { pathOf } from "./trip.ts";

const bodyLimit = 1024 * 1024;
const uploadLimit = 50 * bodyLimit;

/** The bare server: reads bodies as Nest's does, answers what goes wrong in the vendor's shapes, keeps the log of requests. */
export function openHttp(core: Core): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  readBodies(app);
  app.decorateRequest("trip");
  app.addHook("onRequest", async (request) => {
    request.trip = { traceId: randomUUID(), startedAt: core.clock.now() };
  });
  app.addHook("onResponse", async (request, reply) => {
    if (!request.trip.dropped) logRequest(core, request, reply.statusCode);
  });
  app.setErrorHandler((thrown: FastifyError, request, reply) => answerFault(thrown, request, reply));
  return app;
}

/** JSON, forms and the files of multipart bodies are read, nothing else is: like Nest, the rest arrives as an empty body. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      const body: unknown = text === "" ? {} : JSON.parse(text as string);
      done(null, isObject(body) || Array.isArray(body) ? body : {});
    } catch (thrown) {
      done(badRequest((thrown as SyntaxError).message, { error: "Bad Request" }));
    }
  });
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, text, done) =>
    done(null, { ...parseForm(text as string) }),
  );
  app.addContentTypeParser(
    "multipart/form-data",
    { parseAs: "buffer", bodyLimit: uploadLimit },
    async (request: FastifyRequest, bytes: Buffer) => {
      request.trip.files = await filesOf(bytes, request.headers["content-type"]!);
      return {};
    },
  );
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, _bytes, done) => done(null, {}));
}

/** The files of a multipart body. Its texts count for nothing: the vendor's uploads take files alone. */
async function filesOf(bytes: Buffer, type: string): Promise<Upload[]> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData().catch(() => {
    throw badRequest("Multipart: Boundary not found");
  });
  return [...form].flatMap(([name, part]) =>
    typeof part === "string" ? [] : [{ name, filename: part.name, type: part.type, size: part.size }],
  );
}

function answerFault(thrown: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = refusalOf(thrown);
  request.trip.message = saidBy(body);
  return reply.code(status).send({ ...body, traceId: request.trip.traceId });
}

function refusalOf(thrown: Error & { statusCode?: number }): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof MillraceError)
    return new Refusal(thrown.row.status, { statusCode: thrown.row.status, message: thrown.message, code: thrown.code });
  if (thrown.statusCode === 413) return tooLarge();
  if (thrown.statusCode && thrown.statusCode < 500) return badRequest(thrown.message);
  return new Refusal(500, { statusCode: 500, message: "Internal server error" });
}

/** Keeps a request in the log. The page's own are left out: they would bury the others. */
export function logRequest(core: Core, request: FastifyRequest, status: number | "dropped"): void {
  const path = pathOf(request);
  if (path === "/" || path.startsWith("/ui") || path.startsWith("/sandbox")) return;
  const { traceId, startedAt, grant, message, fault } = request.trip;
  core.log.add({
    at: startedAt,
    method: request.method,
    path: (isSecretPath(path) ? withoutSecret(path) : request.url).slice(0, 500),
    status,
    durationMs: core.clock.now() - startedAt,
    who: grant && whoseRequest(core, grant.appId, grant.locationId),
    message,
    fault,
    traceId,
  });
}

const isSecretPath = (path: string) => path.includes("/oauth") || path.startsWith("/sightmill");
const withoutSecret = (path: string) => path.replace(/^(\/sightmill\/).*/, "$1…");

function whoseRequest(core: Core, appId: string, locationId: string | undefined): string {
  const name = core.grants.apps.get(appId)?.name ?? "Private token";
  return `${name}, ${locationId ? (core.state.locations.get(locationId)?.name ?? locationId) : "agency"}`;
}
