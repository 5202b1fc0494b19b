/** The code of the nodes: CommonJS without dependencies, as n8n loads it. What there is to call is in the JSON beside it. */

/** What both nodes share: requests, errors, and the lists that fields choose from. */
export const sharedCode = String.raw`"use strict";
const credentialsName = "millraceApi";
const mostAttempts = 4;
const longestWaitMs = 60000;

/** An error as n8n shows it: the sentence, the code beneath it, and the item that it is about. */
class MillraceNodeError extends Error {
  constructor(node, { code, message, details = {} }, status, itemIndex) {
    super(message);
    this.name = "NodeApiError";
    this.node = node;
    this.httpCode = String(status);
    this.description = code + (details.field === undefined ? "" : " (" + details.field + ")");
    this.timestamp = Date.now();
    this.context = itemIndex === undefined ? {} : { itemIndex };
  }
}

/** One request to Millrace. What can heal is tried again, when the answer says so. */
async function request(context, { method, path, body, headers = {}, itemIndex }) {
  const { url } = await context.getCredentials(credentialsName);
  const options = {
    method,
    url: String(url).replace(/\/+$/, "") + "/api/v1" + path,
    headers,
    json: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    ...(body !== undefined && { body }),
  };
  for (let attempt = 1; ; attempt++) {
    const reply = await context.helpers.httpRequestWithAuthentication.call(context, credentialsName, options);
    const answer = typeof reply.body === "string" ? parsed(reply.body) : reply.body;
    if (reply.statusCode < 300) return answer;
    const error = answer && answer.error ? answer.error : { code: "UNKNOWN", message: "Millrace answered " + reply.statusCode };
    const seconds = Number((reply.headers || {})["retry-after"]);
    const mayWait = reply.statusCode === 429 || reply.statusCode === 503 || error.code === "CALL_UNDER_WAY";
    if (!mayWait || attempt >= mostAttempts || seconds * 1000 > longestWaitMs) throw new MillraceNodeError(context.getNode(), error, reply.statusCode, itemIndex);
    await new Promise((resolve) => setTimeout(resolve, Number.isFinite(seconds) ? seconds * 1000 : 500 * 2 ** attempt));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const valueAt = (row, path) => path.split(".").reduce((value, key) => (value === null || value === undefined ? undefined : value[key]), row);

/** n8n computes what begins with "=". No choice is a formula: such a one has an apostrophe in front, which is taken off before it is sent. */
const asText = (value) => (typeof value === "string" && /^'*=/.test(value) ? "'" + value : value);
const ofText = (value) => (typeof value === "string" && /^'+=/.test(value) ? value.slice(1) : value);

/** The rows of a list as choices. */
async function choicesOf(context, lookup, filter) {
  const connection = context.getCurrentNodeParameter("connection") || undefined;
  const input = { ...lookup.input, ...(lookup.query !== undefined && { [lookup.query]: filter || "" }) };
  const path = "/operations/" + encodeURIComponent(lookup.operation);
  const { output } = await request(context, { method: "POST", path, body: { connection, input } });
  const rows = Array.isArray(output) ? output : [output];
  const all = lookup.list === undefined ? rows : rows.flatMap((row) => valueAt(row, lookup.list) || []);
  const choices = all.map((row) => {
    const value = valueAt(row, lookup.value);
    const name = lookup.label.map((label) => valueAt(row, label)).filter((text) => text !== undefined && text !== null && text !== "").join(" ");
    return { name: asText(name || String(value)), value: asText(value) };
  });
  const wanted = lookup.query === undefined && filter ? choices.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase())) : choices;
  return wanted.filter(({ value }) => value !== undefined && value !== null);
}

/** The methods by which n8n fills the lists of fields. */
function methodsOf(data, nameOfCall) {
  const searches = {};
  const options = {};
  for (const [name, lookup] of Object.entries(data.lookups)) {
    searches[name] = async function (filter) {
      return { results: await choicesOf(this, lookup, filter) };
    };
    options[name] = async function () {
      return choicesOf(this, lookup);
    };
  }
  options.getConnections = async function () {
    const call = data.calls[this.getCurrentNodeParameter(nameOfCall)];
    const { connections } = await request(this, { method: "GET", path: "/connections" });
    return connections.filter(({ app }) => call === undefined || app === call.app).map(({ name, title }) => ({ name: asText(title || name), value: name }));
  };
  return { loadOptions: options, listSearch: searches };
}

/** The input of a call, of what a person filled in. What is empty is left out. */
function inputOf(call, parameter) {
  const input = {};
  const additional = parameter("additionalFields") || {};
  for (const { property, field, kind } of call.fields) {
    const given = parameter(property);
    const value = plainValue(given === undefined ? additional[property] : given, kind, field);
    if (value !== undefined && value !== null && value !== "") input[field] = value;
  }
  return input;
}

function plainValue(value, kind, field) {
  if (value === undefined || value === null || value === "") return undefined;
  if (kind === "choice") return ofText(value);
  if (kind === "locator") return typeof value === "object" && "value" in value ? located(value) : value;
  if (kind === "pairs") return pairsOf(value);
  if (kind !== "json" || typeof value !== "string") return value;
  const read = parsed(value);
  if (read === undefined) throw new Error(field + ": this is not valid JSON");
  return isBlank(read) ? undefined : read;
}
/** What was chosen from a list; what somebody typed is sent as it is. */
const located = ({ mode, value }) => (mode === "list" ? ofText(value) : value);
const isBlank = (value) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

function pairsOf(value) {
  const pairs = Array.isArray(value.pairs) ? value.pairs : [];
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs.map((pair) => [ofText(pair.name), pair.value]));
}

module.exports = { credentialsName, inputOf, methodsOf, MillraceNodeError, request };
`;

