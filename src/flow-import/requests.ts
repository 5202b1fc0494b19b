import { isObject, type Json } from "#kernel/json.ts";
import { type Expr, isText, join, literal, NotConvertible } from "./expr.ts";
import { readField, type ReadText, secretWhy } from "./fields.ts";
import type { Path } from "./outputs.ts";
import { beginsWith } from "./outputs.ts";
import type { CatalogPack, PackedField, PackedOperation } from "./pack.ts";
import type { ExportNode } from "./export-node.ts";
import { isSecretName, withoutSecrets } from "./secrets.ts";

/** Requests that a flow of another tool makes by itself. A request to an app of the catalog becomes the app's operation. */

export interface ForeignRequest {
  method: string;
  url: Expr;
  headers: { name: string; value: Expr | undefined; part: ExportNode }[];
  query: [string, Expr][];
  body?: Expr;
}

export interface ReadRequest {
  app: string;
  operation: string;
  input: Record<string, Expr>;
  /** Turns a path into the answer into one into the step's result. */
  ofAnswer: (path: Path) => Path;
}

const methods = ["get", "post", "put", "patch", "delete"];

/** What the request is here. Throws NotConvertible for a method that no step has. */
export function readRequest(request: ForeignRequest, pack: CatalogPack): ReadRequest {
  const method = request.method.toLowerCase() || "get";
  if (!methods.includes(method))
    throw new NotConvertible(`sends a ${request.method.slice(0, 20).toUpperCase()} request, which no step does`);
  return operationOf(request, method.toUpperCase(), pack) ?? plainRequest(request, method);
}

function plainRequest({ url, headers, query, body }: ForeignRequest, method: string): ReadRequest {
  const sent = headers.flatMap(({ name, value }): [string, Expr][] => (value === undefined || name === "" ? [] : [[name, value]]));
  const input: Record<string, Expr> = { url };
  if (query.length > 0) input["query"] = { is: "object", members: query };
  if (sent.length > 0) input["headers"] = { is: "object", members: sent };
  if (body !== undefined && method !== "get") input["body"] = body;
  return { app: "http", operation: method, input, ofAnswer: (path) => path };
}

// ---------------------------------------------------------------- an app's operation

function operationOf(request: ForeignRequest, method: string, pack: CatalogPack): ReadRequest | undefined {
  const address = addressOf(request.url, pack);
  if (!address) return undefined;
  const found = best(pack.operations.filter((each) => each.app === address.app && each.method === method && fits(each, address.segments)));
  if (!found) return undefined;
  const body = request.body?.is === "object" ? request.body.members : undefined;
  if (request.body !== undefined && body === undefined) return undefined;
  const input = Object.fromEntries([
    ...pathValues(found, address.segments),
    ...named(found, "query", [...address.query, ...request.query]),
    ...named(found, "body", body ?? []),
  ]);
  return { app: found.app, operation: found.id, input, ofAnswer: resultOf(found) };
}

/** Of a path that several match the one with the fewest places for values; of equals the first, as the listed ones are. */
const best = (operations: readonly PackedOperation[]): PackedOperation | undefined => {
  const places = ({ path }: PackedOperation) => path.split("{").length;
  return operations.reduce<PackedOperation | undefined>((one, other) => (one && places(one) <= places(other) ? one : other), undefined);
};

interface Address {
  app: string;
  segments: Expr[];
  query: [string, Expr][];
}

/** The app that an address belongs to, and its parts. */
function addressOf(url: Expr, pack: CatalogPack): Address | undefined {
  const parts = url.is === "join" ? url.parts : [url];
  const [first, ...more] = parts;
  if (!first || !isText(first)) return undefined;
  const app = pack.apps.find(({ base }) => base.startsWith("https://") && (first.value === base || first.value.startsWith(`${base}/`)));
  if (!app) return undefined;
  const rest = [literal(first.value.slice(app.base.length)), ...more];
  const [path, query] = divided(rest, "?");
  const segments = split(path!, "/").filter((segment) => !(isText(segment) && segment.value === ""));
  return { app: app.id, segments, query: query ? queryOf(query) : [] };
}

/** Takes texts and values apart at the first sign of its kind. */
function divided(parts: readonly Expr[], sign: string): [Expr[], Expr[]?] {
  const at = parts.findIndex((part) => isText(part) && part.value.includes(sign));
  if (at < 0) return [[...parts]];
  const text = (parts[at] as { value: string }).value;
  const cut = text.indexOf(sign);
  return [
    [...parts.slice(0, at), literal(text.slice(0, cut))],
    [literal(text.slice(cut + 1)), ...parts.slice(at + 1)],
  ];
}

function split(parts: readonly Expr[], sign: string): Expr[] {
  const pieces: Expr[][] = [[]];
  for (const part of parts) {
    const texts = isText(part) ? part.value.split(sign) : undefined;
    if (!texts) pieces.at(-1)!.push(part);
    else
      texts.forEach((text, i) => {
        if (i > 0) pieces.push([]);
        pieces.at(-1)!.push(literal(text));
      });
  }
  return pieces.map(join);
}

