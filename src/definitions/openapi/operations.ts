/** The operations of a document as definitions, each with what was guessed. */
import { cutText } from "#kernel/characters.ts";
import { operationDefinition } from "#api/schemas/apps.ts";
import type { DraftGuess, DraftOperation } from "#api/schemas/app-drafts.ts";
import { isObject } from "#kernel/json.ts";
import { effectGuess, guessEffect, labelOf, nounsOf, operationIdOf, titleOf, type Method } from "../guess.ts";
import { answerMembers, answerOf, exampleOf } from "./answers.ts";
import { asFields, bodyOf, parametersOf, type Body, type FieldDefinition, type FieldTools, type Sent } from "./fields.ts";
import { requirementsOf } from "./logins.ts";
import { problemOf } from "./problem.ts";
import type { Node } from "./refs.ts";
import { serverOf } from "./servers.ts";
import { plainText } from "./words.ts";

/** How many operations of a document are read. */
export const mostOperations = 3_000;

/** With its query; without, a definition takes half of it. */
const longestPath = 1_000;

/** What reading operations needs of the document beside its references. */
export interface OperationTools extends FieldTools {
  root: Node;
  baseUrl: string | undefined;
  source: string | undefined;
  oauth: ReadonlySet<string>;
  /** The ids that are in use. */
  ids: Set<string>;
}

/** One call of a document: a method of a path. */
interface Call {
  method: Method;
  /** As the document has it. */
  path: string;
  item: Node;
  node: Node;
  at: string;
}

const methods: Readonly<Record<string, Method>> = { get: "GET", post: "POST", put: "PUT", patch: "PATCH", delete: "DELETE" };
const unused = new Set(["head", "options", "trace", "query"]);

/** All operations of a document. What cannot be one is left out with a note. */
export function operationsOf(tools: OperationTools): DraftOperation[] {
  const calls = callsOf(tools);
  if (calls.length > mostOperations)
    tools.notes.add("paths", `The document has ${calls.length} operations; the first ${mostOperations} are read.`);
  return calls.slice(0, mostOperations).flatMap((call) => {
    const draft = operationOf(call, tools);
    return draft ? [draft] : [];
  });
}

function callsOf({ root, refs, notes }: OperationTools): Call[] {
  const paths = isObject(root["paths"]) ? root["paths"] : {};
  return Object.entries(paths).flatMap(([path, value]) => {
    if (path.startsWith("x-") || value === null || value === undefined) return [];
    const at = `paths.${path.slice(0, longestPath)}`;
    if (path.length > longestPath) {
      notes.add(at, `Paths of more than ${longestPath} characters are left out.`);
      return [];
    }
    const target = refs.follow(value, at);
    if (!target) return [];
    if (!path.startsWith("/")) notes.add(at, "This path does not begin with /; it is taken as if it did.");
    return Object.entries(target.node).flatMap(([name, node]): Call[] => {
      const method = Object.hasOwn(methods, name.toLowerCase()) ? methods[name.toLowerCase()]! : undefined;
      if (unused.has(name.toLowerCase())) notes.add(`${at}.${name}`, `Calls by ${name.toUpperCase()} are left out.`);
      if (!method || node === null) return [];
      if (!isObject(node)) {
        notes.add(`${at}.${name}`, "This is no operation, and is left out.");
        return [];
      }
      return [{ method, path, item: target.node, node, at: `${at}.${name}` }];
    });
  });
}

