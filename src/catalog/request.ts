import { cutText } from "#kernel/characters.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { baseAddressOf } from "./address.ts";
import { furtherPage } from "./address-paging.ts";
import { encodeBody } from "./body.ts";
import { compileOperation, type PathPart, type Slot } from "./compile.ts";
import { moreOf, placeOfMore } from "./more.ts";
import { textOf } from "./text.ts";
import type { App, ConnectionFacts, HttpRequest, Operation } from "./types.ts";

/**
 * The one place that knows how an operation becomes HTTP. `input` has been validated; what the connection fills in is
 * filled in here. The login is added later, by the outbound client. `next`: the address of a further page of a list, which says by itself
 * which rows are asked for.
 */
export function buildRequest(
  operation: Operation,
  input: Record<string, unknown>,
  connection: ConnectionFacts | null,
  app: Pick<App, "baseUrl" | "variables" | "headers">,
  next?: string,
): HttpRequest {
  const plan = compileOperation(operation);
  const read = (slot: Slot): unknown => valueOf(slot, input, connection);
  const path = plan.path.length === 1 && typeof plan.path[0] === "string" ? plan.path[0] : joinPath(plan.path, read);
  const url = plan.absolute ? absoluteUrl(path, connection?.baseUrl) : trimSlash(baseOf(app, connection)) + path;
  const headers = headersOf(operation, app, plan.headers, read);
  const more = moreOf(input);
  const place = more && placeOfMore(operation);
  const hasBody = plan.body.length > 0 || place === "body";
  const beside = place === "body" ? more : undefined;
  const body = hasBody ? encodeBody(operation.body ?? "json", plan.body, read, headers["content-type"], beside) : undefined;
  if (body && (body.decides || headers["content-type"] === undefined)) headers["content-type"] = body.type;
  const asksQuery = plan.query.length > 0 || place === "query";
  const first = asksQuery ? withQuery(url, plan.query, read, place === "query" ? more : undefined) : url;
  return {
    method: operation.method,
    url: next === undefined ? first : furtherPage(next, first),
    headers,
    ...(body ? { body: body.content } : {}),
  };
}

/** The host a request would go to, without building the request; `""` where only the built request shows it. Checks nothing. */
export function hostOf(
  operation: Operation,
  input: Record<string, unknown>,
  connection: ConnectionFacts | undefined,
  app: Pick<App, "baseUrl" | "variables">,
): string {
  const base = knownBase(app, connection);
  if (base !== "") return hostOfUrl(base);
  const [part] = compileOperation(operation).path;
  const address = typeof part === "object" ? input[part.slot.field.name] : part;
  return typeof address === "string" && /^https?:/.test(address) ? hostOfUrl(address) : (connection?.id ?? "");
}

/** The base address of a path; an error where neither the app nor the connection says one. */
function baseOf(app: Pick<App, "baseUrl" | "variables">, connection: ConnectionFacts | null): string {
  const base = baseAddressOf(app, connection);
  if (base !== "") return base;
  const problem = connection
    ? `the connection '${connection.name}' does not say where the app is; give it a base address`
    : "this needs a connection, which says where the app is";
  throw new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem, outcome: "not_sent" } });
}

/** Empty where it is not known: the request itself says what is missing. */
function knownBase(app: Pick<App, "baseUrl" | "variables">, connection: ConnectionFacts | undefined): string {
  try {
    return baseAddressOf(app, connection);
  } catch {
    return "";
  }
}

/** Hosts by origin, because nearly all requests go to a few of them. */
const hosts = new Map<string, string>();
const mostHosts = 1_000;

function hostOfUrl(url: string): string {
  const origin = /^https?:\/\/[^/?#]+/.exec(url)?.[0] ?? "";
  const cached = hosts.get(origin);
  if (cached !== undefined) return cached;
  const host = URL.canParse(origin) ? new URL(origin).host : "";
  if (hosts.size >= mostHosts) hosts.clear();
  hosts.set(origin, host);
  return host;
}

/** What was given, or else what Millrace fills in. `null` where the other side takes none counts as not given. */
function valueOf({ field }: Slot, input: Record<string, unknown>, connection: ConnectionFacts | null): unknown {
  const value = input[field.name];
  const { fill, members } = field;
  if (value !== undefined && (value !== null || !fill)) return members ? renamed(value, members) : value;
  if (!fill) return undefined;
  if ("value" in fill) return fill.value;
  const filled = connection?.[fill.connection];
  if (filled === undefined && field.required) throw missingFill(field.name, fill.connection, connection);
  return filled;
}

/** A value with its members, or those of each in a list, under their wire names. */
function renamed(value: unknown, names: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [names[name] ?? name, member])) : value;
}

