import type { AppEquivalents } from "./equivalents.ts";
import { prepareInput } from "./prepare/prepare.ts";
import type { LookupCall, PrepareHook, PrepareScope, PrepareSettings } from "./prepare/types.ts";
import { recordTypesOf } from "./record-types-of.ts";
import type { RecordType } from "./record-types.ts";
import type { App, BuiltInTrigger, Operation, Recipe, WebhookTrigger } from "./types.ts";

type Input = Record<string, unknown>;

/** What can start a flow: a read that is polled, an event posted to us, the clock, a person. */
export type AnyTrigger = Operation | WebhookTrigger | BuiltInTrigger;

/** The apps of one workspace: those that come with Millrace, and the workspace's own. */
export interface WorkspaceCatalog {
  /** Changes with every change of the workspace's own apps, so that whatever was compiled from an older catalog can be compiled again. */
  readonly revision: number;
  readonly apps: readonly App[];
  /** The app that is meant where none is named. */
  readonly main: App | undefined;
  app(id: string): App | undefined;
  /** Also the operations that an app has and does not list: HighLevel's endpoints under their own keys, and its newer API. */
  operation(app: string, id: string): Operation | undefined;
  /** What a flow's trigger names: a webhook, a schedule, a start by hand, or a read to be polled. */
  trigger(app: string, id: string): AnyTrigger | undefined;
  /** The code behind an operation that is a recipe. */
  recipe(app: string, id: string): Recipe | undefined;
  /** An input made ready: values fitted to their types, names turned into ids. */
  prepare(operation: Operation, input: Input, call: LookupCall, settings?: PrepareSettings): Input | Promise<Input>;
  /** The kinds of records that an app keeps and a sync can keep in step; none where its operations do not say enough. */
  recordTypes(app: string): readonly RecordType[];
  recordType(app: string, id: string): RecordType | undefined;
  /** The operations that its apps have and do not list. */
  unlisted(): Operation[];
  /** How other tools name what its apps do, by app. */
  equivalents(): { app: string; names: AppEquivalents }[];
}

/** Where everything outside src/apps looks up apps and operations. */
export interface Catalog {
  of(workspaceId: string): WorkspaceCatalog;
}

/** An app, and the code that stands behind its data where it has any. Only built-in apps have. */
export interface AppModule {
  app: App;
  recipes?: readonly Recipe[];
  /** Operations that can be looked up by id but are not listed: the reads that reconcile webhooks. */
  hidden?: readonly Operation[];
  /** Makes an operation that is not listed, the first time it is asked for. */
  derive?(id: string, listed: (id: string) => Operation | undefined): Operation | undefined;
  /** The ids that can be derived and are worth listing on request. */
  derivable?(): readonly string[];
  /** How other tools name what the app does, for flows that come over from them. */
  equivalents?: readonly AppEquivalents[];
}

/** The functions that apps can name as their `prepare`. */
export type PrepareHooks = Readonly<Record<string, PrepareHook>>;

/** One app with its look-ups. It is shared by all workspaces that have the app. */
class AppIndex {
  readonly app: App;
  readonly scope: PrepareScope;
  readonly #module: AppModule;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #triggers: ReadonlyMap<string, WebhookTrigger | BuiltInTrigger>;
  readonly #recipes: ReadonlyMap<string, Recipe>;
  readonly #derived = new Map<string, Operation>();
  #records: readonly RecordType[] | undefined;

  constructor(module: AppModule, hooks: PrepareHooks) {
    const { app, recipes = [], hidden = [] } = module;
    const hook = app.prepare === undefined ? undefined : hooks[app.prepare];
    this.app = app;
    this.#module = module;
    this.#operations = byId([...app.operations, ...(app.changes ?? []), ...hidden]);
    this.#triggers = byId([...app.triggers, ...(app.builtIns ?? [])]);
    this.#recipes = new Map(recipes.map((recipe) => [recipe.operation.id, recipe]));
    this.scope = { app, operation: (id) => this.operation(id), ...(hook && { hook }) };
  }

  operation(id: string): Operation | undefined {
    return this.#operations.get(id) ?? (this.#module.derive && this.#derive(id));
  }

  trigger(id: string): AnyTrigger | undefined {
    const event = this.#triggers.get(id);
    if (event) return event;
    const operation = this.operation(id);
    return operation?.effect === "read" && !operation.recipe ? operation : undefined;
  }

  recipe(id: string): Recipe | undefined {
    return this.#recipes.get(id);
  }

