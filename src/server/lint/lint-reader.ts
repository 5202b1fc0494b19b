import { fieldsOf } from "#catalog/login.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { App, InputField } from "#catalog/types.ts";
import { secretPlaceOf, webhookRules } from "#catalog/webhooks.ts";
import type { FlowKnowledge } from "#engine/flow/knowledge.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { LintReader } from "#engine/lint/types.ts";
import type { MessagePolicy } from "#engine/types/messages.ts";
import type { ScriptTestResult, ScriptWithTests } from "#engine/types/scripts.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Caller } from "#outbound/caller.ts";
import { isMetadataHost } from "#outbound/private-hosts.ts";
import { ruleKindsOf } from "#engine/mapping/rule-format.ts";
import type { Connection } from "#vault/types.ts";
import { webhooksOf } from "../catalog/knowledge.ts";
import type { PinBook } from "../connections/pin-book.ts";

export interface LintReaderParts {
  catalog: Catalog;
  knowledge: (workspaceId: string) => FlowKnowledge;
  connection(workspaceId: string, name: string): Promise<Connection | null>;
  connections(workspaceId: string): Promise<readonly Connection[]>;
  /** What a removed connection was called; null where none had this name. */
  removed(workspaceId: string, name: string): Promise<string | null>;
  pins: Pick<PinBook, "of">;
  inboxes(workspaceId: string, app: string): { name: string; all: boolean }[];
  caller: Pick<Caller, "pages">;
  messagePolicy(workspaceId: string): Promise<MessagePolicy>;
  testScript(workspaceId: string, script: ScriptWithTests): Promise<ScriptTestResult[]>;
  /** A field of a login; empty where it is not filled in. */
  loginField(workspaceId: string, connection: string, app: string, field: string): Promise<string>;
  /** Why an address may not be called; null where it may. */
  closed(url: string, ownUrl?: string): Promise<MillraceError | null>;
}

/** The world as the check of a workspace's flows asks it: the catalog, the vault, and the lists of sub-accounts, behind whatever is live. */
export function createLintReader(workspaceId: string, parts: LintReaderParts): LintReader {
  const { catalog, knowledge, connection, connections, removed, pins, inboxes, caller, testScript, closed } = parts;
  const own = () => catalog.of(workspaceId);
  const webhooks = webhooksOf(catalog);
  return {
    app(id) {
      const app = own().app(id);
      if (!app) return null;
      return { title: app.title, inbox: app.inbox !== undefined, ...(app.contacts && { contacts: app.contacts.operation }) };
    },
    operation: (app, id) => own().operation(app, id) ?? null,
    gone: (app, id, as) => (own().app(app) ? (own()[as](app, id) ? null : "id") : "app"),
    webhook: (app, id) => webhooks(workspaceId, app, id),
    choosing: (app, name) => choosing(own().app(app), name),
    connection: (name) => connection(workspaceId, name),
    testScript: (script) => testScript(workspaceId, script),
    messagePolicy: () => parts.messagePolicy(workspaceId),
    removed: (name) => removed(workspaceId, name),
    async pins(name) {
      const login = await connection(workspaceId, name);
      return login && pins.of(login);
    },
    connections: async (app) => (await connections(workspaceId)).filter((one) => one.app === app).map(({ name }) => name),
    get titles() {
      return knowledge(workspaceId);
    },
    get rules() {
      return ruleKindsOf(knowledge(workspaceId).rules ?? {});
    },
    async rows(name, app, { operation, otherwise, input = {} }) {
      const read = async (id: string) => {
        const rows: unknown[] = [];
        const pages = caller.pages({
          workspaceId,
          app,
          operation: id,
          connection: name,
          input,
          lane: "sync",
          cause: { purpose: "flow_check" },
        });
        for await (const page of pages) rows.push(...page.rows);
        return { rows };
      };
      return read(operation)
        .catch((thrown: unknown) => (otherwise && isWrongKind(thrown) ? read(otherwise) : Promise.reject(thrown)))
        .catch((thrown: unknown) => {
          const { message, details } = toMillraceError(thrown);
          return { unchecked: message, ...(typeof details["retryAt"] === "number" && { until: details["retryAt"] }) };
        });
    },
    missingProof: async (name, app, trigger) =>
      missingProof(own().app(app), trigger, (field) => parts.loginField(workspaceId, name, app, field)),
    inboxes: async (app) => inboxes(workspaceId, app),
    async closed(url, ownUrl) {
      const error = await closed(url, ownUrl);
      if (error === null) return null;
      const host = String(error.details["host"]);
      return { host, todo: String(error.details["todo"]), mayAllow: !isMetadataHost(new URL(`http://${host}`).hostname) };
    },
  };
}

/** Whether a flow works with a connection, or names one that is not there: it may have been this one. */
export function usesConnection(id: string, find: (name: string) => Promise<Pick<Connection, "id"> | null>) {
  return async (definition: FlowDefinition): Promise<boolean> => {
    const names = new Set(placesOf(definition).flatMap(({ connection }) => connection ?? []));
    const used = await Promise.all([...names].map(find));
    return used.some((connection) => connection === null || connection.id === id);
  };
}

const choosing = (app: App | undefined, name: string): InputField | null =>
  app?.operations
    .flatMap(({ input }) => input)
    .find((field) => field.name === name && field.lookup?.by && field.control !== "customFields") ?? null;

const isWrongKind = (thrown: unknown): boolean => thrown instanceof MillraceError && thrown.code === "CONNECTION_WRONG_KIND";

/** What the field of a login is called by which an app proves its webhooks, if it is empty. One that cannot be read is found elsewhere. */
async function missingProof(app: App | undefined, id: string, read: (field: string) => Promise<string>): Promise<string | null> {
  const trigger = app?.triggers.find((each) => each.id === id);
  const place = app && trigger ? secretPlaceOf(webhookRules(app, trigger).verify) : null;
  if (!app || place === null || !("login" in place)) return null;
  if ((await read(place.login).catch(() => "unread")) !== "") return null;
  const fields = app.auth.flatMap((scheme) => fieldsOf(scheme));
  return fields.find(({ name }) => name === place.login)?.label ?? place.login;
}