function missingFill(field: string, what: "locationId" | "companyId", connection: ConnectionFacts | null): MillraceError {
  const thing = what === "locationId" ? "sub-account" : "agency";
  const problem = connection
    ? `the connection '${connection.name}' names no ${thing}; give its id there or in this field`
    : "this needs a connection";
  return new MillraceError("STEP_INPUT_INVALID", { details: { field, problem, outcome: "not_sent" } });
}

function joinPath(parts: readonly PathPart[], read: (slot: Slot) => unknown): string {
  let path = "";
  for (const part of parts) path += typeof part === "string" ? part : segment(part.slot, read(part.slot), part.raw);
  return path;
}

/** A value as one segment. `..` would climb out of the path, and an empty one would turn "get" into "list". */
function segment({ field }: Slot, value: unknown, raw: boolean): string {
  const text = textOf(value).trim();
  if (text === "" || (!raw && /^\.{1,2}$/.test(text))) {
    const problem = text === "" ? "is needed and was empty" : `'${text}' cannot be part of an address`;
    throw new MillraceError("STEP_INPUT_INVALID", { details: { field: field.name, problem, outcome: "not_sent" } });
  }
  return raw ? text : encoded(text, field.name);
}

/** Half a character, as a text that was cut off may end in, cannot be encoded. */
function encoded(text: string, field: string): string {
  if (!/\p{Surrogate}/u.test(text)) return encodeURIComponent(text);
  const problem = "contains half a character, which cannot be part of an address";
  throw new MillraceError("STEP_INPUT_INVALID", { details: { field, problem, outcome: "not_sent" } });
}

/** A login made for one address must not be sent to another, so a whole address has to stay with the connection's. */
function absoluteUrl(address: string, baseUrl: string | undefined): string {
  if (address.startsWith("secret-url:")) return address;
  if (baseUrl && address.startsWith("/")) return trimSlash(baseUrl) + address;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw badUrl("must be a whole address such as https://example.com/path");
  if (url.username || url.password) throw badUrl("must not carry a name or password; put the login in a connection");
  if (baseUrl && url.origin !== new URL(baseUrl).origin)
    throw badUrl(`must be at ${new URL(baseUrl).origin}, where this connection logs in`);
  url.hash = "";
  return url.href;
}

const badUrl = (problem: string) => new MillraceError("STEP_INPUT_INVALID", { details: { field: "url", problem, outcome: "not_sent" } });
const trimSlash = (url: string): string => (url.endsWith("/") ? url.slice(0, -1) : url);

function withQuery(url: string, slots: readonly Slot[], read: (slot: Slot) => unknown, more: Record<string, unknown> = {}): string {
  let joint = url.includes("?") ? "&" : "?";
  let out = url;
  const add = (name: string, value: unknown) => {
    if (value === undefined || value === null) return;
    out += `${joint}${encoded(name, name)}=${encoded(textOf(value), name)}`;
    joint = "&";
  };
  for (const slot of slots) {
    const value = read(slot);
    if (slot.wire === "" && isObject(value)) for (const [name, one] of Object.entries(value)) each(one, (v) => add(name, v));
    else if (slot.field.join && Array.isArray(value)) add(slot.wire, value.join(","));
    else each(value, (v) => add(slot.wire, v));
  }
  for (const [name, value] of Object.entries(more)) each(value, (v) => add(name, v));
  return out;
}

function each(value: unknown, add: (value: unknown) => void): void {
  if (Array.isArray(value)) for (const one of value) add(one);
  else add(value);
}

/** Headers the transport owns; a flow that sets them would only break the request, or smuggle a second one. */
const reserved = new Set(["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "keep-alive", "expect"]);

function headersOf(
  operation: Operation,
  app: Pick<App, "headers">,
  slots: readonly Slot[],
  read: (slot: Slot) => unknown,
): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  for (const name in app.headers) {
    const value = app.headers[name]!;
    if (value !== "{version}") headers[name] = value;
    else if (operation.version) headers[name] = operation.version;
  }
  for (const slot of slots) {
    const value = read(slot);
    if (slot.wire === "" && isObject(value)) for (const [name, one] of Object.entries(value)) setHeader(headers, name, one);
    else setHeader(headers, slot.wire, value);
  }
  return headers;
}

function setHeader(headers: Record<string, string>, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  const text = textOf(value);
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || reserved.has(name.toLowerCase()) || /[^\t\x20-\x7e\x80-\xff]/.test(text)) {
    throw new MillraceError("STEP_INPUT_INVALID", {
      details: { field: "headers", problem: `the header '${cutText(name, 60)}' cannot be sent`, outcome: "not_sent" },
    });
  }
  headers[name.toLowerCase()] = text;
}
