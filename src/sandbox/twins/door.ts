import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isObject } from "#kernel/json.ts";
import type { Core } from "../core.ts";
import { guardLocal, guardOrigin, pageHeaders } from "../guard.ts";
import { objectOf, textOf } from "../highlevel/call.ts";
import { formOf } from "../oauth/dialects.ts";
import { html, type Markup } from "../page/html.ts";
import { bare } from "../page/layout.ts";
import { Refusal, unprocessable } from "../refusal.ts";
import { breakEarly, hangUp, headerOf, strike, type Place } from "../rim/entry.ts";
import type { TwinAsk, TwinLogins } from "./logins.ts";

/** A request to a twin, past its door. */
export interface TwinRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown>;
  /** With which the sender marks a request that it may send again. */
  idempotencyKey: string | undefined;
  /** Its own address, without the query. */
  address: string;
}

/** One address of a twin, and what is done there. */
export interface TwinRoute {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** After the twin's own prefix: `/tags/:tagId`. */
  path: string;
  /** What a login has to be allowed. */
  scope?: string;
  run(request: TwinRequest): Record<string, unknown>;
}

interface Twin {
  title: string;
  /** `/flocksy`. */
  prefix: string;
  logins: TwinLogins;
  /** Whether it has a page at which a person allows a login. */
  consents: boolean;
  routes: readonly TwinRoute[];
}

/** The addresses of a twin: its token server, its consent page, and what it does, each behind the login and the faults. */
export function twinDoor(app: FastifyInstance, core: Core, twin: Twin): void {
  const token = { method: "POST", path: `${twin.prefix}/oauth/token` };
  app.post(token.path, { onRequest: (request, reply) => breakEarly(core, request, reply, token) }, async (request, reply) => {
    if (request.trip.dropped) return reply;
    reply.header("cache-control", "no-store");
    return twin.logins.exchange(formOf(request.body));
  });
  if (twin.consents) consentPage(app, twin);
  for (const route of twin.routes) behindLogin(app, core, twin, route);
}

function behindLogin(app: FastifyInstance, core: Core, { prefix, logins }: Twin, { method, path, scope, run }: TwinRoute): void {
  const place = { method, path: prefix + path };
  app.route({
    method,
    url: place.path,
    onRequest: async (request, reply) => {
      await breakEarly(core, request, reply, place);
      if (!request.trip.dropped) enter(core, request, place, { logins, scope });
    },
    handler: async (request, reply) => {
      if (request.trip.dropped) return reply;
      const answer = core.records.atomically(() => run(requestOf(request)));
      if (method !== "GET" && strike(core, request, "drop_after", place)) return hangUp(core, request, reply);
      if (method !== "GET" && strike(core, request, "refuse_after_write", place)) throw unprocessable(["this cannot be said now"]);
      return answer;
    },
  });
}

/** The login, its end by a fault, and what it may do. */
function enter(
  core: Core,
  request: FastifyRequest,
  place: Place,
  { logins, scope }: { logins: TwinLogins; scope: string | undefined },
): void {
  const bearer = /^Bearer (.+)$/.exec(headerOf(request, "authorization") ?? "")?.[1];
  if (bearer !== undefined && strike(core, request, "token_expired", place)) logins.expire(bearer);
  if (bearer !== undefined && strike(core, request, "token_revoked", place)) logins.revoke();
  const scopes = logins.scopesOf({ key: headerOf(request, "x-api-key"), bearer });
  if (scope === undefined || scopes.includes(scope)) return;
  throw new Refusal(403, { statusCode: 403, message: `The login lacks the scope ${scope}` });
}

function requestOf(request: FastifyRequest): TwinRequest {
  const { params, query, body } = request;
  const texts = (value: unknown) =>
    Object.fromEntries(Object.entries(objectOf(value)).map(([name, each]) => [name, String(Array.isArray(each) ? each[0] : each)]));
  return {
    params: texts(params),
    query: texts(query),
    body: isObject(body) ? body : {},
    idempotencyKey: headerOf(request, "idempotency-key"),
    address: `http://${request.host}${request.url.split("?")[0]!}`,
  };
}

function consentPage(app: FastifyInstance, { title, prefix, logins }: Twin): void {
  const path = `${prefix}/oauth/authorize`;
  app.get(path, async (request, reply) => {
    guardLocal(request);
    const form = formOf(request.query);
    const ask = logins.readAsk(form);
    return typeof ask === "string" ? sorry(reply, ask) : send(reply, askPage({ title, path }, ask, form));
  });
  app.post(path, async (request, reply) => {
    guardOrigin(request);
    const ask = logins.readAsk(formOf(request.body));
    if (typeof ask === "string") return sorry(reply, ask);
    const chosen = [objectOf(request.body)["scopes"]].flat().map(textOf);
    return reply.redirect(logins.allow({ ...ask, scopes: ask.scopes.filter((scope) => chosen.includes(scope)) }), 303);
  });
}

const askPage = (
  { title, path }: { title: string; path: string },
  { redirectUri, scopes }: TwinAsk,
  form: Record<string, unknown>,
): Markup =>
  bare(
    `Allow access to ${title}`,
    html` <form class="consent" method="post" action="${path}">
      <h1>Access to ${title}</h1>
      <p class="quiet">An app at ${new URL(redirectUri).host} asks for it. Untick what it is not to have.</p>
      ${Object.entries(form).map(([name, value]) => html`<input type="hidden" name="${name}" value="${String(value ?? "")}" />`)}
      ${scopes.map((scope) => html`<label class="tick"><input type="checkbox" name="scopes" value="${scope}" checked />${scope}</label>`)}
      <button class="primary">Allow access</button>
    </form>`,
  );

function send(reply: FastifyReply, page: Markup): FastifyReply {
  pageHeaders(reply, { redirects: true });
  return reply.type("text/html; charset=utf-8").send(page.text);
}

function sorry(reply: FastifyReply, problem: string): FastifyReply {
  reply.code(400);
  const content = html`<div class="consent">
    <h1>This link cannot be used</h1>
    <p>${problem}</p>
  </div>`;
  return send(reply, bare("Access not possible", content));
}
