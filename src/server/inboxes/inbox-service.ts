import type { Catalog } from "#catalog/registry.ts";
import type { App, ConnectionFacts, InboxRules } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { Engine } from "#engine/api.ts";
import { eventBook, startsFrom } from "#engine/accept/inbox.ts";
import type { Subscriber } from "#engine/types/bindings.ts";
import type { ReceptionCount, Inbox } from "#engine/types/inboxes.ts";
import type { TriggerDefinition } from "#engine/types/triggers.ts";
import type { InboxBody, InboxPatch, InboxRef, InboxView, Subscription } from "#api/schemas.ts";
import type { ReceptionCounter } from "./reception-counts.ts";
import { hooksPath } from "../hooks/hooks.ts";
import type { InboxRegistry } from "./inbox-registry.ts";
import { checkKey } from "../hooks/signature.ts";

/** Inboxes as the API deals in them. `by`: who makes a change, for the list of changes. */
export interface InboxService {
  list(): Promise<InboxView[]>;
  add(body: InboxBody, by?: string): Promise<InboxView>;
  change(id: string, patch: InboxPatch, by?: string): Promise<InboxView>;
  /** A new address; the old one stops working. */
  rotate(id: string, by?: string): Promise<InboxView>;
  remove(id: string, by?: string): Promise<void>;
  /** Where the events of a trigger come in; null for one whose events do not come to inboxes. */
  addresses(trigger: TriggerDefinition, flowId: string): InboxRef[] | null;
  /** What has to be ticked for a trigger, and when its event last came; null as above. */
  subscription(trigger: TriggerDefinition, flowId: string): Promise<Subscription | null>;
}

export interface InboxServiceParts {
  registry: InboxRegistry;
  receptions: ReceptionCounter;
  engine: Pick<Engine, "subscribers">;
  connections(): Promise<readonly ConnectionFacts[]>;
  catalog: Catalog;
  publicUrl: () => string;
  workspaceId: string;
  clock: Clock;
}

type InboxApp = App & { inbox: InboxRules };

export function createInboxService({
  registry,
  receptions,
  engine,
  connections,
  catalog,
  publicUrl,
  workspaceId,
  clock,
}: InboxServiceParts): InboxService {
  const urlOf = (inbox: Inbox, event?: string) => `${publicUrl()}${hooksPath}${inbox.token}${event === undefined ? "" : `/${event}`}`;

  const found = (id: string): Inbox => {
    const inbox = registry.get(id);
    if (!inbox) throw new MillraceError("NOT_FOUND", { details: { what: "inbox", id } });
    return inbox;
  };
  const appOf = (id: string): InboxApp => {
    const app = catalog.of(workspaceId).app(id);
    if (app?.inbox) return app as InboxApp;
    throw new MillraceError("BAD_INPUT", { details: { field: "app", problem: `'${id}' has no events that come to an inbox` } });
  };
  const appWithInbox = (): App => {
    const app = catalog.of(workspaceId).apps.find(({ inbox }) => inbox);
    if (app) return app;
    throw new MillraceError("BAD_INPUT", { details: { field: "app", problem: "no app has events that come to an inbox" } });
  };
  const listening = async (inbox: Inbox): Promise<Subscriber[]> =>
    (await engine.subscribers(workspaceId, inbox.app)).filter(({ binding: { definition, flow } }) =>
      startsFrom(inbox, definition.trigger, flow.id),
    );

  const view = async (inbox: Inbox): Promise<InboxView> => {
    const [counts, listeners] = await Promise.all([receptions.read(inbox.id), listening(inbox)]);
    const app = appOf(inbox.app);
    const { id, name, title, registration, legacy, publicKey, createdAt, flows } = inbox;
    return {
      id,
      name,
      title,
      app: inbox.app,
      url: urlOf(inbox),
      registration,
      legacy,
      ownKey: publicKey !== null,
      createdAt,
      flows,
      events: eventsOf(app, counts, listeners).map((event) => ({ ...event, url: urlOf(inbox, event.type) })),
      unrecognized: summed(counts.filter(({ type }) => type === "")),
      where: app.inbox.where,
    };
  };

  const addresses: InboxService["addresses"] = (trigger, flowId) => {
    const app = catalog.of(workspaceId).app(trigger.app);
    const event = app?.inbox && app.triggers.find(({ id }) => id === trigger.operation);
    if (!app || !event) return null;
    const own = mustBeAddressed(app, event.id) ? event.id : undefined;
    return registry
      .all()
      .filter((inbox) => inbox.app === app.id && startsFrom(inbox, trigger, flowId))
      .map((inbox) => ({ id: inbox.id, name: inbox.name, url: urlOf(inbox, own) }));
  };

  return {
    list: () => Promise.all(registry.all().map(view)),
    async add({ name, title, app: wanted, flows = [], ...rest }, by) {
      const { id: app } = wanted === undefined ? appWithInbox() : appOf(wanted);
      const now = clock.now();
      const blank = { registration: null, publicKey: null, legacy: false, legacyKey: null };
      const inbox = {
        id: newId("inb", now),
        workspaceId,
        app,
        name,
        title: title ?? name,
        token: newToken(),
        createdAt: now,
        ...blank,
        ...checked(rest),
        flows,
      };
      return view(await registry.add(inbox, by));
    },
    async change(id, patch, by) {
      const { name, title, flows, ...rest } = patch;
      const inbox = found(id);
      if (name !== undefined && name !== inbox.name) refuseBound(inbox, await listening(inbox), "renamed");
      return view(
        await registry.change(
          inbox.id,
          {
            ...(name !== undefined && { name }),
            ...(title !== undefined && { title }),
            ...(flows !== undefined && inbox.flows !== null && { flows }),
            ...checked(rest),
          },
          by,
        ),
      );
    },
    rotate: async (id, by) => view(await registry.change(found(id).id, { token: newToken() }, by)),
    async remove(id, by) {
      const inbox = found(id);
      refuseBound(inbox, await listening(inbox), "removed");
      await registry.remove(inbox.id, by);
      receptions.forget(inbox.id);
    },
    addresses,
    async subscription(trigger, flowId) {
      const inboxes = addresses(trigger, flowId);
      const event =
        inboxes &&
        catalog
          .of(workspaceId)
          .app(trigger.app)!
          .triggers.find(({ id }) => id === trigger.operation);
      if (!event) return null;
      const places = await placesOf(trigger);
      const counts = (await Promise.all(inboxes.map(({ id }) => receptions.read(id)))).flat();
      const own = counts.filter(({ type, place }) => type === event.id && (places === null || places.includes(place)));
      return { event: event.id, scopes: [...(event.scopes ?? [])], inboxes, lastAt: summed(own).lastAt };
    },
  };

  /** The places a trigger hears of; null: all. */
  async function placesOf({ connection }: TriggerDefinition): Promise<string[] | null> {
    if (connection === undefined) return null;
    const login = (await connections()).find(({ name, formerNames }) => name === connection || formerNames?.includes(connection));
    return [login?.locationId ?? login?.companyId ?? ""];
  }
}

