import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import * as contract from "./contract.ts";

/** The shapes of the contract by their names, so that the document says `FlowView` once rather than the same object in each route. */
const named = z.registry<{ id: string }>();
for (const [name, schema] of Object.entries(contract)) {
  const isQuery = name.endsWith("Query"); // a query is written out parameter by parameter
  if (schema instanceof z.ZodObject && !isQuery) named.add(schema, { id: name.charAt(0).toUpperCase() + name.slice(1) });
}

// A query that is read into something else (a time into milliseconds) has no shape of its own on the way out, and needs none.
const options = { schemaRegistry: named, zodToJsonConfig: { unrepresentable: "any" as const } };
const transformRoute = createJsonSchemaTransform(options);

/** What `@fastify/swagger` needs to describe the API: names, sign-in, error answers, an id for each operation. */
export const openApi = (version: string) => ({
  openapi: {
    openapi: "3.1.0",
    info: {
      title: "Millrace",
      version,
      description:
        "Flows, runs and connections of one Millrace. Send the API key as 'Authorization: Bearer mr_…'. Times are milliseconds since 1970, UTC. Every error answer has a code, a sentence and details.",
    },
    components: { securitySchemes: { key: { type: "http" as const, scheme: "bearer" } } },
    security: [{ key: [] }],
  },
  transform: describeRoute,
  transformObject: createJsonSchemaTransformObject(options),
});

type Describe = typeof transformRoute;
type Route = Parameters<Describe>[0] & { route?: { method: string | string[] } };

function describeRoute(document: Route): ReturnType<Describe> {
  const { schema, url, route } = document;
  if (!schema || schema.hide || !route) return transformRoute(document);
  const method = [route.method].flat()[0]!;
  const described = {
    ...schema,
    operationId: operationIdOf(method, url),
    response: { ...(schema.response as object | undefined), ...errorsOf(url, schema) },
  };
  return transformRoute({ ...document, schema: described });
}

const answers = {
  400: "Something in the request is not valid; the error names the field.",
  401: "No API key was sent, or not one that is valid.",
  403: "Not allowed from here.",
  404: "There is no such record.",
  409: "It cannot be done as things are; the error says why.",
  422: "The definition cannot be saved or run; the error says where and why.",
  429: "Too many requests. Try again after the seconds in Retry-After.",
  503: "The store cannot be written at the moment. Nothing was changed; try again.",
} as const;

/** The error answers a route can give: all of one shape. */
function errorsOf(url: string, { body, querystring }: { body?: unknown; querystring?: unknown }) {
  const hasInput = body !== undefined || querystring !== undefined || url.includes(":");
  const statuses = [
    401,
    403,
    429,
    503,
    ...(hasInput ? [400, 409, 422] : []),
    ...(url.includes(":") ? [404] : []),
  ] as (keyof typeof answers)[];
  return Object.fromEntries(
    statuses.map((status) => [status, { description: answers[status], content: { "application/json": { schema: contract.errorReply } } }]),
  );
}

/** A stable name for client generators: listFlows, getFlow, publishFlow, replayRuns. */
export function operationIdOf(method: string, url: string): string {
  const [noun = "", ...rest] = url.replace(contract.apiPrefix, "").split("/").filter(Boolean);
  const one = rest[0]?.startsWith(":") ?? false;
  const tail = pascal(rest.filter((part) => !part.startsWith(":")).join("-"));
  const name = pascal(one ? singular(noun) : noun);
  if (tail === "") return `${plainVerb(method, noun, one)}${name}`;
  return method === "POST" ? `${tail.charAt(0).toLowerCase()}${tail.slice(1)}${name}` : `${verbs[method]!}${name}${tail}`;
}

const verbs: Record<string, string> = { GET: "get", POST: "create", PUT: "update", PATCH: "change", DELETE: "delete" };
const plainVerb = (method: string, noun: string, one: boolean) =>
  method === "GET" && !one && noun.endsWith("s") ? "list" : verbs[method]!;
const singular = (noun: string) => (noun.endsWith("boxes") ? noun.slice(0, -2) : noun.replace(/s$/, ""));
const pascal = (words: string) =>
  words
    .split("-")
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