function operationOf(call: Call, tools: OperationTools): DraftOperation | undefined {
  const { method, node, at } = call;
  const body = bodyOf(node, at, tools);
  if (body && "problem" in body) return leaveOut(at, `This operation is left out: ${body.problem}.`, tools);
  const route = pathOf(call, [...parametersOf(call.item, node, at, tools), ...(body ? bodySent(body, call, tools) : [])], tools);
  const input = asFields(withoutKey(route.sent), at, tools.notes);
  const { path } = route;
  const effect = guessEffect({
    method,
    path: call.path,
    ...textMember("id", node["operationId"]),
    ...textMember("summary", node["summary"]),
  });
  const answer = answerOf(node, at, tools);
  const { members, guesses } = answerMembers(answer, { path, effect: effect.value, input }, tools);
  const definition = {
    id: operationIdOf(method, path, typeof node["operationId"] === "string" ? node["operationId"] : undefined, tools.ids),
    title: plainText(node["summary"], 80) ?? titleOfId(node["operationId"]) ?? titleOf(method, path),
    ...categoryOf(node, path),
    effect: effect.value,
    method,
    path,
    ...(body && body.format !== "json" && { body: body.format }),
    ...scopesMember(node, tools),
    ...(node["deprecated"] === true && { deprecated: true }),
    input,
    ...members,
    ...(route.sent.some(isIdempotencyKey) && { idempotencyKey: true }),
    ...exampleMember(call, input, answer.node, tools),
    ...noteMember(node),
  };
  noteSurroundings(call, tools);
  return checked(definition, [...effectGuess(method, effect), ...guesses], at, tools);
}

/** The definition as it would be saved; one that could not be is left out with the reason, or loses optional members. */
function checked(definition: object, guesses: DraftGuess[], at: string, tools: OperationTools): DraftOperation | undefined {
  const read = operationDefinition.safeParse(definition);
  if (read.success) return { definition: read.data, guesses };
  const { example: _, output: __, note: ___, ...bare } = definition as Record<string, unknown>;
  const again = operationDefinition.safeParse(bare);
  if (again.success) return { definition: again.data, guesses };
  return leaveOut(at, `This operation is left out: ${problemOf(again.error)}.`, tools);
}

function leaveOut(at: string, says: string, { notes }: OperationTools): undefined {
  notes.add(at, says);
  return undefined;
}

function bodySent(body: Body, { method, at }: Call, { notes }: OperationTools): Sent[] {
  if (method !== "GET") return body.sent;
  notes.add(`${at}.requestBody`, "A GET has no body; it is left out.");
  return [];
}

const isIdempotencyKey = ({ in: place, wire }: Sent): boolean => place === "header" && /^idempotency-key$/i.test(wire);
const withoutKey = (sent: readonly Sent[]): Sent[] => sent.filter((each) => !isIdempotencyKey(each));

/**
 * The path as an operation has it: each placeholder with an input under a name that it may have, the query that it ends with as inputs with a
 * constant value.
 */
function pathOf({ path: whole, at }: Call, sent: readonly Sent[], { notes }: OperationTools): { path: string; sent: Sent[] } {
  const [beforeHash = "", hash] = whole.split("#", 2);
  if (hash !== undefined) notes.add(at, "What follows # in the path is not sent; it only tells this operation from another.");
  const [bare = "", query] = beforeHash.split("?", 2);
  const inputs = new Map(sent.filter(({ in: place }) => place === "path").map((each) => [each.wire, each]));
  const used: Sent[] = [];
  const path = bare.replace(/\{([^{}]*)\}/g, (_, hole: string) => {
    const wire = hole.replace(/^[+;?&.]+|[*]+$/g, "");
    const input = inputs.get(hole) ?? inputs.get(wire);
    if (!input) notes.add(at, `The document does not describe '${cutText(hole, 60)}' of the path; it is taken as a text.`);
    const name = `${wire.replace(/[^\w-]+/g, "_").slice(0, 60) || "value"}`;
    if (!used.some((each) => each.wire === name))
      used.push({ ...(input ?? { in: "path", required: true, schema: { type: "string" } }), wire: name });
    return `{${name}}`;
  });
  const idle = [...inputs.keys()].filter((wire) => !used.some((each) => each.wire === wire.replace(/[^\w-]+/g, "_").slice(0, 60)));
  if (idle.length > 0) notes.add(at, `The path has no place for ${idle.slice(0, 5).join(", ")}; left out.`);
  const others = sent.filter(({ in: place }) => place !== "path");
  const clean = encodedPath(path.startsWith("/") ? path : `/${path}`);
  return { path: clean, sent: [...used, ...(query === undefined ? [] : constants(query, others)), ...others] };
}

const encodedPath = (path: string): string => path.replace(/\s/g, (space) => encodeURIComponent(space));

