import { appDefinition, type AppDefinition } from "#api/schemas.ts";
import { isOpen } from "#catalog/login.ts";
import type { AppRegistry } from "#catalog/registry.ts";
import type { App, Operation, Refusal, WebhookTrigger } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { AppRow, AppStore, AppVersionRow } from "#storage/app-store.ts";
import { checkApp } from "./check-app.ts";

export interface OwnAppsParts {
  registry: AppRegistry;
  store: AppStore;
  clock: Clock;
  log: Log;
}

/** The apps that workspaces defined: their rows, and the same apps in the registry, where everything looks them up. */
export class OwnApps {
  readonly #parts: OwnAppsParts;
  readonly #rows = new Map<string, AppRow>();

  private constructor(parts: OwnAppsParts) {
    this.#parts = parts;
  }

  /** Reads all definitions. One that cannot be read any more is left out and logged: its flows say that the app is missing. */
  static async open(parts: OwnAppsParts): Promise<OwnApps> {
    const own = new OwnApps(parts);
    for (const row of await parts.store.all()) own.#load(row);
    return own;
  }

  row(workspaceId: string, id: string): AppRow | undefined {
    return this.#rows.get(keyOf(workspaceId, id));
  }

  count(workspaceId: string): number {
    return [...this.#rows.values()].filter((row) => row.workspaceId === workspaceId).length;
  }

  async put(workspaceId: string, id: string, definition: AppDefinition, by?: string): Promise<void> {
    const { registry, store, clock } = this.#parts;
    const counts = { operations: definition.operations.length, triggers: definition.triggers.length };
    const row = await store.put({ workspaceId, name: id, definition: JSON.stringify(definition), ...counts, now: clock.now() }, by);
    this.#rows.set(keyOf(workspaceId, id), row);
    registry.put(workspaceId, ownApp(id, definition));
  }

  /** The definitions that an app had, newest first. */
  versions(workspaceId: string, id: string): Promise<AppVersionRow[]> {
    return this.#parts.store.versions(workspaceId, id);
  }

  version(workspaceId: string, id: string, revision: number): Promise<(AppVersionRow & { definition: string }) | null> {
    return this.#parts.store.version(workspaceId, id, revision);
  }

  async remove(workspaceId: string, id: string, by?: string): Promise<void> {
    const { registry, store } = this.#parts;
    await store.remove(workspaceId, id, by);
    this.#rows.delete(keyOf(workspaceId, id));
    registry.remove(workspaceId, id);
  }

  /** Reads an app again after a change by another process. */
  async reread(workspaceId: string, id: string): Promise<void> {
    const row = (await this.#parts.store.all()).find((each) => each.workspaceId === workspaceId && each.name === id);
    if (row) return this.#load(row);
    this.#rows.delete(keyOf(workspaceId, id));
    this.#parts.registry.remove(workspaceId, id);
  }

  #load(row: AppRow): void {
    const { registry, log } = this.#parts;
    const { workspaceId, name } = row;
    this.#rows.set(keyOf(workspaceId, name), row);
    try {
      const definition = appDefinition.parse(JSON.parse(row.definition));
      checkApp(definition, registry.hooks);
      registry.put(workspaceId, ownApp(name, definition));
    } catch (err) {
      log.error({ err, app: name, workspaceId }, "The definition of an app could not be read; define the app again");
    }
  }
}

const keyOf = (workspaceId: string, id: string): string => `${workspaceId}\n${id}`;

/** What a 401 means everywhere, unless the definition says otherwise. */
const notLoggedIn: Refusal = { status: [401], code: "CONNECTION_EXPIRED", refresh: true };

/** An app as the catalog has it, from the definition a workspace wrote. */
export function ownApp(id: string, definition: AppDefinition): App {
  const { operations, triggers, title, baseUrl = "", refusals, ...rest } = definition;
  const hasLogin = rest.auth.some(({ kind }) => !isOpen(kind));
  return {
    ...rest,
    refusals: hasLogin ? [...refusals, notLoggedIn] : refusals,
    id,
    title,
    baseUrl,
    operations: operations.map((operation): Operation => {
      const { category = title, effect } = operation;
      return { ...operation, app: id, category, kind: effect === "read" ? "trigger" : "action", access: [] };
    }),
    triggers: triggers.map((trigger): WebhookTrigger => ({ ...trigger, app: id, kind: "webhook" })),
  };
}
