import { cutText } from "#kernel/characters.ts";
import { type Expr, filter, literal, NotConvertible, word } from "../expr.ts";
import { readField } from "../fields.ts";
import { actionNamed, appNamed, readFields, resultPath } from "../actions.ts";
import type { NeutralStep } from "../neutral.ts";
import { without } from "../outputs.ts";
import type { ExportNode } from "../export-node.ts";
import { placeholder, unknownApp } from "../placeholders.ts";
import { isUsualHeader, readHeader, readJsonBody, readRequest } from "../requests.ts";
import { readCode } from "./code.ts";
import { gives, type NodeContext, passes, type ReadNode } from "./context.ts";

/** What each node of a workflow is here, by its type. Nodes that part the way are read where the ways are followed. */

type Reader = (context: NodeContext) => ReadNode;

export function readNode(context: NodeContext): ReadNode {
  const { type } = context.node;
  if (Object.hasOwn(readers, type)) return readers[type]!(context);
  return appNamed(context.reading.pack, "n8n", type) ? appNode(context) : unknownNode(context);
}

// ---------------------------------------------------------------- apps and requests

function appNode(context: NodeContext): ReadNode {
  const [resource, operation] = [context.choice("resource", "contact"), context.choice("operation", "create")];
  const action = actionNamed(context.reading.pack, "n8n", context.node.type, `${resource} ${operation}`);
  if (!action) return unknownNode(context);
  const members = membersOf(context.params, ["resource", "operation", "requestOptions", "returnAll"]);
  context.params?.ignoreAt("how many records a page has: steps read lists to their end", "returnAll");
  const input = readFields(action, members, context.node.name, context.read);
  return {
    step: { ...context.base, ...onError(context), does: "action", app: action.app, operation: action.operation.id, input },
    output: { is: "value", name: context.id, read: resultPath(action) },
  };
}

/** Whether the steps after it are done for each of several records. */
export function givesMany({ node, reading, params }: NodeContext): boolean {
  const action = actionNamed(
    reading.pack,
    "n8n",
    node.type,
    `${params?.textAt("resource") || "contact"} ${params?.textAt("operation") || "create"}`,
  );
  return action?.equivalent.many === true;
}

const membersOf = (params: ExportNode | undefined, except: readonly string[]): [string, ExportNode][] =>
  (params?.entries() ?? []).flatMap(([name, part]): [string, ExportNode][] =>
    except.includes(String(name)) ? [] : [[String(name), part]],
  );

function onError({ node: { part } }: NodeContext): { onError?: "continue" } {
  const goesOn = part.get("continueOnFail")?.value === true || part.textAt("onError").startsWith("continue");
  if (goesOn) for (const name of ["continueOnFail", "onError"]) part.get(name)?.converted();
  return goesOn ? { onError: "continue" } : {};
}

function unknownNode(context: NodeContext): ReadNode {
  const what = plainType(context.node.type);
  const step = placeholder({ id: context.id, title: context.base.title! }, membersOf(context.params, []), context.node.name, context.read);
  const { notes = [] } = context.base;
  context.node.part.get("type")?.check({ at: context.node.name, why: `there is no app '${what}' here yet`, todo: unknownApp(what) });
  return { step: { ...step, notes }, output: gives(context) };
}

/** `googleSheets` as people say it. */
const plainType = (type: string): string =>
  type
    .slice(0, 60)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/^./, (c) => c.toUpperCase());

function httpNode(context: NodeContext): ReadNode {
  const { params } = context;
  const method = context.choice("method") || context.choice("requestMethod", "GET");
  const url = context.field("url") ?? literal("");
  const headers = pairsOf(params, "headerParameters", "headerParametersUi").map(({ name, value }) =>
    readHeader(name.take(), value, context.at("headers"), context.read),
  );
  const query = pairsOf(params, "queryParameters", "queryParametersUi").flatMap(({ name, value }) => named(context, "query", name, value));
  const body = bodyOf(context);
  const request = context.attempt(params?.get("method"), "method", () =>
    readRequest(
      { method, url, headers: headers.filter(({ name }) => !isUsualHeader(name)), query, ...(body && { body }) },
      context.reading.pack,
    ),
  );
  leaveSwitches(context);
  if (!request) return { ...unknownNode(context) };
  const whole = params?.get("options", "response", "response", "fullResponse");
  const inner = whole?.value === true && whole.converted() ? without(["body"]) : (path: readonly (string | number)[]) => path;
  return {
    step: { ...context.base, ...onError(context), does: "action", app: request.app, operation: request.operation, input: request.input },
    output: { is: "value", name: context.id, read: (path) => request.ofAnswer(inner(path)) },
  };
}

