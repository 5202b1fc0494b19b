import { pagingNames } from "#catalog/empty-filter.ts";
import { canEmpty } from "#catalog/fit.ts";
import { handsOver, handsOverIn } from "#catalog/hands-over.ts";
import { takesMore } from "#catalog/more.ts";
import { schemaOf } from "#catalog/schema-of.ts";
import type { App, BuiltInTrigger, InputField, Operation, WebhookTrigger } from "#catalog/types.ts";

/** One line of the catalog as other programs read it. */
export interface CatalogLine {
  /** `contacts.upsert`: what a flow calls it, within its app. */
  key: string;
  app: string;
  kind: "trigger" | "action" | "change" | "webhook" | "schedule" | "manual";
  title: string;
  category: string;
  effect: Operation["effect"] | null;
  method: string | null;
  path: string | null;
  version: string | null;
  /** The id of the same in the vendor's newer API, where it has it. */
  newer?: string;
  scopes: string[];
  /** The scopes follow from a rule of ours, where the vendor names none. */
  scopesLikely?: boolean;
  deprecated: boolean;
  recipe: boolean;
  /** Why it could hand access or events to somebody else, though it only adds or changes records: an agent asks a person first. */
  handsOver?: string;
  /** It sends a message to a person, by the rules for messages of the workspace. */
  sendsMessage?: boolean;
  /** It takes further members beside its fields, under `$more`. */
  takesMore: boolean;
  /** The fields that a step may empty on purpose (`$empty`), where it changes records. */
  empties: string[];
  /** The fields that replace the whole list that a record has, where it changes records. */
  replaces: string[];
  /** The inputs by which a list is read page by page: Millrace fills them in, and somebody may all the same. */
  pages: string[];
  inputs: InputField[];
  output?: unknown;
  example?: unknown;
  note?: string;
  /** A webhook whose losses a list can make good: the inputs that list wants of the user. */
  reconcile?: string[];
  /** A change trigger: the events that report the change sooner than a poll. */
  events?: string[];
}

/** Everything that apps list, as plain JSON, in the order of apps and of their operations. */
export const catalogLines = (apps: readonly App[]): CatalogLine[] => apps.flatMap(linesOf);

/** An app never changes: a newer definition is another app. */
const madeLines = new WeakMap<App, readonly CatalogLine[]>();

function linesOf(app: App): readonly CatalogLine[] {
  const made = madeLines.get(app);
  if (made) return made;
  const lines = [
    ...(app.changes ?? []).map(changeLine),
    ...app.operations.map((operation) => operationLineIn(app, operation)),
    ...[...app.triggers, ...(app.builtIns ?? [])].map((t) => triggerLine(app, t)),
  ];
  madeLines.set(app, lines);
  return lines;
}

function operationLineIn(app: App, operation: Operation): CatalogLine {
  const handed = handsOverIn(app, operation);
  return { ...operationLine(operation), ...(handed === null ? {} : { handsOver: handed }) };
}

/** The line of one operation. */
export function operationLine(o: Operation): CatalogLine {
  const { app, title, category, kind, effect, method, path, version, newer, scopes, scopesLikely, deprecated } = o;
  const { input, output, example, note, recipe } = o;
  const handed = handsOver(o);
  return {
    key: o.id,
    app,
    kind,
    title,
    category,
    effect,
    method,
    path,
    version: version ?? null,
    ...(newer ? { newer } : {}),
    scopes,
    ...(scopesLikely ? { scopesLikely } : {}),
    deprecated: deprecated ?? false,
    recipe: recipe ?? false,
    ...(o.message ? { sendsMessage: true } : {}),
    ...(handed === null ? {} : { handsOver: handed }),
    takesMore: takesMore(o),
    empties: emptiesOf(o),
    replaces: replacesOf(o),
    pages: pagesOf(o),
    inputs: input,
    ...(output ? { output } : {}),
    ...(example ? { example } : {}),
    ...(note ? { note } : {}),
  };
}

/** What names or steers the call is no field of the record. */
function emptiesOf(operation: Operation): string[] {
  if (operation.effect !== "update" && operation.effect !== "upsert") return [];
  const fields = operation.input.filter(({ in: place, fill, required }) => place === "body" && !fill && !required);
  return fields.filter((field) => canEmpty(operation, field) === "yes").map(({ name }) => name);
}

/** Custom fields are set one by one; what the operation adds to or takes from stays otherwise. */
function replacesOf({ effect, input, before }: Operation): string[] {
  if (effect !== "update" && effect !== "upsert") return [];
  const isList = ({ schema, control }: InputField) => schema.type === "array" && control !== "customFields";
  return input.filter((field) => isList(field) && (before?.sets?.[field.name] ?? "replace") === "replace").map(({ name }) => name);
}

function pagesOf({ input, paging }: Operation): string[] {
  const names = pagingNames(paging);
  return input.filter(({ name, wire = name, fill }) => fill === undefined && names.has(wire)).map(({ name }) => name);
}

/** A change trigger is no request: what others see of it is its settings, and the event that a flow gets. */
function changeLine(o: Operation): CatalogLine {
  const [example] = Array.isArray(o.example?.output) ? o.example.output : [];
  const plain = { kind: "change", effect: null, method: null, path: null, version: null } as const;
  return { ...operationLine(o), ...plain, output: schemaOf(example ?? null), example, events: o.watch?.events ?? [] };
}

function triggerLine(app: App, t: WebhookTrigger | BuiltInTrigger): CatalogLine {
  return {
    key: t.id,
    app: app.id,
    kind: t.kind,
    title: t.title,
    category: ("category" in t ? t.category : undefined) ?? app.title,
    effect: null,
    method: null,
    path: null,
    version: null,
    scopes: "scopes" in t ? [...(t.scopes ?? [])] : [],
    deprecated: false,
    recipe: false,
    takesMore: false,
    empties: [],
    replaces: [],
    pages: [],
    inputs: "input" in t ? t.input : [],
    ...(t.output ? { output: t.output } : {}),
    example: t.example,
    ...(t.note ? { note: t.note } : {}),
    ...("reconcile" in t && t.reconcile ? { reconcile: t.reconcile.needs ?? [] } : {}),
  };
}
