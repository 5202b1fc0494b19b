import type { HttpRequest } from "#catalog/types.ts";
import { operationsAt, type Described, type Description, type Raw, type RawParameter } from "./document.ts";
import { schemaJudge, type Judge } from "./schemas.ts";

/** Where a request must arrive, and the version it may state where the description states none. */
export interface Expected {
  method: string;
  path: string;
  /** The Version header that is sent where none is described; undefined where none may be sent. */
  fallback?: string | undefined;
}
/** What the vendor's description has against a request, a line each. */
export type RequestJudge = (request: HttpRequest, expected: Expected) => string[];

export function requestJudge(description: Description): RequestJudge {
  const schemas = schemaJudge(description);
  return (request, expected) => {
    const url = new URL(request.url);
    const found = operationsAt(description, request.method, url.pathname);
    if (found.length !== 1) return [`route: ${request.method} ${url.pathname} means ${found.length} operations`];
    const described = found[0]!;
    if (described.method !== expected.method || described.path !== expected.path)
      return [`route: means ${described.method} ${described.path}, not ${expected.method} ${expected.path}`];
    const judge = (schema: Raw | undefined) => schemas.at(described.document, schema ?? {});
    return [
      ...pathFaults(described, url, judge),
      ...queryFaults(described, url, judge),
      ...versionFaults(described, request, expected),
      ...bodyFaults(described, request, judge),
    ];
  };
}

type JudgeOf = (schema: Raw | undefined) => Judge;
const parametersIn = ({ operation }: Described, place: string): RawParameter[] =>
  (operation.parameters ?? []).filter((p) => p.in === place);

function pathFaults(described: Described, url: URL, judge: JudgeOf): string[] {
  const parts = url.pathname.split("/");
  const values = described.path
    .split("/")
    .flatMap((part, i) => (part.startsWith("{") ? [[part.slice(1, -1), decodeURIComponent(parts[i]!)] as const] : []));
  const declared = new Map(parametersIn(described, "path").map((p) => [p.name, p]));
  return values.flatMap(([name, value]) => {
    const parameter = declared.get(name);
    return parameter ? valueFaults(`path ${name}`, parameter.schema, [value], judge) : [`path: {${name}} is not declared`];
  });
}

function queryFaults(described: Described, url: URL, judge: JudgeOf): string[] {
  const declared = new Map(parametersIn(described, "query").map((p) => [p.name, p]));
  const sent = new Set(url.searchParams.keys());
  const missing = [...declared.values()].filter((p) => p.required && !sent.has(p.name)).map((p) => `query: lacks '${p.name}'`);
  const wrong = [...sent].flatMap((name) => {
    const parameter = declared.get(name);
    return parameter
      ? valueFaults(`query ${name}`, parameter.schema, url.searchParams.getAll(name), judge)
      : [`query: has '${name}', which is not described`];
  });
  return [...missing, ...wrong];
}

/** Everything is text in an address: read as its schema would have it. */
function valueFaults(where: string, schema: Raw = {}, texts: string[], judge: JudgeOf): string[] {
  const judged = judge(schema);
  const value = schema["type"] === "array" ? texts.map((text) => read(text, schema["items"] as Raw)) : read(texts[0]!, schema);
  if (schema["type"] !== "array" && texts.length > 1) return [`${where}: is given ${texts.length} times`];
  return judged(value).map((fault) => `${where}${fault}`);
}

function read(text: string, { type, allOf }: Raw = {}): unknown {
  const meant = type ?? (allOf as Raw[] | undefined)?.[0]?.["type"];
  if ((meant === "number" || meant === "integer") && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (meant === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  if (meant === "object" && text.startsWith("{")) return JSON.parse(text) as unknown;
  return text;
}

function versionFaults(described: Described, { headers }: HttpRequest, { fallback }: Expected): string[] {
  const declared = parametersIn(described, "header").find((p) => p.name.toLowerCase() === "version");
  const allowed = (declared?.schema?.["enum"] as string[] | undefined) ?? [fallback];
  return allowed.includes(headers["Version"]) ? [] : [`version: ${headers["Version"]} is sent where ${allowed.join(" or ")} is declared`];
}

function bodyFaults({ operation }: Described, { headers, body }: HttpRequest, judge: JudgeOf): string[] {
  const { requestBody } = operation;
  if (!requestBody) return body === undefined ? [] : ["body: none is described, and one is sent"];
  if (body === undefined) return requestBody.required ? ["body: one is required, and none is sent"] : [];
  const type = headers["content-type"]?.split(";")[0] ?? "none";
  const content = requestBody.content[type];
  if (!content) return [`content type: ${type} is sent where ${Object.keys(requestBody.content).join(" or ")} is declared`];
  const faultsWith = (lists: ReadonlySet<string>) => judge(content.schema)(decoded(type, headers["content-type"]!, body, lists));
  const faults = faultsWith(new Set());
  const wanted = wantedLists(faults);
  return (wanted.size > 0 ? faultsWith(wanted) : faults).map((fault) => `body ${fault}`);
}

/** Members that have to be lists: in a form a list repeats its name, so that one of a single item looks like the item. */
const wantedLists = (faults: readonly string[]): ReadonlySet<string> =>
  new Set(faults.flatMap((fault) => /^(\w+): must be array$/.exec(fault)?.[1] ?? []));

function decoded(type: string, header: string, body: string | Uint8Array, lists: ReadonlySet<string>): unknown {
  if (type === "multipart/form-data")
    return fromMultipart(Buffer.from(body as Uint8Array).toString("latin1"), header.split("boundary=")[1]!, lists);
  if (type === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(body as string));
  return JSON.parse(body as string) as unknown;
}

function fromMultipart(text: string, boundary: string, lists: ReadonlySet<string>): Record<string, unknown> {
  const parts = text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => ({ name: / name="([^"]*)"/.exec(part)![1]!, value: fromPart(part.slice(part.indexOf("\r\n\r\n") + 4, -2)) }));
  const valuesOf = (name: string) => parts.filter((part) => part.name === name).map(({ value }) => value);
  return Object.fromEntries(parts.map(({ name, value }) => [name, lists.has(name) ? valuesOf(name) : value]));
}

/** A part is text; a number or a list of a form is one that reads as such. */
function fromPart(text: string): unknown {
  return /^(\d+|true|false|\[.*\]|\{.*\})$/.test(text) ? (JSON.parse(text) as unknown) : text;
}
