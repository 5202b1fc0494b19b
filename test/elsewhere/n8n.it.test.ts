/** The exported n8n package: loaded by the rules of n8n's loader, and executed against a running Millrace. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConnectionView } from "#api/schemas.ts";
import { createAppRegistry } from "#apps/index.ts";
import { isObject } from "#kernel/json.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { NodeField, NodeOption, NodeProperty, NodePropertyGroup } from "#surfaces/n8n/property.ts";
import { openExportHouse, type ExportHouse } from "./house.ts";

interface Description {
  name: string;
  displayName: string;
  description: string;
  icon: string;
  group: string[];
  version: number;
  defaults: { name: string };
  inputs: string[];
  outputs: string[];
  credentials: { name: string }[];
  webhooks?: { name: string; httpMethod: string; path: string }[];
  properties: NodeProperty[];
}
type Method = (this: object, filter?: string) => Promise<unknown>;
interface Node {
  description: Description;
  methods: { loadOptions: Record<string, Method>; listSearch: Record<string, Method> };
  webhookMethods?: { default: Record<"checkExists" | "create" | "delete", Method> };
  execute?(this: object): Promise<{ json: Record<string, unknown>; pairedItem: { item: number } }[][]>;
  webhook?(this: object): Promise<{ workflowData: { json: unknown }[][] }>;
}
interface Credential {
  name: string;
  displayName: string;
  properties: NodeProperty[];
  authenticate: object;
  test: object;
}

let open: ExportHouse;
let folder: string;
let facts: Record<string, unknown> & { n8n: { nodes: string[]; credentials: string[] } };
let nodes: Map<string, Node>;
let credentials: Credential[];
let connections: ConnectionView[];
/** As n8n's loader does: the class of a file goes by the file's name. */
const load = <T>(path: string): T => {
  const className = basename(path).split(".")[0]!;
  const module = createRequire(import.meta.url)(join(folder, path)) as Record<string, new () => T>;
  return new module[className]!();
};
beforeAll(async () => {
  open = await openExportHouse();
  folder = join(open.place, "n8n-nodes-millrace");
  await open.exported("n8n", folder);
  facts = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as typeof facts;
  nodes = new Map(facts.n8n.nodes.map((path) => [path, load<Node>(path)]));
  credentials = facts.n8n.credentials.map((path) => load<Credential>(path));
  connections = (await open.house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body.connections;
});
afterAll(() => open.close());

const action = () => nodes.get("dist/nodes/Millrace/Millrace.node.js")!;
const trigger = () => nodes.get("dist/nodes/MillraceTrigger/MillraceTrigger.node.js")!;

/** What n8n gives a node as `this`. */
function fakeThis(parameters: Record<string, unknown>, { continues = false, more = {} }: { continues?: boolean; more?: object } = {}) {
  return {
    getInputData: () => [{ json: {} }],
    getNodeParameter: (name: string, item: unknown, fallback?: unknown) => parameters[name] ?? (typeof item === "number" ? fallback : item),
    getCurrentNodeParameter: (name: string) => parameters[name],
    getCredentials: async () => ({ url: `${open.url}/`, key: open.key }),
    getNode: () => ({ name: "Millrace", id: "node" }),
    continueOnFail: () => continues,
    helpers: {
      async httpRequestWithAuthentication(
        _: string,
        options: { method: string; url: string; headers: Record<string, string>; body?: unknown },
      ) {
        const type: Record<string, string> = options.body === undefined ? {} : { "content-type": "application/json" };
        const headers = { ...options.headers, authorization: `Bearer ${open.key}`, ...type };
        const body = options.body === undefined ? {} : { body: JSON.stringify(options.body) };
        const reply = await fetch(options.url, { method: options.method, headers, ...body });
        return { statusCode: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.json() };
      },
    },
    ...more,
  };
}

const childrenOf = ({ type, options = [] }: NodeProperty): NodeProperty[] => {
  if (type === "collection") return options as NodeProperty[];
  return type === "fixedCollection" ? (options as NodePropertyGroup[]).flatMap(({ values }) => values) : [];
};
const withChildren = (property: NodeProperty): NodeProperty[] => [property, ...childrenOf(property).flatMap(withChildren)];

describe("the exported package", () => {
  test("is a community package without dependencies and without secrets", () => {
    expect(facts).toMatchObject({
      name: "n8n-nodes-millrace",
      license: "MIT",
      keywords: expect.arrayContaining(["n8n-community-node-package"]),
    });
    for (const name of ["dependencies", "peerDependencies", "optionalDependencies"]) expect(facts).not.toHaveProperty(name);
    const texts = [...facts.n8n.nodes, ...facts.n8n.credentials, "dist/nodes/Millrace/data.json"].map((path) =>
      readFileSync(join(folder, path), "utf8"),
    );
    expect(texts.join("")).not.toContain(open.key);
    expect(texts.join("")).not.toMatch(/require\("n8n/);
  });

  test("has nodes and credentials that n8n can load and show", () => {
    for (const [path, { description }] of nodes) {
      expect(description.name).toMatch(/^millrace[A-Za-z]*$/);
      for (const name of ["displayName", "description", "group", "version", "defaults", "inputs", "outputs", "properties"] as const)
        expect(description[name], `${path} ${name}`).toBeDefined();
      expect(existsSync(join(folder, dirname(path), description.icon.replace("file:", "")))).toBe(true);
      expect(JSON.parse(readFileSync(join(folder, path.replace(/js$/, "json")), "utf8"))).toMatchObject({ codexVersion: "1.0" });
      for (const { name } of description.credentials) expect(credentials.map((one) => one.name)).toContain(name);
    }
    expect(credentials).toMatchObject([{ displayName: "Millrace API", authenticate: { type: "generic" }, test: { request: {} } }]);
  });

  test("has properties that n8n takes: unique names, choices that exist, and lists that can be loaded", () => {
    for (const { description, methods } of nodes.values()) {
      const { properties } = description;
      const shown = properties.map(({ name, displayOptions }) => JSON.stringify([name, displayOptions ?? null]));
      expect(new Set(shown).size).toBe(shown.length);
      const all = properties.flatMap(withChildren);
      for (const property of all) {
        const { name, displayName, type, typeOptions = {}, modes = [] } = property;
        expect(name, displayName).toMatch(/^\w+$/);
        expect(displayName.trim()).not.toBe("");
        expect(property, name).toHaveProperty("default");
        const { loadOptionsMethod } = typeOptions;
        if (typeof loadOptionsMethod === "string") expect(methods.loadOptions).toHaveProperty(loadOptionsMethod);
        for (const mode of modes) {
          const method = (mode as { typeOptions?: { searchListMethod: string } }).typeOptions?.searchListMethod;
          if (method !== undefined) expect(methods.listSearch).toHaveProperty(method);
        }
        if (type === "options" && property.options) {
          const values = (property.options as NodeOption[]).map(({ value }) => value);
          expect(new Set(values).size, name).toBe(values.length);
          expect(values, name).toContain(property.default);
        }
        for (const names of childrenOf(property).length > 0 ? [childrenOf(property).map((child) => child.name)] : [])
          expect(new Set(names).size, name).toBe(names.length);
      }
      for (const { name, displayOptions } of properties)
        for (const [of, values] of Object.entries(displayOptions?.show ?? {})) {
          const known = properties
            .filter((one) => one.name === of)
            .flatMap(({ type, options = [] }) =>
              type === "boolean" ? [true, false] : (options as NodeOption[]).map(({ value }) => value),
            );
          for (const value of values) expect(known, `${name} is shown by ${of}`).toContain(value);
        }
    }
  });

  test("signs in with a key that may do no more than it needs", async () => {
    const scopes = ["operations:call", "connections:read"];
    const { body } = await open.house.api<{ key: string }>("POST", "/api-keys", { name: "n8n", role: "builder", scopes });
    const { url } = (credentials[0]!.test as { request: { url: string } }).request;
    const tried = (key: string) => fetch(open.url + url, { headers: { authorization: `Bearer ${key}` } });
    expect([(await tried(body.key)).status, (await tried("mr_wrong")).status]).toEqual([200, 401]);
  });

  test("has every operation that the catalog lists, and every trigger", () => {
    const { apps } = createAppRegistry().of("any");
    const valuesOf = (node: Node, name: string) =>
      node.description.properties
        .filter((one) => one.name === name)
        .flatMap(({ options = [] }) => (options as NodeOption[]).map(({ value }) => value));
    const operations = apps.flatMap((app) => app.operations.map(({ id }) => `${app.id}.${id}`));
    expect(valuesOf(action(), "operation")).toEqual(expect.arrayContaining([...operations, "helpdesk.tickets.create"]));
    const triggers = apps.flatMap((app) => [...app.triggers, ...(app.changes ?? [])].map(({ id }) => `${app.id}.${id}`));
    expect(valuesOf(trigger(), "event")).toEqual(expect.arrayContaining(triggers));
  });
});

/** What a person would have filled in for an input. */
function filledIn(operation: string, input: Record<string, unknown>): Record<string, unknown> {
  const data = JSON.parse(readFileSync(join(folder, "dist/nodes/Millrace/data.json"), "utf8")) as {
    calls: Record<string, { fields: NodeField[] }>;
    properties: NodeProperty[];
  };
  const own = data.properties.filter(({ displayOptions }) => displayOptions?.show["operation"]?.includes(operation));
  const needed = new Set(own.filter(({ required }) => required).map(({ name }) => name));
  const filled = data.calls[operation]!.fields.flatMap(({ field, property, kind }): [string, unknown][] => {
    const value = input[field];
    if (value === undefined) return [];
    if (kind === "locator") return [[property, { __rl: true, mode: "id", value }]];
    if (kind === "pairs" && isObject(value))
      return [[property, { pairs: Object.entries(value).map(([name, one]) => ({ name, value: one })) }]];
    return [[property, kind === "json" ? JSON.stringify(value) : value]];
  });
  return {
    operation,
    ...Object.fromEntries(filled.filter(([name]) => needed.has(name))),
    additionalFields: Object.fromEntries(filled.filter(([name]) => !needed.has(name))),
  };
}

/** What needs an agency's login, or names the sub-account of an example. */
const ofOtherLogins = {
  CONNECTION_WRONG_KIND: ["users.filter_by_email", "snapshots.list", "locations.create", "companies.get"].map((id) => `highlevel.${id}`),
  WRONG_LOCATION: ["highlevel.users.create"],
};

describe("the node, executed against a running Millrace", () => {
  test("makes a contact, reads it, and tries a change without a write", async () => {
    const made = filledIn("highlevel.contacts.create", { email: "n8n@example.com", tags: "vip, lead" });
    const [[item]] = (await action().execute!.call(fakeThis({ ...made, connection: "acme" }))) as unknown as [
      [{ json: { id: string; tags: string[] }; pairedItem: object }],
    ];
    expect(item).toMatchObject({ json: { email: "n8n@example.com", tags: ["vip", "lead"] }, pairedItem: { item: 0 } });
    const read = filledIn("highlevel.contacts.get", { contactId: item.json.id });
    expect((await action().execute!.call(fakeThis({ ...read, connection: "acme" })))[0]![0]!.json).toMatchObject({ id: item.json.id });
    const change = filledIn("highlevel.contacts.update", { contactId: item.json.id, firstName: "Ada" });
    const [[tried]] = (await action().execute!.call(fakeThis({ ...change, connection: "acme", dryRun: true }))) as unknown as [
      [{ json: { effects: unknown[] } }],
    ];
    expect(tried.json.effects).toHaveLength(1);
  });

  test("gives an item for each row of a list, up to its limit", async () => {
    const list = { ...filledIn("highlevel.contacts.search", {}), connection: "acme", limit: 3 };
    expect((await action().execute!.call(fakeThis(list)))[0]).toHaveLength(3);
  });

  test("fails with Millrace's sentence at the item, or goes on where that is wanted", async () => {
    const wrong = { ...filledIn("highlevel.contacts.get", { contactId: "" }), connection: "acme" };
    const error = await action()
      .execute!.call(fakeThis(wrong))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "NodeApiError",
      httpCode: "422",
      description: "STEP_INPUT_INVALID (contactId)",
      context: { itemIndex: 0 },
    });
    const [[item]] = (await action().execute!.call(fakeThis(wrong, { continues: true }))) as unknown as [[{ json: object }]];
    expect(item.json).toMatchObject({ error: expect.stringContaining("contactId"), code: "STEP_INPUT_INVALID (contactId)" });
  });

  test("offers connections and the choices of fields", async () => {
    const { loadOptions, listSearch } = action().methods;
    const of = fakeThis({ operation: "highlevel.contacts.create", connection: "acme" });
    expect(await loadOptions["getConnections"]!.call(of)).toContainEqual({ name: "Acme Dental", value: "acme" });
    const owner = action()
      .description.properties.flatMap(withChildren)
      .find(({ name }) => name === "assignedTo")!;
    const [{ typeOptions }] = owner.modes as [{ typeOptions: { searchListMethod: string } }];
    const { results } = (await listSearch[typeOptions.searchListMethod]!.call(of, "")) as { results: { name: string; value: string }[] };
    expect(results.length).toBeGreaterThan(1);
    const narrowed = (await listSearch[typeOptions.searchListMethod]!.call(of, results[0]!.name)) as typeof of & { results: unknown[] };
    expect(narrowed.results).toContainEqual(results[0]);
  });

  test("sends every operation once, with the input of its example, and every one is understood", async () => {
    const outcomes = new Map<string, string[]>();
    const contactId = open.house.millrace.sandbox!.systems.state.contacts.inLocation(sandboxDefaults.acmeDental)[0]!.id;
    for (const app of createAppRegistry().of("any").apps)
      for (const { id, example, input: fields } of app.operations) {
        const sample = app.id === "http" ? { url: `${open.house.millrace.sandbox!.url}/flocksy/tags` } : (example?.input ?? {});
        const input = fields.some(({ name }) => name === "contactId") ? { ...sample, contactId } : sample;
        const connection = connections.find((one) => one.app === app.id)?.name;
        const of = fakeThis({ ...filledIn(`${app.id}.${id}`, input), connection }, { continues: true });
        const [item] = (await action().execute!.call(of))[0]!;
        const code = item?.json["error"] === undefined ? "well" : String(item.json["code"]).split(" ")[0]!;
        outcomes.set(code, [...(outcomes.get(code) ?? []), `${app.id}.${id}`]);
      }
    // An app may refuse an id that is an example only; Millrace must refuse none of it.
    const fromTheApp = ["OUTBOUND_NOT_FOUND", "OUTBOUND_REFUSED", "DUPLICATE_RECORD", "SLOT_TAKEN"];
    expect(Object.fromEntries([...outcomes].filter(([code]) => code !== "well" && !fromTheApp.includes(code)))).toEqual(ofOtherLogins);
    expect(outcomes.get("well")!.length).toBeGreaterThan(70);
  });
});

test("the trigger subscribes its address, gets events and unsubscribes", async () => {
  const kept = {};
  const more = {
    getWorkflowStaticData: () => kept,
    getNodeWebhookUrl: () => "https://n8n.example.com/webhook/1",
    getBodyData: () => ({ id: 1 }),
  };
  const of = fakeThis({ event: "highlevel.ContactCreate", connection: "acme" }, { more });
  const { checkExists, create, delete: remove } = trigger().webhookMethods!.default;
  expect(await checkExists.call(of)).toBe(false);
  expect([await create.call(of), await checkExists.call(of)]).toEqual([true, true]);
  expect(await trigger().webhook!.call(of)).toEqual({ workflowData: [[{ json: { id: 1 } }]] });
  expect([await remove.call(of), await checkExists.call(of)]).toEqual([true, false]);
});
