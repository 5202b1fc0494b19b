import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { getPath } from "#kernel/json.ts";
import { textOf } from "#catalog/text.ts";
import type { ConnectionFacts, InboxRules, WebhookTrigger } from "#catalog/types.ts";
import type { AcceptOptions, Delivered, Delivery } from "../api.ts";
import type { SubscriberIndex } from "./subscriber-index.ts";
import { eventKey, happenedAt, personOf, recordId } from "./events.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import { contradicted, eventBook, eventOf, subscribersOf, placeOf, withoutType, type EventBook } from "./inbox.ts";
import type { Acceptance, AcceptedRuns, Observation } from "../types/acceptance.ts";
import type { Event } from "../types/events.ts";
import type { Inbox } from "../types/inboxes.ts";
import type { ObservationOutcome } from "../types/observations.ts";

/** What inboxes need of the catalog and of the vault. */
export interface InboxParts {
  rules(workspaceId: string, app: string): InboxRules | null;
  events(workspaceId: string, app: string): readonly WebhookTrigger[];
  connections(workspaceId: string): Promise<readonly ConnectionFacts[]>;
  /** Calls back whenever a connection was made, changed or removed. */
  onConnections(subscriber: () => void): void;
}

interface InboxRouterParts {
  inboxes: InboxParts;
  subscribers: SubscriberIndex;
  prepare: (binding: TriggerBinding, payload: unknown, options: AcceptOptions, facts: WebhookTrigger) => Promise<Acceptance>;
  /** All of them in one commit, or none. */
  acceptAll(acceptances: readonly Acceptance[]): Promise<AcceptedRuns[]>;
  /** Newest events of a trigger. */
  eventsOf(workspaceId: string, triggerId: string, limit: number): Promise<Event[]>;
  /** After the commit: a new event with its runs, or a repeat. */
  onAccepted(event: Event, runs: AcceptedRuns): void;
  clock: Clock;
}

/** Accepts what is posted to inboxes: recognises the event, finds the flows that start from it, and accepts it for all of them at once. */
export class InboxRouter {
  readonly #parts: InboxRouterParts;
  readonly #books = new WeakMap<readonly WebhookTrigger[], EventBook>();

  constructor(parts: InboxRouterParts) {
    this.#parts = parts;
  }

  readonly deliver = async (inbox: Inbox, delivery: Delivery): Promise<Delivered> => {
    const { inboxes, acceptAll, onAccepted } = this.#parts;
    const rules = inboxes.rules(inbox.workspaceId, inbox.app);
    if (!rules) throw new MillraceError("HOOK_UNKNOWN");
    const { payload } = delivery;
    const { event, byAddress } = eventOf(payload, delivery.event, rules, this.#bookOf(inbox));
    if (event && byAddress) await this.#bindToAddress(inbox, event, rules, delivery);
    const { locations, agency } = placeOf(payload, event, rules);
    const listening = event ? await this.#listening(inbox, event, rules, delivery) : [];
    const made = event ? listening.map(({ acceptance }) => acceptance) : [this.#unrecognised(inbox, rules, delivery)];
    const runs = made.length === 0 ? [] : await acceptAll(made);
    runs.forEach((each, i) => onAccepted(made[i]!.event, each));
    const went = runs.flatMap((each) => each ?? []);
    return {
      event: event?.id ?? null,
      locations,
      agency,
      flows: listening.length,
      repeat: runs.length > 0 && runs.every((each) => each === null),
      runIds: went.map(({ id }) => id),
      joined: (went[0]?.merged ?? 0) > 0,
      person: event ? personOf(event.person, payload) : null,
      flowId: listening[0]?.flowId ?? null,
      outcome: went.length > 0 ? null : (listening.map(({ seen }) => seen.outcome).find((outcome) => outcome !== null) ?? null),
    };
  };

  #bookOf({ workspaceId, app }: Inbox): EventBook {
    const events = this.#parts.inboxes.events(workspaceId, app);
    let book = this.#books.get(events);
    if (!book) this.#books.set(events, (book = eventBook(events)));
    return book;
  }

  async #listening(inbox: Inbox, event: WebhookTrigger, rules: InboxRules, { payload, text }: Delivery): Promise<Listening[]> {
    const { subscribers, prepare } = this.#parts;
    const starting = subscribersOf(await subscribers.of(inbox.workspaceId, inbox.app, event.id), inbox, placeOf(payload, event, rules));
    const facts = withoutType(event, rules);
    const options = text === undefined ? {} : { text };
    return Promise.all(starting.map(async ({ binding }) => listeningOf(binding.flow.id, await prepare(binding, payload, options, facts))));
  }

  /**
   * An event that only its address tells is bound to that address before anything starts: the address is not signed, so the same delivery
   * posted to another one would be another event. The row is written first and on its own; whoever comes second finds it.
   */
  async #bindToAddress(inbox: Inbox, event: WebhookTrigger, rules: InboxRules, delivery: Delivery): Promise<void> {
    const { acceptAll, eventsOf } = this.#parts;
    const triggerId = `${inbox.id}/${keyOf(rules, delivery)}`;
    const [isNew] = await acceptAll([this.#ownEvent(inbox, { triggerId, key: "address", payload: { event: event.id } })]);
    if (isNew !== null) return;
    const [first] = await eventsOf(inbox.workspaceId, triggerId, 1);
    const before = getPath(first?.payload, "event");
    if (first && before !== event.id)
      throw contradicted(`it came to the address of ${textOf(before)} before, and this is that of ${event.id}`);
  }

  /** An event of an unrecognised type is kept by the inbox itself, so that it is not lost. */
  #unrecognised(inbox: Inbox, rules: InboxRules, delivery: Delivery): Acceptance {
    const { payload, text = JSON.stringify(payload) } = delivery;
    const at = happenedAt(rules.at, payload);
    return this.#ownEvent(inbox, { triggerId: inbox.id, key: keyOf(rules, delivery), payload, text, happenedAt: at });
  }

  #ownEvent(inbox: Inbox, parts: Pick<Event, "triggerId" | "key" | "payload"> & Partial<Event>): Acceptance {
    const now = this.#parts.clock.now();
    const event: Event = {
      id: newId("evt", now),
      workspaceId: inbox.workspaceId,
      person: null,
      receivedAt: now,
      record: null,
      happenedAt: null,
      ...parts,
    };
    return { event, runs: [] };
  }
}

/** A flow that an event is for, with what its change trigger made of the event; that is decided in the commit. */
interface Listening {
  flowId: string;
  acceptance: Acceptance;
  seen: { outcome: ObservationOutcome | null };
}

function listeningOf(flowId: string, acceptance: Acceptance): Listening {
  const seen: Listening["seen"] = { outcome: null };
  const { observation } = acceptance;
  if (!observation) return { flowId, acceptance, seen };
  const compare: Observation["compare"] = (before, trigger) => {
    const result = observation.compare(before, trigger);
    seen.outcome = result.outcome;
    return result;
  };
  return { flowId, acceptance: { ...acceptance, observation: { ...observation, compare } }, seen };
}

/** The key by which the inbox recognises a delivery: its signed id, else its content. */
const keyOf = (rules: InboxRules, { payload, text = JSON.stringify(payload) }: Delivery): string =>
  eventKey(null, payload, text, recordId(getPath(payload, rules.delivery)) ?? undefined);
