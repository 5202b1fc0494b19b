import type { BodyFacts, EndpointFacts, ModuleFacts, ParamFacts } from "../../src/apps/highlevel/facts.ts";
import type { Correction } from "../../src/apps/highlevel/overlay.ts";
import { schemaReader } from "./schema.ts";
import type { Spec, SpecOperation, SpecParameter } from "./spec.ts";

const methods = new Set(["get", "post", "put", "patch", "delete"]);
const bodyTypes = { "application/json": "json", "application/x-www-form-urlencoded": "form", "multipart/form-data": "multipart" } as const;
export type Reader = ReturnType<typeof schemaReader>;

/** One document as it is described: nothing is corrected yet. */
export interface Described {
  module: string;
  endpoints: EndpointFacts[];
  reader: Reader;
}

/** Reads one document. `rename` gives an endpoint another key than that of its module and operationId. */
export function readModule(module: string, spec: Spec, rename: (facts: EndpointFacts) => string = ({ key }) => key): Described {
  const reader = schemaReader(spec);
  const endpoints = Object.entries(spec.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) => endpoint(module, method, path, operation, reader)),
  );
  return { module, endpoints: endpoints.map((facts) => ({ ...facts, key: rename(facts) })), reader };
}

/** The facts of one document: corrected, and with the scopes it left out where they are known. */
export function factsOf(
  { module, endpoints, reader }: Described,
  correct: (facts: EndpointFacts, reader: Reader) => Correction | undefined,
  scopes: (facts: EndpointFacts) => Pick<EndpointFacts, "scopes" | "scopesFrom">,
): ModuleFacts {
  const finished = endpoints
    .map((facts) => corrected(facts, correct(facts, reader), reader))
    .map((facts) => inOrder({ ...facts, ...scopes(facts) }))
    .sort((a, b) => order(a.path, b.path) || order(a.method, b.method));
  return { module, endpoints: finished, $defs: reader.definitions(finished) };
}

const corrected = (facts: EndpointFacts, correction: Correction | undefined, reader: Reader): EndpointFacts =>
  correction ? amendBody({ ...facts, ...correction.facts }, correction.body, reader) : facts;

function endpoint(module: string, method: string, path: string, operation: SpecOperation, reader: Reader): EndpointFacts {
  return {
    key: `${module}/${operation.operationId}`,
    method: method.toUpperCase() as EndpointFacts["method"],
    path,
    ...versionOf(operation),
    ...securityOf(operation),
    ...(operation.deprecated ? { deprecated: true } : {}),
    params: paramsOf(path, operation, reader),
    ...bodyOf(operation, reader),
    result: resultOf(operation, reader),
  };
}

/** The described body with another list of what it requires, and with members it lacks. */
function amendBody(facts: EndpointFacts, change: Correction["body"], reader: Reader): EndpointFacts {
  if (!change || !facts.body) return facts;
  const { schema } = facts.body;
  const described = schema.$ref ? reader.definitions(schema)[schema.$ref.slice("#/$defs/".length)]! : schema;
  const properties = { ...described.properties, ...change.also };
  return { ...facts, body: { ...facts.body, schema: { ...described, properties, required: change.required } } };
}

function versionOf({ parameters = [] }: SpecOperation): { version?: string } {
  const header = parameters.find((p) => p.in === "header" && p.name.toLowerCase() === "version");
  const allowed = header?.schema?.["enum"] as string[] | undefined;
  return allowed?.[0] ? { version: allowed[0] } : {};
}

/** `bearer` and `Location-*` are a sub-account's token, `Agency-*` an agency's; `*-Only` leaves private tokens out. */
function securityOf({ security = [] }: SpecOperation): Pick<EndpointFacts, "scopes" | "access" | "oauthOnly"> {
  const scopes = new Set<string>();
  const byClass = new Map<"location" | "agency", boolean>(); // value: whether only OAuth will do
  for (const [scheme, needed] of security.flatMap((s) => Object.entries(s))) {
    const access = scheme.startsWith("Agency") ? "agency" : "location";
    byClass.set(access, (byClass.get(access) ?? true) && scheme.endsWith("-Only"));
    for (const scope of needed) scopes.add(scope);
  }
  const access = [...byClass.keys()].sort().reverse();
  const oauthOnly = access.filter((a) => byClass.get(a));
  return { scopes: [...scopes].sort(), access, ...(oauthOnly.length ? { oauthOnly } : {}) };
}

/** Parameters as declared, and those of the path that the document forgot: they are required text, whatever it says. */
function paramsOf(path: string, { parameters = [] }: SpecOperation, reader: Reader): ParamFacts[] {
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((m) => m[1]!);
  const fromPath = inPath.map((name): ParamFacts => {
    const declared = parameters.find((p) => p.in === "path" && p.name === name);
    return { name, in: "path", required: true, schema: declared ? schemaOf(declared, reader) : { type: "string" } };
  });
  const fromQuery = parameters
    .filter((p) => p.in === "query")
    .map((p): ParamFacts => ({
      name: p.name,
      in: "query",
      ...(p.required ? { required: true } : {}),
      ...(p.explode === false ? { join: "comma" } : {}),
      schema: schemaOf(p, reader),
    }));
  return [...fromPath, ...fromQuery];
}

const schemaOf = (parameter: SpecParameter, reader: Reader) => reader.compact(parameter.schema ?? {});

function bodyOf({ requestBody }: SpecOperation, reader: Reader): { body?: BodyFacts } {
  const [contentType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (!contentType) return {};
  const type = bodyTypes[contentType as keyof typeof bodyTypes];
  if (!type) throw new Error(`A content type nobody has met yet: ${contentType}`);
  return { body: { type, ...(requestBody?.required ? { required: true } : {}), schema: reader.compact(content?.schema ?? {}) } };
}

function resultOf({ responses }: SpecOperation, reader: Reader): EndpointFacts["result"] {
  const status =
    Object.keys(responses)
      .filter((s) => s.startsWith("2"))
      .sort()[0] ?? "200";
  const schema = responses[status]?.content?.["application/json"]?.schema;
  const compacted = schema && reader.compact(schema);
  return { status: Number(status), ...(compacted && Object.keys(compacted).length ? { schema: compacted } : {}) };
}

/** One order of keys, whatever the overlay replaced, so that a diff shows changes only. */
function inOrder(f: EndpointFacts): EndpointFacts {
  const { key, method, path, version, scopes, scopesFrom, access, oauthOnly, deprecated, params, body, result } = f;
  const optional = { version, scopes, scopesFrom, access, oauthOnly, deprecated, params, body, result };
  return { key, method, path, ...Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) } as EndpointFacts;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
