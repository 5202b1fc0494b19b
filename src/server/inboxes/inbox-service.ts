import type { Catalog } from "#catalog/registry.ts";
import type { App, ConnectionFacts, InboxRules } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { Engine } from "#engine/api.ts";
import { eventBook, startsFrom } from "#engine/accept/inbox.ts";
import type { Subscriber } from "#engine/types/bindings.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { Inbox, ReceptionCount } from "#engine/types/inboxes.ts";
import type { InboxBody, InboxPatch, InboxRef, InboxView, Subscription, RefusedSender } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import type { DeliveryLog } from "./delivery-log.ts";
import type { ReceptionCounter } from "./reception-counts.ts";
import { hooksPath } from "../hooks/hooks.ts";
import type { InboxRegistry } from "./inbox-registry.ts";
import { readAddressList } from "../http/address-list.ts";
import { checkKey } from "../hooks/signature.ts";

/** Inboxes, as the API offers them. `by`: who makes a change, for the list of changes. */
export interface InboxService {
  list(workspaceId: string): Promise<InboxView[]>;
  add(workspaceId: string, body: InboxBody, by?: string): Promise<InboxView>;
  change(workspaceId: string, id: string, patch: InboxPatch, by?: string): Promise<InboxView>;
  /** A new address; the old one stops working. */
  rotate(workspaceId: string, id: string, by?: string): Promise<InboxView>;
  remove(workspaceId: string, id: string, by?: string): Promise<void>;
  /** Where the events of a flow's trigger come in; null for one whose events do not come to inboxes. */
  addresses(flow: Flow): InboxRef[] | null;
  /** What has to be ticked for a flow's trigger, and when its event last came; null as above. */
  subscription(flow: Flow): Promise<Subscription | null>;
}

export interface InboxServiceParts {
  registry: InboxRegistry;
  receptions: ReceptionCounter;
  deliveries: Pick<DeliveryLog, "read">;
  engine: Pick<Engine, "subscribers">;
  connections(workspaceId: string): Promise<readonly ConnectionFacts[]>;
  catalog: Catalog;
  publicUrl: () => string;
  /** Whom an inbox refused, by its id. */
  refusedSenders: (id: string) => RefusedSender[];
  clock: Clock;
}

type InboxApp = App & { inbox: InboxRules };

export const createInboxService = (parts: InboxServiceParts): InboxService => new Inboxes(parts);

class Inboxes implements InboxService {
  readonly #parts: InboxServiceParts;

  constructor(parts: InboxServiceParts) {
    this.#parts = parts;
  }

