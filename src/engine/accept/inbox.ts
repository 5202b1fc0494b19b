import { cutText } from "#kernel/characters.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import { textOf } from "#catalog/text.ts";
import type { ConnectionFacts, InboxRules, WebhookTrigger } from "#catalog/types.ts";
import type { Subscriber } from "../types/bindings.ts";
import type { Flow } from "../types/flows.ts";
import type { Inbox } from "../types/inboxes.ts";
import type { Trigger, TriggerDefinition } from "../types/triggers.ts";

/** Pure: which event came to an inbox, from which place, and which flows listen for it. */

/** Where an event happened, as it says itself. */
export interface Place {
  /** Sub-accounts; more than one where the news is of several. */
  locations: readonly string[];
  agency: string | null;
}

/** The events of an app, made ready to be told apart. */
export interface EventBook {
  byId: ReadonlyMap<string, WebhookTrigger>;
  /** Events that can be told by their shape: each the only one of its family. */
  lone: readonly WebhookTrigger[];
}

export function eventBook(events: readonly WebhookTrigger[]): EventBook {
  const sizes = new Map<string, number>();
  for (const { shape } of events) if (shape) sizes.set(shape.join(), (sizes.get(shape.join()) ?? 0) + 1);
  return {
    byId: new Map(events.map((event) => [event.id, event])),
    lone: events.filter(({ shape }) => shape && sizes.get(shape.join()) === 1),
  };
}

/** Which event it is, and whether only its address says so. */
export interface Recognised {
  /** Null: nobody can tell. */
  event: WebhookTrigger | null;
  byAddress: boolean;
}

/**
 * Which event it is: as it says itself, else as its shape says. Those are signed; its address is not, so that decides only where the
 * event says nothing, and is refused where it contradicts.
 */
export function eventOf(payload: unknown, address: string | undefined, rules: InboxRules, book: EventBook): Recognised {
  const named = getPath(payload, rules.type);
  const event = (typeof named === "string" ? book.byId.get(named) : undefined) ?? byShape(payload, named, rules, book);
  const addressed = address === undefined ? undefined : book.byId.get(address);
  if (!addressed || addressed === event) return { event: event, byAddress: false };
  const types = addressed.accepts?.[rules.type];
  const isOther = event !== null || (types !== undefined && typeof named === "string" && !types.includes(named));
  if (isOther)
    throw contradicted(
      `its payload says ${event?.id ?? `'${cutText(textOf(named), 100)}'`}, but it was posted to the address of ${addressed.id}`,
    );
  return { event: addressed, byAddress: true };
}

/** The address of an event says otherwise than something that cannot be forged. */
export const contradicted = (problem: string) =>
  new MillraceError("HOOK_CONTRADICTED", {
    details: { problem: `${problem}. Give each event its own address, or the inbox's plain address, in the app's settings` },
  });

/** One whose shape fits, and whose type (where it has one) is among those the event may carry. */
function byShape(payload: unknown, named: unknown, rules: InboxRules, { lone }: EventBook): WebhookTrigger | null {
  const fits = lone.filter(({ shape, accepts }) => {
    const types = accepts?.[rules.type];
    const typeFits = types ? types.includes(textOf(named)) : named === undefined;
    return typeFits && shape!.every((path) => getPath(payload, path) !== undefined);
  });
  return fits.length === 1 ? fits[0]! : null;
}

/** Its type is told, so that no longer decides; the rest of what the event must say does. */
export function withoutType(event: WebhookTrigger, { type }: InboxRules): WebhookTrigger {
  if (!event.accepts || !(type in event.accepts)) return event;
  const { [type]: _, ...accepts } = event.accepts;
  return { ...event, accepts };
}

export function placeOf(payload: unknown, event: WebhookTrigger | null, rules: InboxRules): Place {
  const paths = event ? (event.location === undefined ? [] : [event.location, ...rules.location]) : rules.location;
  const locations = paths.map((path) => idsOf(getPath(payload, path))).find((ids) => ids.length > 0);
  return { locations: locations ?? [], agency: idsOf(getPath(payload, rules.agency))[0] ?? null };
}

const mostPlaces = 1000;
const idsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((id): id is string => typeof id === "string" && id !== "").slice(0, mostPlaces);

/**
 * The flows that an event starts. One whose trigger names a login gets the events of that sub-account only, or of that agency, so
 * sub-accounts never mix.
 */
export function subscribersOf(subscribers: readonly Subscriber[], inbox: Pick<Inbox, "name" | "flows">, place: Place): Subscriber[] {
  return subscribers.filter(
    ({ binding: { definition, flow, trigger }, connection }) =>
      startsFrom(inbox, definition.trigger, flow.id) &&
      hears(trigger, flow) &&
      (connection === undefined || (connection !== null && isAt(connection, place))),
  );
}

/** While its flow is off a change trigger records nothing, or a change would be lost. Any other keeps the event as a sample. */
const hears = ({ kind }: Pick<Trigger, "kind">, { status }: Pick<Flow, "status">): boolean => kind !== "poll" || status === "on";

/** Whether a flow starts from an inbox: the one it names, or else each that takes it. A second inbox takes only the flows chosen for it. */
export const startsFrom = (
  { name, flows }: Pick<Inbox, "name" | "flows">,
  { inbox }: Pick<TriggerDefinition, "inbox">,
  flowId: string,
): boolean => (inbox === undefined ? flows === null || flows.includes(flowId) : inbox === name);

/** Whether a login is one of this place. */
export function isAt({ locationId, companyId }: Pick<ConnectionFacts, "locationId" | "companyId">, { locations, agency }: Place): boolean {
  if (locationId) return locations.includes(locationId);
  return Boolean(companyId) && companyId === agency;
}
