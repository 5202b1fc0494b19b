import type { CatalogEntry, ConnectionView, FlowDefinition } from "#api/schemas.ts";
import { isObject } from "./definition.ts";

type Trigger = FlowDefinition["trigger"];
type Input = NonNullable<Trigger["input"]>;
type Field = CatalogEntry["inputs"][number];

interface Starter {
  name: string;
  trigger: CatalogEntry;
  action: CatalogEntry | null;
  /** The connections' short names; null names none. */
  triggerConnection: string | null;
  actionConnection: string | null;
  /** Also look for what no webhook told. */
  reconcile: boolean;
  /** What a change trigger is narrowed to. */
  settings?: Input;
}

/** The first definition of a new flow: the trigger, and the first step with its required fields waiting to be filled. */
export function starterFlow({
  name,
  trigger,
  action,
  triggerConnection,
  actionConnection,
  reconcile,
  settings = {},
}: Starter): FlowDefinition {
  return {
    name,
    trigger: {
      app: trigger.app,
      operation: trigger.key,
      ...named(triggerConnection),
      ...(trigger.kind === "trigger" ? pollOf(trigger) : {}),
      ...(trigger.kind === "change" ? watchOf(trigger, settings) : {}),
      ...(trigger.kind === "schedule" ? { every: "1h" } : {}),
      ...(reconcile ? { reconcile: "15m" } : {}),
    },
    steps:
      action === null
        ? []
        : [
            {
              id: idOf(action),
              app: action.app,
              operation: action.key,
              ...named(actionConnection),
              input: firstInput(action, trigger),
            },
          ],
  };
}

/** The connections an entry can be used with, the working ones first. */
export function connectionsFor(entry: CatalogEntry | null, connections: readonly ConnectionView[]): ConnectionView[] {
  const own = connections.filter(({ app }) => app === entry?.app);
  return own.toSorted((a, b) => Number(b.status === "connected") - Number(a.status === "connected"));
}

/** Whether losses of its webhook can be made good without asking the user for more. */
export function canReconcile(trigger: CatalogEntry | null): boolean {
  return trigger?.kind === "webhook" && trigger.reconcile?.length === 0;
}

/** Reads of one record tell no news: what is polled is a list. */
export function canStart(entry: CatalogEntry): boolean {
  if (entry.kind !== "trigger") return entry.kind !== "action";
  return !entry.deprecated && (!isObject(entry.output) || entry.output["type"] === "array");
}

const named = (connection: string | null): { connection?: string } => (connection === null ? {} : { connection });

/** How often, what counts, and what has to be said before it can be asked. */
function pollOf(trigger: CatalogEntry): Partial<Trigger> {
  const wanted = trigger.inputs.filter(isAsked).map(({ name }) => [name, ""]);
  if (trigger.inputs.some(describesList)) wanted.push(["list", ""], ["id", "id"]);
  return { every: "5m", emit: "new", ...(wanted.length > 0 && { input: Object.fromEntries(wanted) as Input }) };
}

/** A poll needs the path of its list: the whole answer by default. */
const describesList = (field: Field): boolean => field.name === "list" && field.in === "setting";

/** Every setting is there to be seen; an empty one is any. */
function watchOf({ inputs }: CatalogEntry, settings: Input): Partial<Trigger> {
  return { every: "5m", input: Object.fromEntries(inputs.map(({ name }) => [name, settings[name] ?? ""])) };
}

const isAsked = (field: Field): boolean => field.required === true && field.fill === undefined;

/** `contacts.upsert` gives `contact` and `contacts.create_note` gives `note`, as one would name it. */
function idOf({ key }: CatalogEntry): string {
  const [group = "step", does = ""] = key.split("@")[0]!.split(".");
  const [, made] = /^(?:create|update|add|remove|delete|send|complete)_(?!(?:to|from|by)_)(.+)$/.exec(does) ?? [];
  return made ?? (group.replace(/[^a-z0-9_]/gi, "_").replace(/s$/, "") || "step");
}

/** A field that the trigger has is mapped; another required one is left empty to be seen. */
function firstInput(action: CatalogEntry, trigger: CatalogEntry): Record<string, string> {
  const given = [...new Set([...Object.keys(exampleOf(trigger)), ...declared(trigger)])];
  const input: Record<string, string> = {};
  for (const { name, fill, required } of action.inputs) {
    if (fill !== undefined) continue;
    const match = isRecordOf(name, trigger) && given.includes("id") ? "id" : given.find((key) => meaningOf(key) === meaningOf(name));
    if (match !== undefined) input[name] = `{{ trigger.${match} }}`;
    else if (required) input[name] = "";
  }
  return input;
}

/** Fields that the trigger documents, whether or not its example has them. */
const declared = ({ kind, output }: CatalogEntry): string[] =>
  kind !== "trigger" && isObject(output) && isObject(output["properties"]) ? Object.keys(output["properties"]) : [];

/** Names that apps have for one and the same field of a person. */
const sameMeaning = [
  ["firstname", "givenname", "forename"],
  ["lastname", "surname", "familyname"],
  ["email", "emailaddress"],
  ["phone", "phonenumber", "mobile", "mobilephone"],
  ["postalcode", "zip", "zipcode", "postcode"],
  ["companyname", "company", "businessname"],
];

/** `last_name`, `lastName` and `surname` mean the same. */
function meaningOf(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return sameMeaning.find((names) => names.includes(plain))?.[0] ?? plain;
}

/** `contactId` is what `ContactCreate` and a row of `contacts.search` call `id`. */
function isRecordOf(field: string, { key, output }: CatalogEntry): boolean {
  const record = /^([a-z]+)Id$/.exec(field)?.[1];
  if (record === undefined) return false;
  const names = isObject(output) && isObject(output["properties"]) ? Object.keys(output["properties"]) : [];
  return !names.includes(field) && key.toLowerCase().startsWith(record);
}

/** What a flow is given: an event as in its example, or a row of the list that is polled. */
function exampleOf({ kind, example }: CatalogEntry): Record<string, unknown> {
  if (kind !== "trigger") return isObject(example) ? example : {};
  const rows = isObject(example) ? example["output"] : undefined;
  const row: unknown = Array.isArray(rows) ? rows[0] : rows;
  return isObject(row) ? row : {};
}