  /** Worked out the first time they are asked for. */
  get records(): readonly RecordType[] {
    return (this.#records ??= recordTypesOf(this.app));
  }

  get equivalents(): readonly AppEquivalents[] {
    return this.#module.equivalents ?? [];
  }

  unlisted(): Operation[] {
    return (this.#module.derivable?.() ?? []).flatMap((id) => this.#derive(id) ?? []);
  }

  /** Kept once derived, so that it is compiled once. */
  #derive(id: string): Operation | undefined {
    const operation = this.#derived.get(id) ?? this.#module.derive?.(id, (listed) => this.#operations.get(listed));
    if (operation) this.#derived.set(id, operation);
    return operation;
  }
}

const byId = <T extends { id: string }>(items: readonly T[]): ReadonlyMap<string, T> => new Map(items.map((item) => [item.id, item]));

/** The catalog of one workspace as it is at one revision. */
class IndexedCatalog implements WorkspaceCatalog {
  readonly revision: number;
  readonly apps: readonly App[];
  readonly main: App | undefined;
  readonly #indexes: ReadonlyMap<string, AppIndex>;

  constructor(indexes: ReadonlyMap<string, AppIndex>, revision: number) {
    this.#indexes = indexes;
    this.revision = revision;
    this.apps = [...indexes.values()].map(({ app }) => app);
    this.main = this.apps.find(({ main }) => main) ?? this.apps[0];
  }

  app(id: string): App | undefined {
    return this.#indexes.get(id)?.app;
  }

  operation(app: string, id: string): Operation | undefined {
    return this.#indexes.get(app)?.operation(id);
  }

  trigger(app: string, id: string): AnyTrigger | undefined {
    return this.#indexes.get(app)?.trigger(id);
  }

  recipe(app: string, id: string): Recipe | undefined {
    return this.#indexes.get(app)?.recipe(id);
  }

  prepare(operation: Operation, input: Input, call: LookupCall, settings?: PrepareSettings): Input | Promise<Input> {
    const index = this.#indexes.get(operation.app);
    return prepareInput(index?.scope ?? bareScope, operation, input, call, settings);
  }

  recordTypes(app: string): readonly RecordType[] {
    return this.#indexes.get(app)?.records ?? [];
  }

  recordType(app: string, id: string): RecordType | undefined {
    return this.recordTypes(app).find((type) => type.id === id);
  }

  unlisted(): Operation[] {
    return [...this.#indexes.values()].flatMap((index) => index.unlisted());
  }

  equivalents(): { app: string; names: AppEquivalents }[] {
    return [...this.#indexes].flatMap(([app, index]) => index.equivalents.map((names) => ({ app, names })));
  }
}

/** An operation of no app: nothing can be looked up for it. */
const bareScope: PrepareScope = { app: { operations: [] }, operation: () => undefined };

/** The catalogs of all workspaces: the built-in apps, and each workspace's own. They are in memory, because every call looks something up. */
export class AppRegistry implements Catalog {
  readonly #builtIn: ReadonlyMap<string, AppIndex>;
  readonly #hooks: PrepareHooks;
  readonly #plain: WorkspaceCatalog;
  readonly #own = new Map<string, Map<string, AppIndex>>();
  readonly #catalogs = new Map<string, WorkspaceCatalog>();

  constructor(modules: readonly AppModule[], hooks: PrepareHooks = {}) {
    this.#hooks = hooks;
    this.#builtIn = new Map(modules.map((module) => [module.app.id, new AppIndex(module, hooks)]));
    this.#plain = new IndexedCatalog(this.#builtIn, 0);
  }

  of(workspaceId: string): WorkspaceCatalog {
    return this.#catalogs.get(workspaceId) ?? this.#plain;
  }

  /** Whether the app comes with Millrace. A workspace cannot have another one of its name. */
  isBuiltIn(id: string): boolean {
    return this.#builtIn.has(id);
  }

  /** The code that an app may name as its `prepare`. */
  get hooks(): readonly string[] {
    return Object.keys(this.#hooks);
  }

  /** Adds an app to a workspace, or replaces the one of its name. */
  put(workspaceId: string, app: App): void {
    const own = this.#own.get(workspaceId) ?? new Map<string, AppIndex>();
    this.#own.set(workspaceId, own.set(app.id, new AppIndex({ app }, this.#hooks)));
    this.#changed(workspaceId);
  }

  /** A workspace's catalog as it would be with an app added or replaced. Nothing is kept of it. */
  preview(workspaceId: string, app: App): WorkspaceCatalog {
    const own = new Map(this.#own.get(workspaceId)).set(app.id, new AppIndex({ app }, this.#hooks));
    return new IndexedCatalog(new Map([...this.#builtIn, ...own]), this.of(workspaceId).revision);
  }

  /** Removes an app from a workspace. */
  remove(workspaceId: string, id: string): void {
    this.#own.get(workspaceId)?.delete(id);
    this.#changed(workspaceId);
  }

  #changed(workspaceId: string): void {
    const indexes = new Map([...this.#builtIn, ...(this.#own.get(workspaceId) ?? [])]);
    this.#catalogs.set(workspaceId, new IndexedCatalog(indexes, this.of(workspaceId).revision + 1));
  }
}
