import { appDefinition, appLimits, type AppDefinition, type AppView, type DefinitionCheck } from "#api/schemas.ts";
import { asksAddress, holesOf } from "#catalog/address.ts";
import { consentOf, fieldsOf, isOpen, needsLogin, titleOfLogin } from "#catalog/login.ts";
import type { LoginField } from "#catalog/logins/field.ts";
import { loginKinds, type AuthScheme, type LoginKindName } from "#catalog/logins/kinds.ts";
import type { AppRegistry } from "#catalog/registry.ts";
import type { AddressVariable, App } from "#catalog/types.ts";
import { adviceFor } from "#definitions/advice.ts";
import { defined } from "#kernel/defined.ts";
import { badInput, conflict, MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { z, type ZodError } from "zod";
import { shapeProblem } from "#kernel/shape-problem.ts";
import { isMetadataHost } from "#outbound/private-hosts.ts";
import type { AppRow, AppVersionRow } from "#storage/app-store.ts";
import { checkApp, problemsOf } from "./check-app.ts";
import type { DefinitionProblem } from "./definition-problem.ts";
import { ownApp, type OwnApps } from "./own-apps.ts";

/** A connection as far as its app's address matters to it. */
interface AppConnection {
  name: string;
  auth: LoginKindName;
  baseUrl?: string;
}

export interface AppServiceParts {
  registry: AppRegistry;
  own: OwnApps;
  /** The connections of an app. */
  connections(workspaceId: string, app: string): Promise<readonly AppConnection[]>;
  /** The names of the flows that use an app, in their draft or in what runs. */
  flows(workspaceId: string, app: string): Promise<readonly string[]>;
  /** Why an address may not be called; null where it may. `ownUrl`: the address that a connection of the app is made for. */
  closed(url: string, ownUrl: string): Promise<MillraceError | null>;
  log: Log;
}

export type AppDetail = AppView & { definition: Record<string, unknown> | null };

const mostApps = 100;
/** Of all own apps of a workspace together: the page holds the whole catalog. */
const mostOperations = 5_000;
const largest = `${appLimits.bytes / 1024 ** 2} MiB`;
const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

/** The apps of workspaces, as the API offers them: listed with the built-in ones, defined, replaced and deleted. `by`: who makes a change, for the list of changes. */
export class AppService {
  readonly #parts: AppServiceParts;
  readonly #listeners: ((workspaceId: string, app: string) => Promise<void>)[] = [];

  constructor(parts: AppServiceParts) {
    this.#parts = parts;
  }

  list(workspaceId: string): { revision: number; apps: AppView[] } {
    const { revision, apps } = this.#parts.registry.of(workspaceId);
    return { revision, apps: apps.map((app) => this.#view(workspaceId, app)) };
  }

  get(workspaceId: string, id: string): AppDetail {
    const app = this.#parts.registry.of(workspaceId).app(id);
    if (!app) throw notFound(id);
    const row = this.#parts.own.row(workspaceId, id);
    return { ...this.#view(workspaceId, app), definition: row ? (JSON.parse(row.definition) as Record<string, unknown>) : null };
  }

  /** Defines an app, or replaces the one of its name. */
  async put(workspaceId: string, id: string, { millraceApp: _, ...definition }: AppDefinition, by?: string): Promise<AppDetail> {
    const { registry, own, log } = this.#parts;
    this.#requireName(workspaceId, id);
    checkApp(definition, registry.hooks);
    if (JSON.stringify(definition).length > appLimits.bytes) throw new MillraceError("BODY_TOO_LARGE", { details: { limit: largest } });
    const app = ownApp(id, definition);
    this.#requireRoom(workspaceId, app);
    await this.#requireOpen(app);
    await this.#requireSamePlace(workspaceId, app);
    await own.put(workspaceId, id, definition, by);
    log.info({ app: id }, "An app of the workspace was defined");
    await this.#changed(workspaceId, id);
    return this.get(workspaceId, id);
  }

  /** The definitions that an own app had, newest first. */
  async versions(workspaceId: string, id: string): Promise<{ versions: AppVersionRow[] }> {
    this.#requireOwn(workspaceId, id);
    return { versions: await this.#parts.own.versions(workspaceId, id) };
  }

  /** One of them, with its definition. Putting that again restores it. */
  async version(workspaceId: string, id: string, revision: string): Promise<AppVersionRow & { definition: Record<string, unknown> }> {
    this.#requireOwn(workspaceId, id);
    const number = /^[1-9]\d{0,8}$/.test(revision) ? Number(revision) : 0;
    const version = await this.#parts.own.version(workspaceId, id, number);
    if (!version) throw new MillraceError("NOT_FOUND", { details: { what: `version of '${id}'`, id: revision } });
    return { ...version, definition: JSON.parse(version.definition) as Record<string, unknown> };
  }

  /**
   * Puts the definition of an own app into another workspace, without its logins. An app of the same name there is only replaced where
   * it was shared from this one: its definition is one that this one has or had.
   */
  async share(workspaceId: string, id: string, to: { workspaceId: string; name?: string | undefined; by?: string }): Promise<void> {
    const row = this.#requireOwn(workspaceId, id);
    const name = to.name ?? id;
    const there = this.#parts.own.row(to.workspaceId, name);
    if (there && !(await this.#had(row, there.definition)))
      throw conflict(`That workspace has another app '${name}'. Give this one a name of its own there`);
    await this.put(to.workspaceId, name, appDefinition.parse(JSON.parse(row.definition)), to.by);
  }

  /** Whether an app has a definition, or had it. */
  async #had({ workspaceId, name, definition }: AppRow, other: string): Promise<boolean> {
    if (definition === other) return true;
    for (const { revision } of await this.#parts.own.versions(workspaceId, name))
      if ((await this.#parts.own.version(workspaceId, name, revision))?.definition === other) return true;
    return false;
  }

  #requireOwn(workspaceId: string, id: string): AppRow {
    const { registry, own } = this.#parts;
    const row = own.row(workspaceId, id);
    if (row) return row;
    throw registry.isBuiltIn(id) ? badInput("id", `'${id}' comes with Millrace and has no definition here`) : notFound(id);
  }

  /** All that is wrong with a definition, and what is missing for careful writes. `id`: the app it would replace. */
  async check(
    workspaceId: string,
    { id, definition }: { id?: string | undefined; definition: Record<string, unknown> },
  ): Promise<DefinitionCheck> {
    const read = appDefinition.safeParse(definition);
    if (!read.success) return { problems: shapeProblems(read.error), advice: [] };
    const problems = [...sizeProblems(read.data), ...problemsOf(read.data, this.#parts.registry.hooks)];
    if (problems.length === 0)
      problems.push(...(await this.#problemsOfPlace(workspaceId, ownApp(id ?? "draft", read.data), id !== undefined)));
    return { problems, advice: adviceFor(read.data) };
  }

  /** Why the addresses of a definition may not be used, or not by the logins that there are. */
  async #problemsOfPlace(workspaceId: string, app: App, replaces: boolean): Promise<DefinitionProblem[]> {
    try {
      this.#requireRoom(workspaceId, app);
      await this.#requireOpen(app);
      if (replaces) await this.#requireSamePlace(workspaceId, app);
      return [];
    } catch (thrown) {
      return [placeProblem(toMillraceError(thrown))];
    }
  }

  async remove(workspaceId: string, id: string, by?: string): Promise<void> {
    const { registry, own, connections, flows, log } = this.#parts;
    if (registry.isBuiltIn(id)) throw new MillraceError("CONFLICT", { details: { problem: `'${id}' comes with Millrace and stays` } });
    if (!own.row(workspaceId, id)) throw notFound(id);
    const logins = (await connections(workspaceId, id)).map(({ name }) => `the connection '${name}'`);
    const uses = [...(await flows(workspaceId, id)).map((name) => `the flow '${name}'`), ...logins];
    if (uses.length > 0) {
      const problem = `'${id}' is used by ${uses.join(", ")}. Remove ${uses.length === 1 ? "that" : "those"} first`;
      throw new MillraceError("CONFLICT", { details: { problem } });
    }
    await own.remove(workspaceId, id, by);
    log.info({ app: id }, "An app of the workspace was deleted");
    await this.#changed(workspaceId, id);
  }

  /** Calls the listener with each app that was defined, replaced or deleted, and answers whoever did it once the listener is done. */
  onChange(listener: (workspaceId: string, app: string) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  async #changed(workspaceId: string, app: string): Promise<void> {
    for (const listener of this.#listeners) await listener(workspaceId, app);
  }

  #requireName(workspaceId: string, id: string): void {
    const { registry, own } = this.#parts;
    if (!namePattern.test(id))
      throw badInput("id", "begins with a small letter and goes on with small letters, digits and dashes (40 at most)");
    if (registry.isBuiltIn(id)) throw badInput("id", `'${id}' comes with Millrace; give yours another name`);
    if (own.count(workspaceId) >= mostApps && !own.row(workspaceId, id))
      throw badInput("id", `there are ${mostApps} apps already; delete one first`);
  }

  #requireRoom(workspaceId: string, { id, operations }: App): void {
    const { registry } = this.#parts;
    const others = registry.of(workspaceId).apps.filter((app) => app.id !== id && !registry.isBuiltIn(app.id));
    const count = others.reduce((sum, app) => sum + app.operations.length, operations.length);
    if (count > mostOperations)
      throw badInput(
        "operations",
        `the apps of this workspace would have ${count.toLocaleString("en")} operations together, and ${mostOperations.toLocaleString("en")} is the most; leave out what you do not use`,
      );
  }

  /** Every address in a definition has to be one that may be called. */
  async #requireOpen(app: App): Promise<void> {
    for (const [field, url] of addressesOf(app)) {
      if (holesOf(url).some((hole) => hole.in !== "path")) continue; // only a connection says where it is, and each call is checked
      const closed = await this.#parts.closed(url, url);
      if (closed) throw new MillraceError(closed.code, { cause: closed, details: { ...closed.details, field } });
    }
  }

  /**
   * Whoever may define an app must not get the secrets of its connections sent to another host. Connections may be there although the app is not:
   * its definition cannot be read any more.
   */
  async #requireSamePlace(workspaceId: string, app: App): Promise<void> {
    const before = this.#parts.registry.of(workspaceId).app(app.id) ?? this.#addressed(workspaceId, app.id);
    if (before && !isMoved(originsOf(before), originsOf(app))) return;
    const bound = (await this.#parts.connections(workspaceId, app.id)).filter(
      ({ auth, baseUrl }) => !isOpen(auth) && baseUrl === undefined,
    );
    if (bound.length === 0) return;
    const names = bound.map(({ name }) => `'${name}'`).join(", ");
    const problem = `The connections ${names} were made for another address, and a login is only ever sent to the one it was made for. Remove them, save the app, and connect again with the login`;
    throw new MillraceError("CONFLICT", { details: { field: "baseUrl", problem } });
  }

  /** The addresses in the row of an app, whatever else is wrong with it; undefined where nobody can tell. */
  #addressed(workspaceId: string, id: string): Addressed | undefined {
    const row = this.#parts.own.row(workspaceId, id);
    try {
      return row && addressedDefinition.parse(JSON.parse(row.definition));
    } catch {
      return undefined;
    }
  }

  #view(workspaceId: string, app: App): AppView {
    const { registry, own } = this.#parts;
    return appView(app, { builtIn: registry.isBuiltIn(app.id), revision: own.row(workspaceId, app.id)?.revision ?? null });
  }
}

/** Why an address may not be used. One on the operator's own network can be allowed. */
function placeProblem({ code, message, details }: MillraceError): DefinitionProblem {
  const field = String(details["field"] ?? "baseUrl");
  const host = String(details["host"]);
  if (code !== "HOST_NOT_ALLOWED" || isMetadataHost(new URL(`http://${host}`).hostname))
    return { field, problem: String(details["problem"] ?? message).replace(/\.$/, "") };
  return { field, problem: `${host} is an address on a private network, which flows may not call yet`, allow: host };
}

/** What is wrong with the shape of a definition, by its fields. */
function shapeProblems(error: ZodError): DefinitionProblem[] {
  return error.issues.flatMap(({ path, code, message, ...params }) => {
    const at = path.map(String);
    if (code !== "unrecognized_keys")
      return [{ field: at.join(".") || "definition", problem: shapeProblem({ keyword: code, message, params }).replace(/\.$/, "") }];
    const { keys } = params as { keys: string[] };
    return keys.map((key) => ({ field: [...at, key.slice(0, 100)].join("."), problem: "there is no such field here" }));
  });
}

const sizeProblems = (definition: AppDefinition): DefinitionProblem[] =>
  JSON.stringify(definition).length > appLimits.bytes ? [{ field: "definition", problem: `is larger than ${largest}` }] : [];

/** An app as the API shows it. */
export function appView(app: App, origin: Pick<AppView, "builtIn" | "revision">): AppView {
  const { id, title, baseUrl, variables = [], mark = null, place = [], operations, triggers, changes = [], builtIns = [] } = app;
  const asked = addressFields(variables);
  const logins = app.auth.map((scheme) => {
    const consent = consentOf(scheme);
    return {
      kind: scheme.kind,
      title: titleOfLogin(scheme),
      fields: [...asked, ...fieldsOf(scheme).filter(({ unasked }) => !unasked)],
      consent: consent && { ...consent, asker: [...asked, ...consent.asker] },
    };
  });
  return {
    id,
    title,
    ...origin,
    main: app.main ?? false,
    baseUrl,
    variables: [...variables],
    asksAddress: asksAddress(app),
    mark,
    logins,
    place: [...place],
    needsLogin: needsLogin(app),
    inbox: app.inbox ? { where: app.inbox.where } : null,
    endpoints: app.endpoints ?? false,
    operations: operations.length,
    triggers: triggers.length + changes.length + builtIns.length,
  };
}

/** What a connection fills in of the app's address, asked for with its login. */
const addressFields = (variables: readonly AddressVariable[]): LoginField[] =>
  variables.map(({ name, label, help, choices, default: usual }) => ({
    name,
    in: "setting",
    label,
    ...defined({ help: help ?? (choices && `One of: ${choices.join(", ")}`.slice(0, 300)), placeholder: usual?.slice(0, 80) }),
    ...(usual === undefined && { required: true as const }),
  }));

type Addressed = Pick<App, "baseUrl" | "auth">;
const addressedDefinition = z.object({ baseUrl: appDefinition.shape.baseUrl.default(""), auth: appDefinition.shape.auth });

function addressesOf({ baseUrl, auth }: Addressed): [field: string, url: string][] {
  const logins = auth.flatMap((scheme, i) =>
    Object.entries(addressesOfLogin(scheme)).map(([member, url]): [string, string] => [`auth.${i}.${member}`, url]),
  );
  return [...(baseUrl === "" ? [] : [["baseUrl", baseUrl] as [string, string]]), ...logins];
}

const addressesOfLogin = (scheme: AuthScheme): Record<string, string> => loginKinds[scheme.kind].addresses?.(scheme) ?? {};

/** The origins that get something of a login: that of the API, and those of the logins by kind and member. */
interface Origins {
  api: string | undefined;
  logins: ReadonlyMap<string, string | undefined>;
}

function originsOf({ baseUrl, auth }: Addressed): Origins {
  const logins = auth.flatMap((scheme) =>
    Object.entries(addressesOfLogin(scheme)).flatMap(([member, url]): [string, string | undefined][] => [
      [`${scheme.kind}.${member}`, originOf(url)],
      ...(isAskedFor(scheme, member) ? [] : [[`${scheme.kind}.${member} for all`, "all"] as [string, string]]),
    ]),
  );
  return { api: originOf(baseUrl), logins: new Map(logins) };
}

/** Whether each connection may name this address. Once that is no longer asked, its login would go to the address of the definition. */
const isAskedFor = (scheme: AuthScheme, member: string): boolean =>
  fieldsOf(scheme).some(({ name, in: place }) => name === member && place === "setting");

/** Whether something of a login would go to another place than before. Without its base address an app could not get the same one back. */
const isMoved = (before: Origins, after: Origins): boolean =>
  before.api !== after.api || [...after.logins].some(([member, origin]) => before.logins.get(member) !== origin);

/** A variable in it counts by its name: each connection keeps the value it was made with. */
function originOf(url: string): string | undefined {
  if (url === "") return undefined;
  return url.includes("{") ? /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0].toLowerCase() : new URL(url).origin;
}

const notFound = (id: string) => new MillraceError("NOT_FOUND", { details: { what: "app of this workspace", id } });