  list(workspaceId: string): Promise<InboxView[]> {
    return Promise.all(this.#parts.registry.all(workspaceId).map((inbox) => this.#view(inbox)));
  }

  async add(workspaceId: string, { name, title, app: wanted, flows = [], ...rest }: InboxBody, by?: string): Promise<InboxView> {
    const { id: app } = wanted === undefined ? this.#appWithInbox(workspaceId) : this.#appOf(workspaceId, wanted);
    const now = this.#parts.clock.now();
    const blank = { senders: null, registration: null, publicKey: null, legacy: false, legacyKey: null };
    const identity = { id: newId("inb", now), workspaceId, app, name, title: title ?? name, token: newToken(), createdAt: now };
    return this.#view(await this.#parts.registry.add({ ...identity, ...blank, ...checked(rest), flows }, by));
  }

  async change(workspaceId: string, id: string, { name, title, flows, ...rest }: InboxPatch, by?: string): Promise<InboxView> {
    const inbox = this.#find(workspaceId, id);
    if (name !== undefined && name !== inbox.name) refuseBound(inbox, await this.#subscribers(inbox), "renamed");
    const patch = {
      ...defined({ name, title }),
      ...(flows !== undefined && inbox.flows !== null && { flows }),
      ...checked(rest),
    };
    return this.#view(await this.#parts.registry.change(workspaceId, inbox.id, patch, by));
  }

  async rotate(workspaceId: string, id: string, by?: string): Promise<InboxView> {
    const inbox = this.#find(workspaceId, id);
    return this.#view(await this.#parts.registry.change(workspaceId, inbox.id, { token: newToken() }, by));
  }

  async remove(workspaceId: string, id: string, by?: string): Promise<void> {
    const inbox = this.#find(workspaceId, id);
    refuseBound(inbox, await this.#subscribers(inbox), "removed");
    await this.#parts.registry.remove(workspaceId, inbox.id, by);
    this.#parts.receptions.forget(inbox.id);
  }

  addresses(flow: Flow): InboxRef[] | null {
    const { app, event } = this.#eventOf(flow) ?? {};
    if (!app || !event) return null;
    const ownPath = mustBeAddressed(app, event.id) ? event.id : undefined;
    return this.#inboxesOf(flow).map((inbox) => ({ id: inbox.id, name: inbox.name, url: this.#urlOf(inbox, ownPath) }));
  }

  async subscription(flow: Flow): Promise<Subscription | null> {
    const inboxes = this.addresses(flow);
    const event = this.#eventOf(flow)?.event;
    if (!inboxes || !event) return null;
    const places = await this.#placesOf(flow);
    const counts = (await Promise.all(this.#inboxesOf(flow).map((inbox) => this.#parts.receptions.read(inbox)))).flat();
    const own = counts.filter(({ type, place }) => type === event.id && (places === null || places.includes(place)));
    return { event: event.id, scopes: [...(event.scopes ?? [])], inboxes, lastAt: summed(own).lastAt };
  }

  async #view(inbox: Inbox): Promise<InboxView> {
    const [counts, subscribers, logins] = await Promise.all([
      this.#parts.receptions.read(inbox),
      this.#subscribers(inbox),
      this.#parts.connections(inbox.workspaceId),
    ]);
    const app = this.#appOf(inbox.workspaceId, inbox.app);
    const { arrivals, refusals } = this.#parts.deliveries.read(inbox.id);
    const { id, name, title, registration, legacy, publicKey, senders, createdAt, flows } = inbox;
    return {
      id,
      name,
      title,
      app: inbox.app,
      url: this.#urlOf(inbox),
      registration,
      legacy,
      senders,
      refusedSenders: this.#parts.refusedSenders(id),
      createdAt,
      flows,
      ownKey: publicKey !== null,
      events: eventsOf(app, counts, subscribers).map((event) => ({ ...event, url: this.#urlOf(inbox, event.type) })),
      unrecognized: summed(counts.filter(({ type }) => type === "")),
      places: placesOf(counts, titlesOf(logins)),
      arrivals: arrivals.map(({ type, place, ...rest }) => ({
        ...rest,
        title: app.triggers.find(({ id }) => id === type)?.title ?? type,
        place: place === null ? null : placeView(place, titlesOf(logins)),
      })),
      refusals,
      where: app.inbox.where,
    };
  }

  #find(workspaceId: string, id: string): Inbox {
    const inbox = this.#parts.registry.get(workspaceId, id);
    if (!inbox) throw new MillraceError("NOT_FOUND", { details: { what: "inbox", id } });
    return inbox;
  }

  #appOf(workspaceId: string, id: string): InboxApp {
    const app = this.#parts.catalog.of(workspaceId).app(id);
    if (app?.inbox) return { ...app, inbox: app.inbox };
    throw new MillraceError("BAD_INPUT", { details: { field: "app", problem: `'${id}' has no events that come to an inbox` } });
  }

  #appWithInbox(workspaceId: string): App {
    const app = this.#parts.catalog.of(workspaceId).apps.find(({ inbox }) => inbox);
    if (app) return app;
    throw new MillraceError("BAD_INPUT", { details: { field: "app", problem: "no app has events that come to an inbox" } });
  }

  /** The event that a flow's trigger waits for, if it comes to inboxes. */
  #eventOf({ workspaceId, draft: { trigger } }: Flow) {
    const app = this.#parts.catalog.of(workspaceId).app(trigger.app);
    const event = app?.inbox && app.triggers.find(({ id }) => id === trigger.operation);
    return app && event ? { app, event } : null;
  }

  /** The inboxes of its workspace that a flow starts from. */
  #inboxesOf({ id, workspaceId, draft: { trigger } }: Flow): Inbox[] {
    return this.#parts.registry.all(workspaceId).filter((inbox) => inbox.app === trigger.app && startsFrom(inbox, trigger, id));
  }

  async #subscribers(inbox: Inbox): Promise<Subscriber[]> {
    const all = await this.#parts.engine.subscribers(inbox.workspaceId, inbox.app);
    return all.filter(({ binding: { definition, flow } }) => startsFrom(inbox, definition.trigger, flow.id));
  }

  /** The places whose events start a flow; null: all. */
  async #placesOf({ workspaceId, draft: { trigger } }: Flow): Promise<string[] | null> {
    const { connection } = trigger;
    if (connection === undefined) return null;
    const all = await this.#parts.connections(workspaceId);
    const login = all.find(({ name, formerNames }) => name === connection || formerNames?.includes(connection));
    return [login?.locationId ?? login?.companyId ?? ""];
  }