/** Parameters that only say which of the others count. */
function leaveSwitches({ params }: NodeContext): void {
  params?.ignoreAt(
    "which fields a request has",
    "sendQuery",
    "sendHeaders",
    "sendBody",
    "specifyBody",
    "specifyHeaders",
    "specifyQuery",
    "contentType",
    "jsonParameters",
    "bodyContentType",
    "responseFormat",
  );
  params?.ignoreAt(
    "logins and their ids: connections are chosen here",
    "authentication",
    "genericAuthType",
    "nodeCredentialType",
    "provideSslCertificates",
  );
}

interface Pair {
  name: ExportNode;
  value: ExportNode;
}

/** Lists of names and values, as any version of the node has them. */
function pairsOf(params: ExportNode | undefined, ...lists: string[]): Pair[] {
  const rows = lists.flatMap((list) => params?.get(list, "parameters")?.items() ?? params?.get(list, "parameter")?.items() ?? []);
  return rows.flatMap((row) => {
    const [name, value] = [row.get("name"), row.get("value")];
    return name && value && name.text !== "" ? [{ name, value }] : [];
  });
}

function named(context: NodeContext, where: string, name: ExportNode, value: ExportNode): [string, Expr][] {
  const read = readField(value, context.at(`${where} › ${name.text}`), context.read, name.text);
  return read === undefined ? [] : [[name.take(), read]];
}

function bodyOf(context: NodeContext): Expr | undefined {
  const { params } = context;
  const json = params?.either("jsonBody", "bodyParametersJson", "body");
  if (json) {
    const read = json.isObject
      ? readField(json, context.at("body"), context.read)
      : context.attempt(json, "body", () => readJsonBody(context.read(json.text)));
    return read;
  }
  const pairs = pairsOf(params, "bodyParameters", "bodyParametersUi").flatMap(({ name, value }) => named(context, "body", name, value));
  return pairs.length === 0 ? undefined : { is: "object", members: pairs };
}

// ---------------------------------------------------------------- values

interface Assigned {
  name: ExportNode;
  value: ExportNode | undefined;
}

function assignmentsOf(params: ExportNode | undefined): Assigned[] {
  const rows = params?.get("assignments", "assignments")?.items() ?? params?.get("fields", "values")?.items();
  const old = () => (params?.get("values")?.entries() ?? []).flatMap(([, group]) => group.items());
  return (rows ?? old()).flatMap((row) => {
    const name = row.get("name");
    const value = row.either("value", "stringValue", "numberValue", "booleanValue", "arrayValue", "objectValue") ?? row.get("value");
    row.ignoreAt("marks of the old editor", "id", "type");
    return name ? [{ name, value }] : [];
  });
}

function setNode(context: NodeContext): ReadNode {
  const { params } = context;
  const raw = params?.get("jsonOutput");
  const whole = raw && context.attempt(raw, "jsonOutput", () => readJsonBody(context.read(raw.text)));
  const values: Record<string, Expr> = {};
  if (whole?.is === "object") for (const [name, value] of whole.members) put(values, name.split("."), value);
  for (const { name, value } of raw ? [] : assignmentsOf(params)) {
    const read = value && readField(value, context.at(name.text), context.read);
    if (read !== undefined) put(values, name.take().split("."), read);
  }
  const onlyOwn = keepsOnlyOwn(context);
  params?.ignoreAt("which fields a node has", "mode", "duplicateItem", "include");
  if (Object.keys(values).length === 0) return { output: passes(context) };
  return {
    step: { ...context.base, does: "format", values },
    output: { is: "fields", name: context.id, fields: new Set(Object.keys(values)), to: onlyOwn ? null : context.place.from },
  };
}

/** Whether only the fields it sets go on: so since version 3, and before where it was asked for. */
function keepsOnlyOwn({ params, node }: NodeContext): boolean {
  for (const name of ["keepOnlySet", "includeOtherFields", "include"]) params?.get(name)?.converted();
  if (node.version < 3) return params?.get("keepOnlySet")?.value === true;
  const include = params?.textAt("include");
  return params?.get("includeOtherFields")?.value !== true && (include === "" || include === "none" || include === undefined);
}

/** Puts a value under a name with dots, which means fields within fields. */
function put(values: Record<string, Expr>, [first, ...rest]: string[], value: Expr): void {
  if (first === undefined || ["__proto__", "constructor", "prototype"].includes(first)) return;
  if (rest.length === 0) return void (values[first] = value);
  const before = Object.hasOwn(values, first) ? values[first]! : undefined;
  const inner = Object.fromEntries(before?.is === "object" ? before.members : []);
  put(inner, rest, value);
  values[first] = { is: "object", members: Object.entries(inner) };
}

// ---------------------------------------------------------------- time

