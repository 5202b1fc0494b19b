/**
 * The JavaScript of a project that is the same in every export: how an action is called, and how our errors become the platform's. It is
 * text, since it runs at Zapier and not here. What differs is data in the files of the actions.
 */

/** Every call of a Millrace goes through here. */
const call = `"use strict";

/** The longest list of a poll that the platform takes. */
const mostRows = 100;

const addressOf = ({ authData }) => String(authData.url).trim().replace(/\\/+$/, "").replace(/\\/api\\/v1$/, "") + "/api/v1";

/** One request to the API of Millrace; gives the answer, and throws what the platform expects. */
const request = async (z, bundle, method, path, body) => {
  const answer = await z.request({
    method,
    url: addressOf(bundle) + path,
    headers: { authorization: "Bearer " + bundle.authData.api_key, accept: "application/json" },
    ...(body === undefined ? {} : { body }),
    skipThrowForStatus: true,
    throwForThrottlingEarly: false,
  });
  if (answer.status < 300) return answer.data;
  throw errorOf(z, answer);
};

/** A refused key asks for a new connection, a busy Millrace is asked again later, and what will not heal by itself halts the Zap. */
const errorOf = (z, answer) => {
  const error = (answer.data && answer.data.error) || {};
  const message = error.message || "The Millrace answered with status " + answer.status + ".";
  if (answer.status === 401) return new z.errors.ExpiredAuthError(message);
  const wait = Number(answer.getHeader("retry-after") || (error.details && error.details.seconds));
  if (answer.status === 429 || answer.status === 503) return new z.errors.ThrottledError(message, wait > 0 ? wait : 60);
  if (answer.status < 500) return Object.assign(new z.errors.HaltedError(message), { code: error.code });
  return new z.errors.Error(message, error.code || "MILLRACE_ERROR", answer.status);
};

/** Calls one operation and gives its result. */
const callOperation = async (z, bundle, { app, operation, input, rows }) => {
  const connection = bundle.inputData.millrace_connection || undefined;
  const path = "/operations/" + encodeURIComponent(app + "." + operation);
  const answer = await request(z, bundle, "POST", path, { connection, input, ...(rows ? { rows } : {}) });
  return answer.output;
};

/** The value at a dotted path of a record. */
const at = (record, path) => path.split(".").reduce((value, key) => (value === null || value === undefined ? undefined : value[key]), record);

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The platform wants objects: any other value is put into one. */
const recordOf = (value) => (isRecord(value) ? value : { done: true, ...(value === null || value === undefined ? {} : { value }) });

/** Records with ids, by which the platform tells new ones from those it has seen. */
const recordsOf = (output, identity) =>
  (Array.isArray(output) ? output : output === null || output === undefined ? [] : [output]).slice(0, mostRows).map((row) => {
    const record = recordOf(row);
    if (record.id !== undefined && record.id !== null) return record;
    const own = identity ? at(record, identity) : undefined;
    return { ...record, id: own === undefined || own === null ? JSON.stringify(record) : String(own) };
  });

module.exports = { request, callOperation, at, isRecord, recordOf, recordsOf, mostRows };
`;

