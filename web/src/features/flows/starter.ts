import type { CatalogEntry, ConnectionView, FlowDefinition } from "#api/schemas.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import { resolved } from "../flow-editor/data/schema-fields.ts";

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
  /** When a schedule starts it, and in which zone that is meant. */
  schedule?: { cron: string; zone: string } | undefined;
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
  schedule,
}: Starter): FlowDefinition {
  return {
    name,
    trigger: newTrigger(trigger, { connection: triggerConnection, reconcile, settings, cron: schedule?.cron }),
    // The zone of the whole flow, so that its conditions and waits mean the same times.
    ...(trigger.kind === "schedule" && schedule !== undefined && { settings: { zone: schedule.zone } }),
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

interface TriggerChoice {
  /** The connection's short name; null names none. */
  connection: string | null;
  reconcile?: boolean;
  settings?: Input;
  cron?: string | undefined;
  /** In which times of the day are meant, where not in that of the flow. */
  zone?: string | undefined;
}

/** A trigger as it begins. */
export function newTrigger(
  trigger: CatalogEntry,
  { connection, reconcile = false, settings = {}, cron = "0 9 * * *", zone }: TriggerChoice,
): Trigger {
  return {
    app: trigger.app,
    operation: trigger.key,
    ...named(connection),
    ...(trigger.kind === "trigger" ? pollOf(trigger) : {}),
    ...(trigger.kind === "change" ? watchOf(trigger, settings) : {}),
    ...(trigger.kind === "schedule" ? { input: { cron, ...(zone !== undefined && { zone }) } } : {}),
    ...(reconcile ? { reconcile: "15m" } : {}),
  };
}

/** The connections an entry can be used with, the working ones first. */
export function connectionsFor(entry: CatalogEntry | null, connections: readonly ConnectionView[]): ConnectionView[] {
  const own = connections.filter(({ app }) => app === entry?.app);
  return own.toSorted((a, b) => Number(b.status === "connected") - Number(a.status === "connected"));
}

/** The connection an entry begins with. */
export const usualConnection = (entry: CatalogEntry, connections: readonly ConnectionView[]): string | null =>
  connectionsFor(entry, connections)[0]?.name ?? null;

/** Whether losses of its webhook can be made good without asking the user for more. */
export function canReconcile(trigger: CatalogEntry | null): boolean {
  return trigger?.kind === "webhook" && trigger.reconcile?.length === 0;
}

/** Reads of one record tell no news: what is polled is a list. */
export function canStart(entry: CatalogEntry): boolean {
  if (entry.kind !== "trigger") return entry.kind !== "action";
  return !entry.deprecated && (!isObject(entry.output) || entry.output["type"] === "array");
}

/** What a step can do: write, or look something up, lists that are polled included. */
export const isStep = ({ kind }: CatalogEntry): boolean => kind === "action" || kind === "trigger";

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
export function idOf({ key }: Pick<CatalogEntry, "key">): string {
  const [group = "step", does = ""] = key.split("@")[0]!.split(".");
  const [, made] = /^(?:create|update|add|remove|delete|send|complete)_(?!(?:to|from|by)_)(.+)$/.exec(does) ?? [];
  return made ?? (group.replace(/[^a-z0-9_]/gi, "_").replace(/s$/, "") || "step");
}

/** What an operation or event gives one of: `contacts.tag_added`, `contacts.upsert` and `ContactCreate` give a contact. */
export function recordGiven(key: string): string {
  const [event = ""] = /^[A-Z][a-z]+/.exec(key) ?? [];
  return event === "" ? idOf({ key }) : event.toLowerCase();
}

/** An earlier step that a new one can read: its reference, and what it does. */
export interface EarlierStep {
  name: string;
  entry: CatalogEntry;
}

/** The item of a loop around a new step: its reference, its members, and what it is one of. */
export interface LoopItem {
  name: string;
  members: readonly string[];
  record: string | null;
}

/** What a new step can be filled in from, beside the trigger as the catalog describes it. */
export interface Around {
  /** The steps before it, and the items of loops that go through a list of records; the newest last. */
  earlier?: readonly EarlierStep[];
  /** The items of the loops around it, the innermost first. */
  items?: readonly LoopItem[];
  /** Further members of the event, from samples that were received. */
  seen?: readonly string[];
}

/**
 * The id of a record that the operation needs comes from the newest earlier step that has one. Other fields come from the item of a loop, else
 * from the event; a required one that neither has is left empty to be seen. Where the item itself is changed, its values need not be written back. What the operation is there to give, like the tags of 'Add tags',
 * and what replaces a list that the record has, is for a person to say.
 */
export function firstInput(
  action: CatalogEntry,
  trigger: CatalogEntry | undefined,
  { earlier = [], items = [], seen = [] }: Around = {},
): Record<string, string> {
  const offered = [...new Set([...(trigger === undefined ? [] : membersOf(trigger)), ...seen])];
  const idOfRecord = (name: string) => idFrom(name, earlier) ?? idOfItem(name, items);
  const ids = action.inputs.flatMap(({ name, required }) => (required === true ? (idOfRecord(name) ?? []) : []));
  const sources = items.filter(({ name }) => !ids.some((id) => id.startsWith(`{{ ${name}.`)));
  const valueOf = ({ name, required }: Field): string | undefined => {
    const id = required === true ? idOfRecord(name) : undefined;
    if (id !== undefined || isItsPoint(name, action) || action.replaces.includes(name)) return id;
    return fromItem(name, sources) ?? fromEvent(name, trigger, offered);
  };
  const input: Record<string, string> = {};
  for (const field of action.inputs.filter(({ fill }) => fill === undefined)) {
    const value = valueOf(field) ?? (field.required === true ? "" : undefined);
    if (value !== undefined) input[field.name] = value;
  }
  return input;
}

/** `contactId` is the `id` of an item that is a contact. */
function idOfItem(field: string, items: readonly LoopItem[]): string | undefined {
  const record = recordOf(field);
  const item = items.find((one) => one.record !== null && one.record === record && one.members.includes("id"));
  return item === undefined ? undefined : `{{ ${item.name}.id }}`;
}

function fromItem(field: string, items: readonly LoopItem[]): string | undefined {
  for (const { name, members } of items) {
    const match = sameAs(field, members);
    if (match !== undefined) return `{{ ${name}.${match} }}`;
  }
  return undefined;
}

function fromEvent(field: string, trigger: CatalogEntry | undefined, offered: readonly string[]): string | undefined {
  const isItsId = trigger !== undefined && isRecordOf(field, trigger) && offered.includes("id");
  const match = isItsId ? "id" : sameAs(field, offered);
  return match === undefined ? undefined : `{{ trigger.${match} }}`;
}

const sameAs = (field: string, members: readonly string[]): string | undefined =>
  members.find((member) => meaningOf(member) === meaningOf(field));

/** `tags` of `contacts.add_tags`, and not `email` of `contacts.find_by_email`. */
function isItsPoint(field: string, { key }: CatalogEntry): boolean {
  const words = key.toLowerCase().split(/[._]/);
  const at = words.indexOf(field.toLowerCase());
  return at > 0 && words[at - 1] !== "by";
}

/** Where the newest earlier step has the id that a field wants: `contactId` is the `id` of a step that gives a contact. */
function idFrom(field: string, earlier: readonly EarlierStep[]): string | undefined {
  const record = recordOf(field);
  if (record === null) return undefined;
  for (const { name, entry } of earlier.toReversed()) {
    const path = idPathIn(entry, field, record);
    if (path !== null) return `{{ ${name}.${path} }}`;
  }
  return undefined;
}

function idPathIn(entry: CatalogEntry, field: string, record: string): string | null {
  const output = propertiesOf(entry.output);
  if (Object.hasOwn(output, field)) return field;
  if (Object.hasOwn(propertiesOf(output[record], entry.output), "id")) return `${record}.id`;
  return idOf(entry) === record && Object.hasOwn(output, "id") ? "id" : null;
}

function propertiesOf(schema: unknown, root: unknown = schema): Record<string, unknown> {
  const plain = isObject(schema) ? resolved(schema as JsonSchema, isObject(root) ? (root as JsonSchema) : undefined) : undefined;
  return plain?.properties ?? {};
}

/** `contactId` is the id of a contact; null: the field is no id of a record. */
export const recordOf = (field: string): string | null => /^([a-z]+)Id$/.exec(field)?.[1] ?? null;

/** The members of an event, as far as the catalog knows them. The example of an event of any shape says nothing about those that come. */
const membersOf = (trigger: CatalogEntry): string[] =>
  isObject(trigger.output) ? [...Object.keys(exampleOf(trigger)), ...declared(trigger)] : [];

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
  const record = recordOf(field);
  if (record === null) return false;
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