/** Without an address of its own nobody could tell it from the rest of its family. */
export function mustBeAddressed(app: App, event: string): boolean {
  const { byId, lone } = eventBook(app.triggers);
  const facts = byId.get(event);
  return facts?.shape !== undefined && !lone.includes(facts);
}

function eventsOf(app: App, counts: readonly ReceptionCount[], listeners: readonly Subscriber[]) {
  const waiting = listeners.filter(({ binding: { flow } }) => flow.status === "on");
  const types = new Set([...waiting.flatMap(({ events }) => events), ...counts.map(({ type }) => type)]);
  return app.triggers
    .filter(({ id }) => types.has(id))
    .map(({ id, title, scopes = [] }) => ({
      type: id,
      title,
      scopes: [...scopes],
      flows: waiting.filter(({ events }) => events.includes(id)).map(({ binding: { flow } }) => ({ id: flow.id, name: flow.name })),
      ...summed(counts.filter(({ type }) => type === id)),
      needsUrl: mustBeAddressed(app, id),
    }));
}

const summed = (counts: readonly ReceptionCount[]) => ({
  count: counts.reduce((sum, { count }) => sum + count, 0),
  lastAt: counts.length === 0 ? null : Math.max(...counts.map(({ lastAt }) => lastAt)),
});

/** Keys are keys; a whole client id is taken for the registration it begins with; an empty text is none. */
function checked({ registration, publicKey, legacy, legacyKey }: Omit<InboxPatch, "name" | "title" | "flows">) {
  const given = { registration: registration?.trim().split("-", 1)[0], publicKey: publicKey?.trim(), legacyKey: legacyKey?.trim() };
  if (given.publicKey) checkKey("publicKey", "ed25519", given.publicKey);
  if (given.legacyKey) checkKey("legacyKey", "rsa-sha256", given.legacyKey);
  return {
    ...(registration !== undefined && { registration: given.registration || null }),
    ...(publicKey !== undefined && { publicKey: given.publicKey || null }),
    ...(legacy !== undefined && { legacy }),
    ...(legacyKey !== undefined && { legacyKey: given.legacyKey || null }),
  };
}

function refuseBound(inbox: Inbox, listeners: readonly Subscriber[], done: string): void {
  const users = listeners.filter(({ binding: { flow, definition } }) => flow.status === "on" && definition.trigger.inbox === inbox.name);
  if (users.length === 0) return;
  const names = users.map(({ binding }) => `'${binding.flow.name}'`).join(", ");
  throw new MillraceError("CONFLICT", {
    details: { problem: `'${inbox.name}' cannot be ${done} while ${names} listens there. Pause it or change its trigger first` },
  });
}
