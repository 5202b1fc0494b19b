import type { App, BuiltInTrigger, InputField, Operation, Recipe, WebhookTrigger } from "#catalog/types.ts";
import { highlevel } from "./highlevel/app.ts";
import { deriveOperation } from "./highlevel/derive.ts";
import { factsIndex } from "./highlevel/facts.ts";
import { reconcileReads } from "./highlevel/judgement/reconcile-reads.ts";
import { recipes } from "./highlevel/recipes/index.ts";
import { http } from "./http/app.ts";
import { millrace } from "./millrace/app.ts";
import { sightmill } from "./sightmill/app.ts";

/** The apps Millrace knows by itself, by id. */
export const apps: ReadonlyMap<string, App> = new Map([highlevel, sightmill, http, millrace].map((app) => [app.id, app]));

/** What can start a flow: a read that is polled, an event posted to us, the clock, a person. */
export type AnyTrigger = Operation | WebhookTrigger | BuiltInTrigger;

const listed = [...[...apps.values()].flatMap((app) => app.operations), ...reconcileReads];
const operations = new Map(listed.map((o) => [key(o.app, o.id), o]));
const recipesByKey = new Map(recipes.map((r) => [key(r.operation.app, r.operation.id), r]));
const derived = new Map<string, Operation>();

function key(app: string, id: string): string {
  return `${app}:${id}`;
}

/** An operation by its id; for HighLevel also any of its endpoints by its facts key (`contacts/create-contact`). */
export function findOperation(app: string, id: string): Operation | undefined {
  return operations.get(key(app, id)) ?? (app === "highlevel" && id.includes("/") ? unjudged(id) : undefined);
}

/** Kept once derived, so that it is compiled once. */
function unjudged(id: string): Operation | undefined {
  const known = derived.get(id) ?? deriveOperation(id);
  if (known) derived.set(id, known);
  return known;
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
  kind: "trigger" | "action" | "webhook" | "schedule" | "manual";
  title: string;
  category: string;
  effect: Operation["effect"] | null;
  method: string | null;
  path: string | null;
  version: string | null;
  scopes: string[];
  deprecated: boolean;
  recipe: boolean;
  inputs: InputField[];
  output?: unknown;
  example?: unknown;
  note?: string;
}

/** The whole catalog as plain JSON, in the order of apps and of their operations. */
export function catalogJson(): CatalogLine[] {
  return [...apps.values()].flatMap((app) => [
    ...app.operations.map(operationLine),
    ...[...app.triggers, ...(app.builtIns ?? [])].map((t) => triggerLine(app, t)),
  ]);
}

/** Every endpoint of HighLevel under its own key, as an operation nobody judged. */
export function endpointsJson(): CatalogLine[] {
  return factsIndex().flatMap(({ key: id }) => {
    const operation = unjudged(id);
    return operation ? [operationLine(operation)] : [];
  });
}

function operationLine(o: Operation): CatalogLine {
  const { app, title, category, kind, effect, method, path, version, scopes, deprecated, input, output, example, note, recipe } = o;
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
    scopes,
    deprecated: deprecated ?? false,
    recipe: recipe ?? false,
    inputs: input,
    ...(output ? { output } : {}),
    ...(example ? { example } : {}),
    ...(note ? { note } : {}),
  };
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
    inputs: "input" in t ? t.input : [],
    ...(t.output ? { output: t.output } : {}),
    example: t.example,
    ...(t.note ? { note: t.note } : {}),
  };
}
