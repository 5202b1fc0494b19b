import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { addresses, splitAddress, type Addresses, type Noun, type ParamName } from "#api/addresses.ts";
import { mayUse, type Principal } from "#api/principal.ts";
import { routes, tags, type RouteFacts, type Routes } from "#api/routes.ts";
import { done } from "#api/schemas.ts";
import { forbidden, MillraceError } from "#kernel/errors.ts";

/** What a handler gets: the request's parts as the route's schemas read them, and who asks. */
interface Call<Address, Route> {
  params: Record<ParamName<Address>, string>;
  query: Read<Route, "query">;
  body: Read<Route, "body">;
  /** Null on a route that needs no sign-in. */
  principal: Route extends { allow: "anyone" } ? null : Principal;
  request: FastifyRequest;
  reply: FastifyReply;
}

type Read<Route, Name extends string> = Route extends Record<Name, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;
/** A route that only says that it is done needs no answer of its handler's. */
type Answer<Route> = Route extends { reply: infer Schema extends z.ZodType }
  ? z.input<Schema> extends z.input<typeof done>
    ? void
    : z.input<Schema>
  : void;
type Handler<Address, Route> = (call: Call<Address, Route>) => Answer<Route> | Promise<Answer<Route>>;

/** A handler for each route of a noun; a missing one does not compile. */
export type Handlers<N extends Noun> = {
  [R in keyof Addresses[N]]: Handler<Addresses[N][R], R extends keyof Routes[N] ? Routes[N][R] : never>;
};

const anything = z.unknown().optional();
const nothing = z.object({});
const longestId = 64;
const ok = 200;
/** Bytes of a body that somebody may send without a sign-in. */
const longestOfStrangers = 64 * 1024;

/** Registers the routes of a noun as the table has them. */
export function serve<N extends Noun>(app: FastifyInstance, noun: N, handlers: Handlers<N>): void {
  for (const [name, address] of Object.entries(addresses[noun])) {
    const facts = routes[noun][name as never] as RouteFacts;
    serveRoute(app, { address, facts, tag: tags[noun], handler: handlers[name as never] });
  }
}

interface Served {
  address: string;
  facts: RouteFacts;
  tag: string;
  handler: (call: Record<string, unknown>) => unknown;
}

function serveRoute(app: FastifyInstance, { address, facts, tag, handler }: Served): void {
  const { method, path } = splitAddress(address);
  const { allow, reply: answer, status = ok, errors = [], needsPerson } = facts;
  const bodyLimit = facts.bodyLimit ?? (allow === "anyone" ? longestOfStrangers : undefined);
  app.route({
    method,
    url: path,
    schema: schemaOf(method, path, facts, tag),
    config: { allow, errors, ...(needsPerson && { needsPerson }) },
    ...(bodyLimit !== undefined && { bodyLimit }),
    handler: async (request, reply) => {
      const { params, query, body, principal } = request;
      const result = await handler({ params, query, body, principal, request, reply });
      if (answer === null) return reply;
      return reply.code(status).send(answer === done ? { ok: true } : result);
    },
  });
}

function schemaOf(method: string, path: string, { summary, query, body, reply, status, longestParam }: RouteFacts, tag: string) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const text = z.string().max(longestParam ?? longestId);
  return {
    tags: [tag],
    summary,
    ...(names.length > 0 && { params: z.object(Object.fromEntries(names.map((name) => [name, text]))) }),
    ...(method === "GET" || query ? { querystring: strictly(query ?? nothing) } : {}),
    ...(method !== "GET" && { body: body ? strictly(body) : anything }),
    ...(reply && { response: { [status ?? ok]: reply } }),
  };
}

/** Refuses members that a shape does not have: a misspelt filter would otherwise be a list of everything. */
const strictly = (shape: z.ZodType): z.ZodType => (shape instanceof z.ZodObject && !shape.def.catchall ? shape.strict() : shape);

/** Lets in who may use the route. Throws what `identify` throws, and FORBIDDEN. */
export const admit =
  (identify: (request: FastifyRequest) => Principal) =>
  async (request: FastifyRequest): Promise<void> => {
    const { allow, needsPerson } = request.routeOptions.config;
    if (allow === "anyone") return;
    request.principal = identify(request);
    if (allow !== undefined && !mayUse(request.principal, allow)) throw forbidden(`This needs the scope ${allow}, which you do not have`);
    if (needsPerson) refuseAgent(request.principal);
  };

/** Throws NEEDS_APPROVAL where an agent does something that it may only ask for. */
export function refuseAgent({ agent }: Pick<Principal, "agent">): void {
  if (agent && !agent.acts) throw new MillraceError("NEEDS_APPROVAL");
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may use the route, where it is one of the table. */
    allow?: RouteFacts["allow"];
    needsPerson?: true;
    /** Errors of its own. */
    errors?: RouteFacts["errors"];
  }
}
