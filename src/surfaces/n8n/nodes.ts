import { needsLogin } from "#catalog/login.ts";
import type { App, Operation, WebhookTrigger } from "#catalog/types.ts";
import { operationName, type OperationOfApp } from "../operation-schema.ts";
import { operationTitle, triggerTitle } from "../operation-words.ts";
import { fieldsOf, titleCase, type NodeFields } from "./fields.ts";
import type { NodeField, NodeLookup, NodeOption, NodeProperty } from "./property.ts";
import { withoutFormulas } from "./text.ts";

/** What the code of a node reads: its properties, and how they become calls. */
export interface NodeData {
  properties: NodeProperty[];
  /** By the full name of the operation or trigger. */
  calls: Record<string, NodeCall>;
  lookups: Record<string, NodeLookup>;
}
interface NodeCall {
  app: string;
  /** Its key in the app. */
  key: string;
  fields: NodeField[];
  /** It gives rows. */
  list: boolean;
  /** It changes nothing. */
  reads: boolean;
}

/** Pure: the node that calls operations: a resource for each category, and the fields of each operation. */
export function actionNode(entries: readonly OperationOfApp[]): NodeData {
  const lookups = new Map<string, NodeLookup>();
  const made = entries.map((entry) => ({ ...entry, name: operationName(entry.operation), own: fieldsOf(entry.operation, lookups) }));
  const resources = [...new Set(made.map(resourceOf))].toSorted((a, b) => a.localeCompare(b));
  const operations = resources.map((resource) =>
    operationProperty(
      resource,
      made.filter((entry) => resourceOf(entry) === resource),
    ),
  );
  return {
    properties: withoutFormulas<NodeProperty[]>([
      {
        displayName: "Resource",
        name: "resource",
        type: "options",
        noDataExpression: true,
        options: resources.map((name) => ({ name: titleCase(name), value: name })),
        default: resources[0] ?? "",
      },
      ...operations,
      connectionProperty({ operation: connected(made) }),
      ...made.flatMap((entry) => fieldProperties(entry.own, { resource: [resourceOf(entry)], operation: [entry.name] })),
      ...rowProperties(made.flatMap(({ operation, name }) => (operation.list ? [name] : []))),
      {
        displayName: "Dry Run",
        name: "dryRun",
        type: "boolean",
        default: false,
        description: "Whether to write nothing and only say what would change",
      },
    ]),
    calls: Object.fromEntries(
      made.map(({ name, operation, own }) => [
        name,
        { app: operation.app, key: operation.id, fields: own.fields, list: operation.list ?? false, reads: operation.effect === "read" },
      ]),
    ),
    lookups: Object.fromEntries(lookups),
  };
}

const connected = (made: readonly { app: App; name: string }[]): string[] =>
  made.flatMap(({ app, name }) => (needsLogin(app) ? [name] : []));

const resourceOf = ({ app, operation }: OperationOfApp): string =>
  app.title === operation.category ? app.title : `${app.title}: ${operation.category}`;

function operationProperty(resource: string, entries: readonly (OperationOfApp & { name: string })[]): NodeProperty {
  const options = entries.map(({ operation, name }): NodeOption => {
    const title = titleCase(operationTitle(operation));
    return { name: title, value: name, action: operationTitle(operation), ...(operation.note && { description: operation.note }) };
  });
  return {
    displayName: "Operation",
    name: "operation",
    type: "options",
    noDataExpression: true,
    displayOptions: { show: { resource: [resource] } },
    options: options.toSorted((a, b) => a.name.localeCompare(b.name)),
    default: entries[0]!.name,
  };
}

const connectionProperty = (show: Record<string, unknown[]>): NodeProperty => ({
  displayName: "Connection Name or ID",
  name: "connection",
  type: "options",
  required: true,
  default: "",
  typeOptions: { loadOptionsMethod: "getConnections", loadOptionsDependsOn: Object.keys(show) },
  displayOptions: { show },
  description: "A connection of Millrace. Add connections there.",
});

function fieldProperties({ needed, optional }: NodeFields, show: Record<string, unknown[]>): NodeProperty[] {
  const displayOptions = { show };
  const additional: NodeProperty = {
    displayName: "Additional Fields",
    name: "additionalFields",
    type: "collection",
    placeholder: "Add Field",
    default: {},
    options: optional,
    displayOptions,
  };
  return [...needed.map((property) => ({ ...property, displayOptions })), ...(optional.length > 0 ? [additional] : [])];
}

function rowProperties(lists: readonly string[]): NodeProperty[] {
  if (lists.length === 0) return [];
  return [
    {
      displayName: "Return All",
      name: "returnAll",
      type: "boolean",
      default: false,
      description: "Whether to return all results or only up to a given limit",
      displayOptions: { show: { operation: [...lists] } },
    },
    {
      displayName: "Limit",
      name: "limit",
      type: "number",
      default: 50,
      typeOptions: { minValue: 1, maxValue: 10_000 },
      description: "Max number of results to return",
      displayOptions: { show: { operation: [...lists], returnAll: [false] } },
    },
  ];
}

type Trigger = Operation | WebhookTrigger;

/** Pure: the node that starts workflows: each webhook, change trigger and polled list of the apps is an event. */
export function triggerNode(apps: readonly App[]): NodeData {
  const lookups = new Map<string, NodeLookup>();
  const made = apps.flatMap((app) =>
    triggersOf(app).map((trigger) => ({
      app,
      trigger,
      name: `${app.id}.${trigger.id}`,
      own: fieldsOf({ app: app.id, input: "input" in trigger ? trigger.input : [] }, lookups),
    })),
  );
  const options = made.map(({ app, trigger, name }) => ({ name: `${app.title}: ${titleCase(triggerTitle(trigger))}`, value: name }));
  return {
    properties: withoutFormulas<NodeProperty[]>([
      {
        displayName: "Event",
        name: "event",
        type: "options",
        noDataExpression: true,
        required: true,
        options: options.toSorted((a, b) => a.name.localeCompare(b.name)),
        default: options[0]?.value ?? "",
      },
      connectionProperty({ event: connected(made) }),
      ...made.flatMap(({ own, name }) => fieldProperties(own, { event: [name] })),
    ]),
    calls: Object.fromEntries(
      made.map(({ name, app, trigger, own }) => [name, { app: app.id, key: trigger.id, fields: own.fields, list: false, reads: true }]),
    ),
    lookups: Object.fromEntries(lookups),
  };
}

/** A list read by a recipe cannot be polled. */
const triggersOf = (app: App): Trigger[] => [
  ...app.triggers,
  ...(app.changes ?? []),
  ...app.operations.filter(({ kind, recipe }) => kind === "trigger" && !recipe),
];
