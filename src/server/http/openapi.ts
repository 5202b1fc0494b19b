import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { apiPrefix } from "#api/addresses.ts";
import * as shapes from "#api/schemas.ts";
import { flowSettings, jsonValue, stepDefinition, stepSchemas } from "#engine/flow/format.ts";
import { errorCodes, type ErrorCode } from "#kernel/errors.ts";

/** The API's shapes by their names, so that the document says `FlowView` once rather than the same object in each route. */
const named = z.registry<{ id: string } | { $ref: string } | { type?: "object"; description: string }>();
for (const [name, schema] of Object.entries(shapes)) {
  const isQuery = name.endsWith("Query"); // a query is written out parameter by parameter
  if (schema instanceof z.ZodObject && !isQuery) named.add(schema, { id: name.charAt(0).toUpperCase() + name.slice(1) });
}

for (const [kind, schema] of Object.entries(stepSchemas)) named.add(schema, { id: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Step` });
named.add(stepDefinition, { id: "StepDefinition" });
/** What the members of a flow mean is written beside them. */
const formats = [shapes.flowDefinition, shapes.flowDefinition.shape.trigger, flowSettings, ...Object.values(stepSchemas)];
for (const member of formats.flatMap(({ shape }) => Object.values<z.ZodType>(shape)))
  if (member.description !== undefined) named.add(member, { description: member.description });
named.add(jsonValue, { id: "Json" });
named.add(shapes.jsonSchema, { type: "object", description: "A JSON Schema" });
named.add(shapes.flowBody, { $ref: "#/components/schemas/FlowDefinition" });

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
type Route = Parameters<Describe>[0] & { route?: { method: string | string[]; config?: { errors?: readonly ErrorCode[] } } };

function describeRoute(document: Route): ReturnType<Describe> {
  const { schema, url, route } = document;
  if (!schema || schema.hide || !route) return transformRoute(document);
  const method = [route.method].flat()[0]!;
  const described = {
    ...schema,
    operationId: operationIdOf(method, url),
    response: { ...resultsOf(schema.response), ...errorsOf(url, schema, route.config?.errors ?? []) },
  };
  return transformRoute({ ...document, schema: described });
}

/** The answers of success, which a document has to describe in words as well. */
const resultsOf = (response: unknown) =>
  Object.fromEntries(
    Object.entries(response ?? {}).map(([status, schema]) => [
      status,
      { description: "What was asked for", content: { "application/json": { schema: schema as object } } },
    ]),
  );

/** What any route may answer, what one that takes something may, and what one that names a record may. */
const always: readonly ErrorCode[] = ["NOT_SIGNED_IN", "FORBIDDEN", "TOO_MANY_REQUESTS", "STORE_UNAVAILABLE", "STARTING"];
const ofInput: readonly ErrorCode[] = ["BAD_INPUT", "CONFLICT"];
const ofRecord: readonly ErrorCode[] = ["NOT_FOUND"];
/** The errors that any route with a body can give. */
export const usualErrors: readonly ErrorCode[] = [...always, ...ofInput];

/** The error answers a route can give, by status: all of one shape, each code with its sentence. */
function errorsOf(url: string, { body, querystring }: { body?: unknown; querystring?: unknown }, own: readonly ErrorCode[]) {
  const hasRecord = url.includes(":");
  const hasInput = body !== undefined || querystring !== undefined || hasRecord;
  const codes = new Set([...always, ...(hasInput ? ofInput : []), ...(hasRecord ? ofRecord : []), ...own]);
  const statuses = [...new Set([...codes].map(statusOf))];
  const answer = (status: number) => ({ description: describe([...codes].filter((code) => statusOf(code) === status)), content });
  return Object.fromEntries(statuses.map((status) => [status, answer(status)]));
}

const statusOf = (code: ErrorCode): number => errorCodes[code].status;
const content = { "application/json": { schema: shapes.errorReply } };
const describe = (codes: readonly ErrorCode[]) => codes.map((code) => `${code}: ${errorCodes[code].say}`).join("\n\n");

/** A stable name for client generators: listFlows, getFlow, publishFlow, replayRuns. */
export function operationIdOf(method: string, url: string): string {
  const [noun = "", ...rest] = url.replace(apiPrefix, "").split("/").filter(Boolean);
  const one = rest[0]?.startsWith(":") ?? false;
  const words = rest.filter((part) => !part.startsWith(":")).join("-");
  const isOneOfOne = one && rest.length > 1 && rest.at(-1)!.startsWith(":");
  const tail = pascal(isOneOfOne ? singular(words) : words);
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
    .split(/[-.]/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
