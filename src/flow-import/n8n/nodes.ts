import { type Expr, literal } from "../expr.ts";
import { readField } from "../fields.ts";
import { actionNamed, appNamed, readFields, resultPath } from "../actions.ts";
import type { NeutralStep } from "../neutral.ts";
import { without } from "../outputs.ts";
import type { ExportNode } from "../export-node.ts";
import { placeholder, unknownApp } from "../placeholders.ts";
import { isUsualHeader, readHeader, readJsonBody, readRequest } from "../requests.ts";
import { readCode } from "./code.ts";
import { gives, type NodeContext, passes, type ReadNode } from "./context.ts";
import { setNode } from "./set.ts";
import { dateNode, waitNode } from "./time.ts";

/** What each node of a workflow is here, by its type. Nodes that part the way are read where the ways are followed. */

type Reader = (context: NodeContext) => ReadNode;

/** What a node is here: its step, and where its values are. */
export function readNode(context: NodeContext): ReadNode {
  const { type } = context.node;
  if (Object.hasOwn(readers, type)) return readers[type]!(context);
  return appNamed(context.reading.pack, "n8n", type) ? appNode(context) : unknownNode(context);
}

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