function waitNode(context: NodeContext): ReadNode {
  const resume = context.choice("resume", "timeInterval");
  const read = context.attempt(context.params?.get("resume"), "resume", (): Expr => {
    if (resume === "specificTime") return context.field("dateTime") ?? word("now");
    if (resume !== "timeInterval") throw new NotConvertible("waits for a call from outside, which no step does");
    const amount = context.field("amount") ?? literal(context.node.version > 1 ? 5 : 1);
    const unit = context.choice("unit", context.node.version > 1 ? "seconds" : "hours");
    return duration(amount, unit);
  });
  return { ...(read ? { step: { ...context.base, does: "wait", for: read } } : {}), output: passes(context) };
}

function duration(amount: Expr, unit: string): Expr {
  const sign = { seconds: "s", minutes: "m", hours: "h", days: "d" }[unit];
  if (sign === undefined) throw new NotConvertible(`counts in '${cutText(unit, 20)}'`);
  return amount.is === "literal" ? literal(`${amount.value}${sign}`) : { is: "join", parts: [amount, literal(sign)] };
}

function dateNode(context: NodeContext): ReadNode {
  const { params } = context;
  const name = context.choice("outputFieldName") || context.choice("dataPropertyName") || "date";
  const value = context.field("date") ?? context.field("value") ?? context.field("magnitude") ?? word("now");
  const moved = context.attempt(params?.get("operation") ?? params?.get("action"), "operation", (): Expr => {
    const operation = context.choice("operation") || context.choice("action", "format");
    if (operation === "getCurrentDate") return word("now");
    if (/format/i.test(operation)) return filter(value, "date", formatOf(context));
    if (!/add|subtract|calculate/i.test(operation)) throw new NotConvertible(`works on dates by '${cutText(operation, 40)}'`);
    const unit = context.choice("timeUnit", "days");
    return filter(value, `${/subtract/i.test(operation) ? "minus" : "plus"}_${unit}`, context.field("duration") ?? literal(0));
  });
  params?.ignoreAt("which fields a node has", "includeInputFields");
  if (!moved) return { output: passes(context) };
  return {
    step: { ...context.base, does: "format", values: { [name]: moved } },
    output: { is: "fields", name: context.id, fields: new Set([name]), to: context.place.from },
  };
}

const formatOf = (context: NodeContext): Expr => {
  const format = context.choice("format", "yyyy-MM-dd");
  return format === "custom" ? (context.field("customFormat") ?? literal("yyyy-MM-dd")) : (context.field("toFormat") ?? literal(format));
};

// ---------------------------------------------------------------- the rest

function stopNode(context: NodeContext): ReadNode {
  const reason = context.field("errorMessage") ?? context.field("errorObject");
  context.params?.ignoreAt("how an error is written", "errorType");
  const step: NeutralStep = { ...context.base, does: "stop", how: "failed", ...(reason ? { reason } : {}) };
  return { step, output: passes(context) };
}

/** Nodes that are left away, since nothing has to be done in their place, or nothing can. */
const listedNode =
  (why: string, todo: string): Reader =>
  (context) => {
    context.node.part.get("type")?.check({ at: context.node.name, why, todo });
    return { output: passes(context) };
  };

const noStep: Reader = (context) => ({ output: passes(context) });

function respondNode(context: NodeContext): ReadNode {
  const part = context.node.part.get("type");
  if (context.params?.textAt("respondWith") === "noData") part?.ignore("answers to senders: each gets a 202 at once");
  else
    part?.check({
      at: context.node.name,
      why: "senders get a 202 at once, and no answer of a flow",
      todo: "send what they need in a step of its own",
    });
  return { output: passes(context) };
}

const readers: Readonly<Record<string, Reader>> = {
  httpRequest: httpNode,
  set: setNode,
  wait: waitNode,
  dateTime: dateNode,
  stopAndError: stopNode,
  code: readCode,
  function: readCode,
  functionItem: readCode,
  noOp: noStep,
  start: noStep,
  respondToWebhook: respondNode,
  merge: listedNode(
    "steps here read each other's results by name, so nothing has to be merged",
    "look at the fields after it: choose from which step each comes",
  ),
  aggregate: listedNode(
    "the items of a loop are not put together again",
    "use a template that goes over the list: join_list, map or a for tag",
  ),
  summarize: listedNode("the items of a loop are not counted or summed up", "use the filters size, sum or map on the list"),
  sort: listedNode("lists are sorted where they are used", "add the filter sort to the list"),
  limit: listedNode("the number of items of a loop is not limited", "narrow the list, or set 'rows' of the step that reads it"),
  removeDuplicates: listedNode(
    "repeated items are not removed from a loop",
    "add the filter unique to the list, or give the trigger a key",
  ),
};