const input = `"use strict";

const { callOperation, at, isRecord } = require("./call.js");

const customPrefix = "custom_field_";

/** The input of an operation, from the fields of the form. What was left empty is left out. */
const inputOf = (z, bundle, { places, constants, customFields }) => {
  const input = {};
  for (const [key, place] of Object.entries(places)) {
    const value = read(z, key, bundle.inputData[key], place);
    if (value !== undefined) put(input, place.path, value);
  }
  for (const custom of customFields || []) {
    const values = customValues(bundle.inputData, custom);
    if (Object.keys(values).length > 0) input[custom.input] = values;
  }
  return { ...input, ...(constants || {}) };
};

const isEmpty = (value) =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.every(isEmpty)) ||
  (isRecord(value) && Object.keys(value).length === 0);

/** Line items go by the keys of their fields, and a single one may come without its list. */
const itemsOf = (value, names) =>
  (Array.isArray(value) ? value : [value]).map((item) =>
    Object.fromEntries(Object.entries(names).flatMap(([key, name]) => (isEmpty(item[key]) ? [] : [[name, item[key]]]))),
  );

const read = (z, key, value, { as, items }) => {
  if (isEmpty(value)) return undefined;
  if (items) return itemsOf(value, items);
  if (as === "number") return Number(value);
  if (as !== "json" || typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    if (/^\\s*[[{]/.test(value)) throw new z.errors.HaltedError("The field '" + key + "' is not valid JSON.");
    return value;
  }
};

const put = (input, path, value) => {
  const [first, ...rest] = path;
  if (rest.length === 0) input[first] = value;
  else put((input[first] = input[first] || {}), rest, value);
};

const customKey = (custom, value) => customPrefix + custom.input + "_" + Buffer.from(String(value)).toString("hex");

const customValues = (inputData, custom) => {
  const values = {};
  const prefix = customPrefix + custom.input + "_";
  for (const [key, value] of Object.entries(inputData))
    if (key.startsWith(prefix) && !isEmpty(value)) values[Buffer.from(key.slice(prefix.length), "hex").toString()] = value;
  return values;
};

const types = { number: { type: "number" }, date: { type: "datetime" }, longtext: { type: "text" }, tags: { list: true }, json: { type: "json" } };

/** The custom fields of the chosen connection, as fields of the form. */
const customFieldsOf = (app, custom) => async (z, bundle) => {
  if (!bundle.inputData.millrace_connection) return [];
  const rows = await callOperation(z, bundle, { app, operation: custom.operation, input: custom.search });
  return (Array.isArray(rows) ? rows : []).filter((row) => at(row, custom.value)).map((row) => {
    const control = custom.controls && custom.controls.of[at(row, custom.controls.row)];
    const options = custom.options ? at(row, custom.options.row) : undefined;
    const isClosed = Array.isArray(options) && options.length > 0 && at(row, custom.options.open) !== true && (!control || control === "tags");
    return {
      key: customKey(custom, at(row, custom.value)),
      label: String(at(row, custom.label) || at(row, custom.value)),
      ...(types[control] || {}),
      ...(isClosed ? { choices: options.map(String) } : {}),
    };
  });
};

module.exports = { inputOf, customFieldsOf };
`;

