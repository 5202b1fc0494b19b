import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { getPath } from "#kernel/json.ts";
import type { ConnectionFacts, InboxRules, WebhookTrigger } from "#catalog/types.ts";
import type { AcceptOptions, Delivered, Delivery } from "./api.ts";
import type { Audience } from "./audience.ts";
import { eventKey, happenedAt, recordId } from "./events.ts";
import type { Listening } from "./flows.ts";
import { eventBook, eventOf, listenersFor, placeOf, withoutType, type EventBook } from "./inbox.ts";
import type { Acceptance, Event, Inbox, Taken } from "./types.ts";

/** What inboxes need of the catalog and of the vault. */
export interface InboxParts {
  rules(app: string): InboxRules | null;
  events(app: string): readonly WebhookTrigger[];
  connections(workspaceId: string): Promise<readonly ConnectionFacts[]>;
  /** Calls back whenever a connection was made, changed or removed. */
  onConnections(listener: () => void): void;
}

interface ReceptionParts {
  inboxes: InboxParts;
  audience: Audience;
  prepare(listening: Listening, payload: unknown, options: AcceptOptions, facts: WebhookTrigger): Promise<Acceptance>;
  /** All of them in one commit, or none. */
  acceptAll(acceptances: readonly Acceptance[]): Promise<Taken[]>;
  /** After the commit: a new event with its runs, or a repeat. */
  taken(event: Event, runs: Taken): void;
  clock: Clock;
}

/** Takes what comes to inboxes: tells the event, finds who listens, and accepts it for all of them at once. */
export function createReception({ inboxes, audience, prepare, acceptAll, taken, clock }: ReceptionParts) {
  const books = new Map<string, EventBook>();
  const bookOf = (app: string): EventBook => {
    let book = books.get(app);
    if (!book) books.set(app, (book = eventBook(inboxes.events(app))));
    return book;
  };

  async function acceptances(
    inbox: Inbox,
    event: WebhookTrigger,
    rules: InboxRules,
    { payload, text, deliveryId }: Delivery,
  ): Promise<Acceptance[]> {
    const listeners = listenersFor(await audience.of(inbox.workspaceId, inbox.app, event.id), inbox, placeOf(payload, event, rules));
    const facts = withoutType(event, rules);
    const options = { ...(text !== undefined && { text }), ...(deliveryId !== undefined && { deliveryId }) };
    return Promise.all(listeners.map(({ listening }) => prepare(listening, payload, options, facts)));
  }

  /** Nobody can say what it is: kept by the inbox itself, so that it is not lost. */
  function untold(inbox: Inbox, rules: InboxRules, { payload, text = JSON.stringify(payload), deliveryId }: Delivery): Acceptance {
    const now = clock.now();
    const own = recordId(getPath(payload, rules.delivery)) ?? deliveryId;
    const event: Event = {
      id: newId("evt", now),
      workspaceId: inbox.workspaceId,
      triggerId: inbox.id,
      key: eventKey(null, payload, text, own),
      payload,
      text,
      person: null,
      receivedAt: now,
      record: null,
      happenedAt: happenedAt(rules.at, payload),
    };
    return { event, runs: [] };
  }

  return async function deliver(inbox: Inbox, delivery: Delivery): Promise<Delivered> {
    const rules = inboxes.rules(inbox.app);
    if (!rules) throw new MillraceError("HOOK_UNKNOWN");
    const { payload } = delivery;
    const event = eventOf(payload, delivery.event, rules, bookOf(inbox.app));
    const { locations, agency } = placeOf(payload, event, rules);
    const made = event ? await acceptances(inbox, event, rules, delivery) : [untold(inbox, rules, delivery)];
    const runs = made.length === 0 ? [] : await acceptAll(made);
    runs.forEach((each, i) => taken(made[i]!.event, each));
    return {
      event: event?.id ?? null,
      locations,
      agency,
      flows: event ? made.length : 0,
      repeat: runs.length > 0 && runs.every((each) => each === null),
      runIds: runs.flatMap((each) => each?.map(({ id }) => id) ?? []),
    };
  };
}
