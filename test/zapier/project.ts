import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "#kernel/root.ts";
import { isObject, type JsonObject } from "#kernel/json.ts";
import type { ZapierAction } from "#surfaces/zapier/shapes.ts";

/** A trigger, search or create as the project gives it to the platform. */
export interface LoadedAction {
  key: string;
  noun: string;
  display: { label: string; description: string; hidden?: boolean };
  operation: Record<string, unknown> & { inputFields?: unknown[]; outputFields?: { key: string }[]; sample?: JsonObject };
}

export interface LoadedApp {
  platformVersion: string;
  flags: Record<string, boolean>;
  authentication: { fields: { key: string }[] };
  triggers: Record<string, LoadedAction>;
  searches: Record<string, LoadedAction>;
  creates: Record<string, LoadedAction>;
  searchOrCreates: Record<string, unknown>;
}

export interface LoadedProject {
  app: LoadedApp;
  /** What the schema of the platform says against it. */
  problems(): string[];
  /** Calls a function of the app as the platform does. */
  run<T>(path: string, bundle: Record<string, unknown>): Promise<T>;
  remove(): void;
}

/** Writes a project into a folder, and loads it with the platform's own packages. */
export function loadProject(files: Readonly<Record<string, string>>): LoadedProject {
  const folder = mkdtempSync(join(tmpdir(), "millrace-zapier-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
  const load = createRequire(join(folder, "index.js"));
  const app = load("./index.js") as LoadedApp;
  const { createAppTester } = load("zapier-platform-core") as {
    createAppTester(app: LoadedApp): (called: unknown, bundle: unknown) => Promise<never>;
  };
  // The platform ends a process of its own that has grown; here it would end the tests.
  Object.assign(load("zapier-platform-core/src/constants") as object, { KILL_MIN_LIMIT: Infinity });
  // The Millrace runs in the same process here, and its own requests are none of the platform's.
  const tester = createAppTester(Object.assign(app, { flags: { ...app.flags, skipHttpPatch: true } }));
  return {
    app,
    problems() {
      const { prepareApp } = load("zapier-platform-core/src/tools/schema") as { prepareApp(app: LoadedApp): unknown };
      const { validateAppDefinition } = load("zapier-platform-schema") as {
        validateAppDefinition(app: unknown): { errors: { property: string; message: string }[] };
      };
      const text = JSON.stringify(prepareApp(app), (_, value: unknown) =>
        typeof value === "function" ? `$func$${value.length}$f$` : value,
      );
      return validateAppDefinition(JSON.parse(text)).errors.map(({ property, message }) => `${property} ${message}`);
    },
    run: (path, bundle) => tester(valueAt(app, path), bundle),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const valueAt = (from: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), from);

/** What somebody types into the form of an action so that the operation gets this input. */
export function formDataOf({ places }: ZapierAction, input: JsonObject): JsonObject {
  const data: JsonObject = {};
  for (const [key, { path, items }] of Object.entries(places)) {
    const value = valueAt(input, path.join("."));
    if (value === undefined) continue;
    const rows = items && Array.isArray(value) ? value.map((row) => renamed(row as JsonObject, items)) : value;
    data[key] = rows as JsonObject;
  }
  return data;
}

const renamed = (row: JsonObject, items: Record<string, string>): JsonObject =>
  Object.fromEntries(Object.entries(items).flatMap(([key, name]) => (row[name] === undefined ? [] : [[key, row[name]]])));