const queryOf = (parts: readonly Expr[]): [string, Expr][] =>
  split(parts, "&").flatMap((pair): [string, Expr][] => {
    const [name, value] = divided(pair.is === "join" ? pair.parts : [pair], "=");
    const key = join(name!);
    return isText(key) && key.value !== "" ? [[key.value, join(value ?? [])]] : [];
  });

const segmentsOf = (path: string): string[] => path.split("?")[0]!.split("/").filter(Boolean);

function fits({ path }: PackedOperation, segments: readonly Expr[]): boolean {
  const wanted = segmentsOf(path);
  return (
    wanted.length === segments.length &&
    wanted.every((want, i) => want.startsWith("{") || (isText(segments[i]!) && segments[i].value === want))
  );
}

function pathValues({ path, fields }: PackedOperation, segments: readonly Expr[]): [string, Expr][] {
  return segmentsOf(path).flatMap((want, i): [string, Expr][] => {
    const name = want.startsWith("{") ? want.slice(1, -1) : undefined;
    const field = name === undefined ? undefined : fields.find((each) => each.wire === name || each.name === name);
    return field && !field.filled ? [[field.name, segments[i]!]] : [];
  });
}

/** Values by the names that the operation has for them; others go into its further fields. */
function named({ fields }: PackedOperation, where: PackedField["in"], values: readonly (readonly [string, Expr])[]): [string, Expr][] {
  const further: (readonly [string, Expr])[] = [];
  const known = values.flatMap(([name, value]): [string, Expr][] => {
    const field = fields.find((each) => each.in === where && (each.wire === name || each.name === name));
    if (!field) further.push([name, value]);
    return field && !field.filled ? [[field.name, value]] : [];
  });
  return further.length > 0 && where === "body" ? [...known, ["$more", { is: "object", members: further }]] : known;
}

/** A step gives the record of an answer, and not what it was wrapped in. */
const resultOf =
  ({ result }: PackedOperation) =>
  (path: Path): Path => {
    const wrapped = result === "" ? [] : result.split(".");
    if (beginsWith(path, wrapped)) return path.slice(wrapped.length);
    throw new NotConvertible(`reads '${path.join(".").slice(0, 100)}' of the answer, of which the step gives only '${result}'`);
  };

// ---------------------------------------------------------------- parts of a request

const sentAnyway = /^(?:accept|version|content-type|content-length|host|user-agent|accept-encoding)$/i;

/** Headers as a request has them; a secret in one stays out. */
export function readHeader(name: string, part: ExportNode, at: string, read: ReadText): ForeignRequest["headers"][number] {
  const isSecret = isSecretName(name) && part.text !== "";
  if (isSecret || withoutSecrets(part.text) !== part.text) {
    part.check({ at: `${at} › ${name}`, ...secretWhy, secret: true });
    return { name, value: undefined, part };
  }
  return { name, value: readField(part, `${at} › ${name}`, read, name), part };
}

/** Headers that say how a body is written, which a step says by itself where its body is data. */
export const isUsualHeader = (name: string): boolean => sentAnyway.test(name);

/** A character that no text has: one of those left for private use. */
const marker = "\uE000";

/** A body that was written as JSON with values in it, as the data that it is; a text where it is no JSON. */
export function readJsonBody(expr: Expr): Expr {
  const parts = expr.is === "join" ? expr.parts : [expr];
  if (parts.some((part) => isText(part) && part.value.includes(marker))) return expr;
  let text = "";
  const values: Expr[] = [];
  let inside = false;
  for (const [i, part] of parts.entries()) {
    if (isText(part)) inside = endsInQuotes(part.value, inside);
    const stands = !isText(part) && !inside;
    values.push(stands ? unwritten(part, parts.length === 1) : part);
    text += isText(part) ? part.value : stands ? `"${marker}${i}${marker}"` : `${marker}${i}${marker}`;
  }
  try {
    return dataOf(JSON.parse(text) as Json, values);
  } catch {
    return expr;
  }
}

/**
 * A value that was written as JSON, to stand in JSON, is the value itself: as data it is written once, when the request is sent. Of a body that is
 * nothing else, only what is data for certain: a text alone would be sent as it is.
 */
function unwritten(value: Expr, isAll: boolean): Expr {
  if (value.is !== "filter" || value.filter !== "json") return value;
  return !isAll || value.on.is === "object" || value.on.is === "list" ? value.on : value;
}

/** Whether a piece of JSON ends within a text, when it began in one or not. No piece ends with the `\\` of an escape, for JSON has no value there. */
function endsInQuotes(text: string, began: boolean): boolean {
  let inside = began;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') inside = !inside;
  }
  return inside;
}

function dataOf(value: Json, parts: readonly Expr[]): Expr {
  if (Array.isArray(value)) return { is: "list", items: value.map((item) => dataOf(item, parts)) };
  if (isObject(value)) return { is: "object", members: Object.entries(value).map(([name, member]) => [name, dataOf(member, parts)]) };
  if (typeof value !== "string") return literal(value as number | boolean | null);
  return join(value.split(marker).map((piece, i) => (i % 2 === 0 ? literal(piece) : parts[Number(piece)]!)));
}
