import { canEmpty } from "#catalog/fit.ts";
import { takesMore } from "#catalog/more.ts";
import type { App, BuiltInTrigger, InputField, Operation, Recipe, WebhookTrigger } from "#catalog/types.ts";
import { highlevel } from "./highlevel/app.ts";
import { deriveNewer, deriveOperation } from "./highlevel/derive.ts";
import { schemaOf } from "./highlevel/webhooks/event.ts";
import { factsIndex, olderId } from "./highlevel/facts.ts";
import { reconcileReads } from "./highlevel/judgement/reconcile-reads.ts";
import { recipes } from "./highlevel/recipes/index.ts";
import { newerOperation } from "./highlevel/newer.ts";
import { http } from "./http/app.ts";
import { millrace } from "./millrace/app.ts";
import { sightmill } from "./sightmill/app.ts";

/** The apps Millrace knows by itself, by id. */
export const apps: ReadonlyMap<string, App> = new Map([highlevel, sightmill, http, millrace].map((app) => [app.id, app]));

/** What can start a flow: a read that is polled, an event posted to us, the clock, a person. */
export type AnyTrigger = Operation | WebhookTrigger | BuiltInTrigger;

const listed = [...[...apps.values()].flatMap((app) => [...app.operations, ...(app.changes ?? [])]), ...reconcileReads];
const operations = new Map(listed.map((o) => [key(o.app, o.id), o]));
const recipesByKey = new Map(recipes.map((r) => [key(r.operation.app, r.operation.id), r]));
const derived = new Map<string, Operation>();

function key(app: string, id: string): string {
  return `${app}:${id}`;
}

/**
 * An operation by its id; for HighLevel also any of its endpoints by its facts key (`contacts/create-contact`), and what the newer API has
 * of both (`contacts.create@v3`, `contacts/create-contact@v3`).
 */
export function findOperation(app: string, id: string): Operation | undefined {
  return operations.get(key(app, id)) ?? (app === "highlevel" && (id.includes("/") || olderId(id)) ? unlisted(id) : undefined);
}

/** Kept once derived, so that it is compiled once. */
function unlisted(id: string): Operation | undefined {
  const known = derived.get(id) ?? derive(id);
  if (known) derived.set(id, known);
  return known;
}

function derive(id: string): Operation | undefined {
  const older = olderId(id);
  if (older === undefined) return deriveOperation(id);
  const judged = operations.get(key("highlevel", older));
  return judged ? newerOperation(judged) : deriveNewer(id);
}

/** What a flow's trigger names: a webhook, a schedule, a start by hand, or a read to be polled. */
export function findTrigger(app: string, id: string): AnyTrigger | undefined {
  const found = apps.get(app);
  const event = found?.triggers.find((t) => t.id === id) ?? found?.builtIns?.find((t) => t.id === id);
  if (event) return event;
  const operation = findOperation(app, id);
  return operation?.effect === "read" && !operation.recipe ? operation : undefined;
}

/** The code behind an operation that is a recipe. */
export const findRecipe = (app: string, id: string): Recipe | undefined => recipesByKey.get(key(app, id));

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
  /** It takes further members beside its fields, under `$more`. */
  takesMore: boolean;
  /** The fields that a step may empty on purpose (`$empty`), where it changes records. */
  empties: string[];
  inputs: InputField[];
  output?: unknown;
  example?: unknown;
  note?: string;
  /** A webhook whose losses a list can make good: the inputs that list wants of the user. */
  reconcile?: string[];
  /** A change trigger: the events that report the change sooner than a poll. */
  events?: string[];
}

/** The whole catalog as plain JSON, in the order of apps and of their operations. */
export function catalogJson(): CatalogLine[] {
  return [...apps.values()].flatMap((app) => [
    ...(app.changes ?? []).map(changeLine),
    ...app.operations.map(operationLine),
    ...[...app.triggers, ...(app.builtIns ?? [])].map((t) => triggerLine(app, t)),
  ]);
}

/** Every endpoint of HighLevel under its own key, as an operation nobody judged. */
export function endpointsJson(): CatalogLine[] {
  return factsIndex().flatMap(({ key: id }) => {
    const operation = unlisted(id);
    return operation ? [operationLine(operation)] : [];
  });
}

/** The line of an operation that is not listed: one of HighLevel's endpoints under its own key, or what its newer API has. */
export function unlistedJson(id: string): CatalogLine | undefined {
  const operation = findOperation("highlevel", id);
  return operation && operationLine(operation);
}

function operationLine(o: Operation): CatalogLine {
  const { app, title, category, kind, effect, method, path, version, newer, scopes, scopesLikely, deprecated } = o;
  const { input, output, example, note, recipe } = o;
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
    takesMore: takesMore(o),
    empties: emptiesOf(o),
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
    inputs: "input" in t ? t.input : [],
    ...(t.output ? { output: t.output } : {}),
    example: t.example,
    ...(t.note ? { note: t.note } : {}),
    ...("reconcile" in t && t.reconcile ? { reconcile: t.reconcile.needs ?? [] } : {}),
  };
}