/** `?action=list` of a path: always sent. `?{x}` and what is a parameter anyway is left to the parameter. */
function constants(query: string, others: readonly Sent[]): Sent[] {
  return [...new URLSearchParams(query)].flatMap(([wire, value]): Sent[] =>
    wire === "" || value.includes("{") || wire.includes("{") || others.some((each) => each.in === "query" && each.wire === wire)
      ? []
      : [{ in: "query", wire, schema: { type: "string" }, fill: { value } }],
  );
}

/** `updatePet` is "Update pet"; an id that reads as no phrase is no title. */
function titleOfId(id: unknown): string | undefined {
  if (typeof id !== "string" || id.length > 60 || !/^[A-Za-z]+(?:_[a-z]+)*$/.test(id) || /controller|resource/i.test(id)) return undefined;
  const title = labelOf(id);
  return title.includes(" ") ? title : undefined;
}

const textMember = <K extends string>(name: K, value: unknown): Partial<Record<K, string>> =>
  typeof value === "string" ? ({ [name]: value.slice(0, 300) } as Partial<Record<K, string>>) : {};

function categoryOf(node: Node, path: string): { category?: string } {
  const [tag] = Array.isArray(node["tags"]) ? (node["tags"] as unknown[]) : [];
  const category = plainText(tag, 60) ?? plainText(nounsOf(path)[0], 60);
  return category === undefined ? {} : { category };
}

/** The scopes of OAuth that it needs. Where the document offers several ways, nobody can tell which will be used. */
function scopesMember(node: Node, { root, oauth }: OperationTools): { scopes?: string[] } {
  const requirements = Array.isArray(node["security"]) ? requirementsOf(node) : requirementsOf(root);
  const scopes = requirements.flatMap((requirement) => Object.entries(requirement).filter(([name]) => oauth.has(name)));
  if (scopes.length !== 1 || !Array.isArray(scopes[0]![1])) return {};
  const names = scopes[0]![1].filter((scope): scope is string => typeof scope === "string" && scope !== "" && scope.length <= 120);
  return names.length === 0 ? {} : { scopes: names.slice(0, 50) };
}

/** The document's own example of a call, where it has one of the answer. */
function exampleMember({ node }: Call, input: readonly FieldDefinition[], answer: Node, tools: OperationTools) {
  const output = exampleOf(answer, tools);
  if (output === undefined) return {};
  const body = tools.refs.peek(node["requestBody"])?.["content"];
  const [kind] = isObject(body) ? Object.values(body) : [];
  const sent = isObject(kind) ? exampleOf(kind, tools) : undefined;
  const whole = input.find((field) => field.wire === "" && field.in === "body");
  const members = whole && sent !== undefined ? { [whole.name]: sent } : isObject(sent) ? byName(sent, input) : {};
  return { example: { input: members, output } };
}

const byName = (sent: Record<string, unknown>, input: readonly FieldDefinition[]): Record<string, unknown> =>
  Object.fromEntries(
    input
      .filter((field) => field.in === "body" && Object.hasOwn(sent, field.wire ?? field.name))
      .map((field) => [field.name, sent[field.wire ?? field.name]]),
  );

function noteMember(node: Node): { note?: string } {
  const note = plainText(node["description"], 400);
  return note === undefined || note === plainText(node["summary"], 400) ? {} : { note };
}

/** What the document says beside the call that an operation cannot hold. */
function noteSurroundings({ item, node, at }: Call, { notes, baseUrl, source, refs }: OperationTools): void {
  const servers = node["servers"] ?? item["servers"];
  const own = servers === undefined ? undefined : serverOf(servers, at, notes, source)?.url;
  if (own !== undefined && own !== baseUrl)
    notes.add(at, `It is at another address, ${cutText(own, 120)}; here it is called at the app's.`);
  const responses = isObject(node["responses"]) ? Object.values(node["responses"]) : [];
  if (responses.some((each) => isObject(refs.peek(each)?.["links"])))
    notes.add(at, "The links of its answer are not taken over; a look-up on a field says where its choices come from.");
}
