import type { Clock } from "#kernel/clock.ts";
import { deliveryMs, leavesAt } from "./highlevel/message-views.ts";
import type { World } from "./highlevel/call.ts";
import type { Grants } from "./oauth/grants.ts";
import type { Message } from "./rows/conversations.ts";
import type { State } from "./state.ts";
import type { Webhooks } from "./webhooks.ts";

interface Parts {
  clock: Clock;
  grants: Grants;
  webhooks: Webhooks;
  /** The state of the moment: a reset makes another. */
  world: Pick<World, "state" | "emit">;
}

/**
 * Carries messages out, as far as this machine: the app hears of each that leaves, a conversation provider gets what is its own, and
 * an e-mail is reported as delivered a little later. What is scheduled waits, and outlives a restart.
 */
export class Mail {
  readonly #parts: Parts;
  readonly #timers = new Set<() => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes up what was waiting when the state was kept. */
  open(state: State): void {
    this.close();
    for (const message of state.messages.all()) if (message.status === "scheduled") this.take(message);
  }

  take(message: Message): void {
    const waitMs = message.status === "scheduled" ? leavesAt(message) - this.#parts.clock.now() : 0;
    if (message.status === "scheduled") this.#after(waitMs, () => this.#due(message.id));
    else this.#leave(message);
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** A timer cannot be set for a year: a message that is not due yet waits on. One that was called back is no more. */
  #due(id: string): void {
    const { clock, world } = this.#parts;
    const message = world.state.messages.get(id);
    if (message?.status !== "scheduled") return;
    if (leavesAt(message) > clock.now()) return this.take(message);
    this.#leave(world.state.messages.put({ ...message, status: "pending" }));
  }

  #leave(message: Message): void {
    this.#parts.world.emit("OutboundMessage", message);
    this.#toProvider(message);
    if (message.email) this.#after(deliveryMs, () => this.#parts.world.emit("LCEmailStats", message));
  }

  #toProvider(message: Message): void {
    const { grants, webhooks, world } = this.#parts;
    const contact = world.state.contacts.get(message.contactId);
    for (const app of grants.apps.all()) {
      const provider = app.providers?.find(({ id }) => id === message.conversationProviderId);
      if (provider?.deliveryUrl)
        webhooks.send(app, "ConversationProviderOutboundMessage", providerPayload(message, contact?.phone), provider.deliveryUrl);
    }
  }

  #after(ms: number, then: () => void): void {
    const cancel = this.#parts.clock.after(Math.max(0, ms), () => {
      this.#timers.delete(cancel);
      then();
    });
    this.#timers.add(cancel);
  }
}

/** What a provider gets: its `type` says the channel, not the event. */
const providerPayload = (message: Message, phone: string | undefined) => ({
  contactId: message.contactId,
  locationId: message.locationId,
  messageId: message.id,
  type: message.email ? "Email" : "SMS",
  attachments: message.attachments,
  ...(message.userId && { userId: message.userId }),
  ...(message.email
    ? {
        emailMessageId: message.email.id,
        emailTo: message.email.to,
        emailFrom: message.email.from,
        html: message.email.html,
        subject: message.email.subject,
      }
    : { message: message.body, phone: phone ?? "" }),
});
