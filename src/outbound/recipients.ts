import { readHome } from "#catalog/prepare/home.ts";
import { messageOf, wishesOf, type ContactWishes, type Message, type Recipient, type RecipientNeeds } from "#catalog/messages.ts";
import { isZone } from "#catalog/moments.ts";
import { zoneOfPhone } from "#catalog/phone-zones.ts";
import type { App, Call } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { notBegun } from "./call-failure.ts";
import type { CallConnection } from "./call-connections.ts";
import type { Input, Ongoing } from "./call.ts";

interface Looks {
  /** Reads what may have changed a moment ago. */
  fresh: Call;
  /** Reads what hardly ever changes: it may answer from memory. */
  remembered: Call;
}

/** For how long a contact that was read is not read again: one run may send several messages in a row. */
const freshMs = 3_000;
const mostKept = 500;

/** Reads to whom messages go: the contact itself, now or a few seconds ago, and the zone of the account where the contact has none. */
export class Recipients {
  readonly #clock: Pick<Clock, "now">;
  readonly #read = new Map<string, { at: number; record: unknown }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Null where the operation sends no message with this input. Fails as the read fails: nothing is sent then. */
  async of({ app, operation, connection, request }: Ongoing, input: Input, needs: RecipientNeeds, looks: Looks): Promise<Recipient | null> {
    const message = messageOf(operation, input);
    if (!message) return null;
    const wishes = needs.blocked || needs.zone ? await this.#wishes(message, app, connection, { dry: request.dry, look: looks.fresh }) : {};
    const zone = needs.zone ? await zoneOf(message, wishes, app, input, looks.remembered) : null;
    return {
      channel: message.channel,
      person: personOf(message, connection),
      name: wishes.name ?? ("address" in message.to ? message.to.address : null),
      blocked: wishes.blocked ?? null,
      zone,
      at: message.at,
    };
  }

  async #wishes(
    { to, channel }: Message,
    { contacts }: App,
    { id }: CallConnection,
    { dry, look }: { dry: boolean; look: Call },
  ): Promise<Partial<ContactWishes>> {
    if (!contacts || !("contact" in to)) return {};
    const key = JSON.stringify([id, dry, to.contact]);
    return wishesOf(contacts, await this.#contact(key, () => look(contacts.operation, { [contacts.id]: to.contact })), channel);
  }

  async #contact(key: string, read: () => ReturnType<Call>): Promise<unknown> {
    const now = this.#clock.now();
    const kept = this.#read.get(key);
    if (kept && Math.abs(now - kept.at) < freshMs) return kept.record;
    const { output } = await read().catch((thrown: unknown) => {
      throw notBegun(thrown);
    });
    if (this.#read.size >= mostKept) this.#read.clear();
    this.#read.set(key, { at: now, record: output });
    return output;
  }
}

/** The contact's own zone, else that of the phone number where it is clear, else that of the account. */
async function zoneOf(
  { to }: Message,
  { zone, phone }: Partial<ContactWishes>,
  { home }: App,
  input: Input,
  look: Call,
): Promise<string | null> {
  if (isZone(zone)) return zone;
  const number = phone ?? ("address" in to ? to.address : undefined);
  const ofPhone = number === undefined ? undefined : zoneOfPhone(number);
  if (ofPhone !== undefined) return ofPhone;
  return (home ? (await readHome(home, input, look))?.zone : undefined) ?? null;
}

function personOf({ to }: Message, { app, locationId, id }: CallConnection): string {
  if ("address" in to) return JSON.stringify(["address", to.address.toLowerCase()]);
  return JSON.stringify([app, locationId ?? id, to.contact]);
}