const actions = `"use strict";

const { request, callOperation, at, recordOf, recordsOf, mostRows } = require("./call.js");
const { inputOf, customFieldsOf } = require("./input.js");

const inputFieldsOf = ({ app, fields, customFields }) => [...fields, ...(customFields || []).map((custom) => customFieldsOf(app, custom))];

/** A read that finds nothing is no error to the platform. */
const search = (action) => ({
  key: action.key,
  noun: action.noun,
  display: action.display,
  operation: {
    inputFields: inputFieldsOf(action),
    perform: async (z, bundle) => {
      const { app, operation, identity } = action;
      try {
        return recordsOf(await callOperation(z, bundle, { app, operation, input: inputOf(z, bundle, action), rows: mostRows }), identity);
      } catch (error) {
        if (error.code === "OUTBOUND_NOT_FOUND") return [];
        throw error;
      }
    },
    sample: action.sample,
    outputFields: action.outputFields,
  },
});

const create = (action) => ({
  key: action.key,
  noun: action.noun,
  display: action.display,
  operation: {
    inputFields: inputFieldsOf(action),
    perform: async (z, bundle) => {
      const { app, operation } = action;
      return recordOf(await callOperation(z, bundle, { app, operation, input: inputOf(z, bundle, action) }));
    },
    sample: action.sample,
    outputFields: action.outputFields,
  },
});

/** A list that is read newest first; the platform compares the ids. */
const poll = (action) => ({
  key: action.key,
  noun: action.noun,
  display: action.display,
  operation: {
    type: "polling",
    inputFields: inputFieldsOf(action),
    perform: async (z, bundle) => {
      const { app, operation, identity } = action;
      const rows = bundle.meta && bundle.meta.isLoadingSample ? 3 : mostRows;
      return recordsOf(await callOperation(z, bundle, { app, operation, input: inputOf(z, bundle, action), rows }), identity);
    },
    sample: action.sample,
    outputFields: action.outputFields,
  },
});

/** Millrace posts each event to the Zap's address, and tries again where that fails. */
const hook = (action) => {
  const trigger = (z, bundle) => ({
    app: action.app,
    trigger: action.operation,
    connection: bundle.inputData.millrace_connection || undefined,
    input: inputOf(z, bundle, action),
  });
  return {
    key: action.key,
    noun: action.noun,
    display: action.display,
    operation: {
      type: "hook",
      inputFields: inputFieldsOf(action),
      performSubscribe: (z, bundle) =>
        request(z, bundle, "POST", "/webhook-targets", { ...trigger(z, bundle), url: bundle.targetUrl, tool: "Zapier" }),
      performUnsubscribe: async (z, bundle) => {
        try {
          return await request(z, bundle, "DELETE", "/webhook-targets/" + encodeURIComponent(bundle.subscribeData.id));
        } catch (error) {
          if (error.code === "NOT_FOUND") return { ok: true };
          throw error;
        }
      },
      perform: (z, bundle) => recordsOf(bundle.cleanedRequest, action.identity),
      performList: async (z, bundle) => {
        const { events } = await request(z, bundle, "POST", "/webhook-targets/samples", trigger(z, bundle));
        return recordsOf(events, action.identity);
      },
      sample: action.sample,
      outputFields: action.outputFields,
    },
  };
};

/** A hidden trigger that feeds a drop-down. */
const hidden = (key, noun, perform) => ({
  key,
  noun,
  display: { label: noun, description: "Triggers when a drop-down is opened.", hidden: true },
  operation: { type: "polling", perform },
});

const connections = ({ key, noun, app }) =>
  hidden(key, noun, async (z, bundle) => {
    const { connections } = await request(z, bundle, "GET", "/connections");
    const own = connections.filter((connection) => connection.app === app);
    return own.map(({ name, title, access }) => ({ id: name, name: title + (access === "agency" ? " (agency)" : "") }));
  });

const choices = (list) =>
  hidden(list.key, list.noun, async (z, bundle) => {
    const read = (operation) => callOperation(z, bundle, { app: list.app, operation, input: list.search });
    const rows = await read(list.operation).catch((error) => {
      if (!list.otherwise) throw error;
      return read(list.otherwise);
    });
    return choicesIn(list, Array.isArray(rows) ? rows : [rows], list.within && bundle.inputData[list.within.field]);
  });

const choicesIn = (list, rows, parent) => {
  const isRetired = (row) => list.retired !== undefined && list.retired.values.includes(at(row, list.retired.row));
  const choice = (row, within) => ({ id: String(at(row, list.value)), name: (within ? within + " / " : "") + String(at(row, list.label) || at(row, list.value)) });
  const usable = (all) => all.filter((row) => at(row, list.value) !== undefined && at(row, list.value) !== null && !isRetired(row));
  if (!list.list) return usable(rows).map((row) => choice(row));
  const { within } = list;
  return rows
    .filter((row) => !within || !parent || String(at(row, within.row)) === String(parent))
    .flatMap((row) => usable(at(row, list.list) || []).map((one) => choice(one, within && !parent ? at(row, within.label) : undefined)));
};

module.exports = { search, create, poll, hook, connections, choices };
`;

const authentication = `"use strict";

const { request } = require("./lib/call.js");

module.exports = {
  type: "custom",
  fields: [
    { key: "url", label: "Address of Your Millrace", type: "string", required: true, helpText: "Where it is reached from the internet, as it stands in the browser. Zapier cannot reach a machine at home without a public address." },
    { key: "api_key", label: "API Key", type: "password", required: true, helpText: "Made in your Millrace under People, API keys. The page for Zapier there says what the key may do." },
  ],
  test: (z, bundle) => request(z, bundle, "GET", "/session"),
  connectionLabel: (z, bundle) => {
    const { workspace, apiKey } = bundle.inputData;
    return [workspace && workspace.name, apiKey].filter(Boolean).join(", ") || "Millrace";
  },
};
`;

/** The files of every project, by their path. */
export const runtimeFiles: Readonly<Record<string, string>> = {
  "lib/call.js": call,
  "lib/input.js": input,
  "lib/actions.js": actions,
  "authentication.js": authentication,
};