/** The node that calls operations. */
export const actionCode = String.raw`"use strict";
const { randomUUID } = require("node:crypto");
const data = require("./data.json");
const { credentialsName, inputOf, methodsOf, request } = require("../../shared/millrace.js");

const mostRows = 10000;

class Millrace {
  constructor() {
    this.description = {
      displayName: "Millrace",
      name: "millrace",
      icon: "file:millrace.svg",
      group: ["transform"],
      version: 1,
      subtitle: '={{$parameter["operation"]}}',
      description: "Call the operations of the apps that are connected to Millrace",
      defaults: { name: "Millrace" },
      inputs: ["main"],
      outputs: ["main"],
      usableAsTool: true,
      credentials: [{ name: credentialsName, required: true }],
      properties: data.properties,
    };
    this.methods = methodsOf(data, "operation");
  }

  async execute() {
    const items = this.getInputData();
    const results = [];
    for (let item = 0; item < items.length; item++) {
      try {
        for (const json of await callFor(this, item)) results.push({ json, pairedItem: { item } });
      } catch (error) {
        if (!this.continueOnFail()) throw about(error, this.getNode(), item);
        results.push({ json: { error: error.message, code: error.description }, pairedItem: { item } });
      }
    }
    return [results];
  }
}

/** Makes the call for one item and gives what comes of it as the items of n8n. */
async function callFor(context, item) {
  const parameter = (name) => context.getNodeParameter(name, item, undefined);
  const operation = parameter("operation");
  const call = data.calls[operation];
  if (call === undefined) throw new Error("This node does not know the operation " + operation + ": export it again");
  const body = { input: inputOf(call, parameter), dryRun: parameter("dryRun") === true };
  const connection = parameter("connection");
  if (connection) body.connection = connection;
  if (call.list) body.rows = parameter("returnAll") === true ? mostRows : Number(parameter("limit") || 50);
  const reply = await request(context, {
    method: "POST",
    path: "/operations/" + encodeURIComponent(operation),
    body,
    headers: call.reads || body.dryRun ? {} : { "idempotency-key": randomUUID() },
    itemIndex: item,
  });
  if (body.dryRun) return [{ output: reply.output, effects: reply.effects || [], notices: reply.notices || [] }];
  return (Array.isArray(reply.output) ? reply.output : [reply.output]).map(itemOf);
}

const itemOf = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : { value });

function about(error, node, itemIndex) {
  error.node = error.node || node;
  error.context = { ...error.context, itemIndex };
  return error;
}

module.exports = { Millrace };
`;