  #urlOf({ token }: Inbox, event?: string): string {
    return `${this.#parts.publicUrl()}${hooksPath}${token}${event === undefined ? "" : `/${event}`}`;
  }
}

/** Whether an event needs an address of its own: its payload looks like that of other events of its family. */
export function mustBeAddressed(app: App, event: string): boolean {
  const { byId, lone } = eventBook(app.triggers);
  const facts = byId.get(event);
  return facts?.shape !== undefined && !lone.includes(facts);
}

function eventsOf(app: App, counts: readonly ReceptionCount[], subscribers: readonly Subscriber[]) {
  const waiting = subscribers.filter(({ binding: { flow } }) => flow.status === "on");
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

/** The titles of connections by their sub-account; of an agency's by the agency. */
const titlesOf = (connections: readonly ConnectionFacts[]): ReadonlyMap<string, string> =>
  new Map(connections.flatMap(({ locationId, companyId, title, name }) => [[locationId ?? companyId ?? "", title ?? name] as const]));

const placeView = (id: string, titles: ReadonlyMap<string, string>) => ({ id, title: titles.get(id) ?? null });

/** How many places a view names; of an agency with more, those that sent something last. */
const mostPlaces = 300;

/** From where events came, the most recent first. */
function placesOf(counts: readonly ReceptionCount[], titles: ReadonlyMap<string, string>) {
  const places = new Set(counts.map(({ place }) => place).filter((place) => place !== ""));
  return [...places]
    .map((place) => ({ ...placeView(place, titles), ...summed(counts.filter((row) => row.place === place)) }))
    .sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))
    .slice(0, mostPlaces);
}

const summed = (counts: readonly ReceptionCount[]) => ({
  count: counts.reduce((sum, { count }) => sum + count, 0),
  lastAt: counts.length === 0 ? null : Math.max(...counts.map(({ lastAt }) => lastAt)),
});

/** Checks the keys. Of a client id the part before the dash is the registration; an empty text clears a field. */
function checked({ registration, publicKey, legacy, legacyKey, senders }: Omit<InboxPatch, "name" | "title" | "flows">) {
  const trimmed = { registration: registration?.trim().split("-", 1)[0], publicKey: publicKey?.trim(), legacyKey: legacyKey?.trim() };
  if (trimmed.publicKey) checkKey("publicKey", "ed25519", trimmed.publicKey);
  if (trimmed.legacyKey) checkKey("legacyKey", "rsa-sha256", trimmed.legacyKey);
  return {
    ...(registration !== undefined && { registration: trimmed.registration || null }),
    ...(publicKey !== undefined && { publicKey: trimmed.publicKey || null }),
    ...(legacy !== undefined && { legacy }),
    ...(senders !== undefined && { senders: noneIfEmpty(readAddressList("senders", senders ?? [])) }),
    ...(legacyKey !== undefined && { legacyKey: trimmed.legacyKey || null }),
  };
}

const noneIfEmpty = (senders: string[]): string[] | null => (senders.length === 0 ? null : senders);

function refuseBound(inbox: Inbox, subscribers: readonly Subscriber[], done: string): void {
  const users = subscribers.filter(({ binding: { flow, definition } }) => flow.status === "on" && definition.trigger.inbox === inbox.name);
  if (users.length === 0) return;
  const names = users.map(({ binding }) => `'${binding.flow.name}'`).join(", ");
  throw new MillraceError("CONFLICT", {
    details: { problem: `'${inbox.name}' cannot be ${done} while ${names} uses it. Pause it or change its trigger first` },
  });
}
