import { listInputs } from "#catalog/described.ts";
import type { App, Effect, InputField, Operation } from "#catalog/types.ts";

const url: InputField = {
  name: "url",
  in: "path",
  required: true,
  schema: { type: "string", maxLength: 8000 },
  label: "Address",
  control: "text",
  text: "address",
  help: "The full web address, for example https://example.com/new-client. With a connection that has an address, the path after it is enough.",
};
const query: InputField = {
  name: "query",
  in: "query",
  wire: "",
  schema: { type: "object" },
  label: "Added to the address",
  control: "json",
};
const headers: InputField = {
  name: "headers",
  in: "header",
  wire: "",
  schema: { type: "object" },
  label: "Headers",
  control: "json",
  help: "Put passwords and keys in a connection: everybody who sees the flow can read what is here.",
};
const body: InputField = {
  name: "body",
  in: "body",
  wire: "",
  schema: {},
  label: "Data to send",
  control: "json",
  text: "body",
  help: "Sent as JSON. For a form or another format, add a Content-Type header.",
};
const idempotent: InputField = {
  name: "idempotent",
  in: "setting",
  schema: { type: "boolean", default: false },
  label: "Safe to send twice",
  control: "checkbox",
  help: "If the answer is lost, the request is sent again with the same Idempotency-Key, instead of holding the run. Only where the other side honours that header.",
};

/**
 * A request to any address. The method says what it does, so each is an operation of its own: a GET is a read and runs in a dry run,
 * PUT and DELETE leave the same state when repeated, POST and PATCH are not known to.
 */
const operations = [
  { ...request("get", "Get data from a web address", "read", [url, query, headers, ...listInputs]), anyList: true },
  request("post", "Send data to a web address", "other", [url, body, query, headers, idempotent]),
  request("put", "Replace data at a web address", "update", [url, body, query, headers]),
  request("patch", "Change data at a web address", "other", [url, body, query, headers, idempotent]),
  request("delete", "Delete data at a web address", "delete", [url, query, headers, body]),
];

function request(id: string, title: string, effect: Effect, input: InputField[]): Operation {
  const method = id.toUpperCase() as Operation["method"];
  return {
    id,
    app: "http",
    title,
    category: "HTTP",
    kind: effect === "read" ? "trigger" : "action",
    effect,
    method,
    path: "{+url}",
    scopes: [],
    access: [],
    input,
    result: "",
    ...(input.includes(idempotent) ? { idempotencyInput: "idempotent" } : {}),
    example: {
      input: { url: "https://example.com/contacts", ...(input.includes(body) ? { body: { email: "ada@example.com" } } : {}) },
      output: { ok: true },
    },
  };
}

export const http: App = {
  id: "http",
  title: "HTTP",
  baseUrl: "",
  auth: [
    { kind: "token", title: "Bearer token", header: "Authorization", prefix: "Bearer " },
    {
      kind: "header",
      title: "A header of its own",
      header: "X-API-Key",
      fields: [
        { name: "header", in: "setting", label: "Name of the header", placeholder: "X-API-Key" },
        { name: "token", in: "secret", label: "Value of the header", required: true },
      ],
    },
    {
      kind: "query",
      title: "A parameter in the address",
      param: "api_key",
      fields: [
        { name: "param", in: "setting", label: "Name of the parameter", placeholder: "api_key" },
        { name: "token", in: "secret", label: "Value of the parameter", required: true },
      ],
    },
    { kind: "basic", title: "User name and password" },
    { kind: "none" },
  ],
  mark: { icon: "globe", hue: 205 },
  operations,
  triggers: [
    {
      id: "webhook",
      app: "http",
      title: "Any webhook",
      kind: "webhook",
      key: [],
      repeatMs: 15 * 60_000,
      person: ["email", "phone", "name"],
      example: { email: "ada@example.com", name: "Ada Byron", phone: "+442079460123" },
      note: "Two posts with the same content within 15 minutes count as one event, unless the sender names its deliveries or the trigger has a key.",
    },
  ],
  refusals: [{ status: [401, 403], code: "OUTBOUND_REFUSED", refresh: true }],
};