/** The node that starts workflows. */
export const triggerCode = String.raw`"use strict";
const data = require("./data.json");
const { credentialsName, inputOf, methodsOf, request } = require("../../shared/millrace.js");

class MillraceTrigger {
  constructor() {
    this.description = {
      displayName: "Millrace Trigger",
      name: "millraceTrigger",
      icon: "file:millrace.svg",
      group: ["trigger"],
      version: 1,
      subtitle: '={{$parameter["event"]}}',
      description: "Starts the workflow when something happens in an app that is connected to Millrace",
      defaults: { name: "Millrace Trigger" },
      inputs: [],
      outputs: ["main"],
      credentials: [{ name: credentialsName, required: true }],
      webhooks: [{ name: "default", httpMethod: "POST", responseMode: "onReceived", path: "webhook" }],
      properties: data.properties,
    };
    this.methods = methodsOf(data, "event");
    this.webhookMethods = { default: { checkExists, create, delete: remove } };
  }

  async webhook() {
    const body = this.getBodyData();
    const events = Array.isArray(body) ? body : [body];
    return { workflowData: [events.map((json) => ({ json }))] };
  }
}

/** The address of a workflow stays the same, and so does what was subscribed for it. */
async function checkExists() {
  const kept = this.getWorkflowStaticData("node");
  return kept.targetId !== undefined && kept.url === this.getNodeWebhookUrl("default");
}

async function create() {
  const parameter = (name) => this.getNodeParameter(name, undefined);
  const call = data.calls[parameter("event")];
  const url = this.getNodeWebhookUrl("default");
  const connection = parameter("connection");
  const body = { app: call.app, trigger: call.key, url, tool: "n8n", input: inputOf(call, parameter), ...(connection && { connection }) };
  const { id } = await request(this, { method: "POST", path: "/webhook-targets", body });
  Object.assign(this.getWorkflowStaticData("node"), { targetId: id, url });
  return true;
}

async function remove() {
  const kept = this.getWorkflowStaticData("node");
  if (kept.targetId === undefined) return true;
  try {
    await request(this, { method: "DELETE", path: "/webhook-targets/" + encodeURIComponent(kept.targetId) });
  } catch (error) {
    if (error.httpCode !== "404") return false;
  }
  delete kept.targetId;
  delete kept.url;
  return true;
}

module.exports = { MillraceTrigger };
`;

/** The login: where Millrace is, and an API key. */
export const credentialsCode = String.raw`"use strict";

class MillraceApi {
  constructor() {
    this.name = "millraceApi";
    this.displayName = "Millrace API";
    this.icon = "file:millrace.svg";
    this.properties = [
      {
        displayName: "Address",
        name: "url",
        type: "string",
        default: "",
        placeholder: "https://millrace.example.com",
        description: "Where Millrace is, without a path",
        required: true,
      },
      {
        displayName: "API Key",
        name: "key",
        type: "string",
        typeOptions: { password: true },
        default: "",
        description: "An API key of Millrace with the scopes operations:call, connections:read and, for triggers, targets:write",
        required: true,
      },
    ];
    this.authenticate = { type: "generic", properties: { headers: { Authorization: "=Bearer {{$credentials.key}}" } } };
    this.test = { request: { baseURL: '={{$credentials.url.replace(/\\/+$/, "")}}', url: "/api/v1/connections" } };
  }
}

module.exports = { MillraceApi };
`;

/** A mill wheel. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60" fill="none" stroke="#0e8a9a" stroke-width="4" stroke-linecap="round"><circle cx="30" cy="30" r="20"/><circle cx="30" cy="30" r="5"/><path d="M30 4v52M4 30h52M12 12l36 36M48 12L12 48"/></svg>
`;
