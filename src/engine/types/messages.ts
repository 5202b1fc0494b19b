import type { MessageChannel } from "#catalog/types.ts";
import { messageRules } from "../flow/kinds/schemas.ts";

export { messageRules };

/** A rule of the message policy. */
export type MessageRule = (typeof messageRules)[number];

/** Between two times of day of whoever gets the message, `21:00` to `08:00`: what becomes of a message then. */
export interface QuietHours {
  from: string;
  to: string;
  otherwise: "wait" | "skip";
}

/** How many messages a person gets in a day of theirs at most. Null: any number. */
export interface MessageCap {
  perChannel: number | null;
  inAll: number | null;
}

/** What messages to people have to keep in a workspace. */
export interface MessagePolicy {
  doNotDisturb: boolean;
  /** Null: off. */
  quietHours: QuietHours | null;
  /** Null: off. */
  cap: MessageCap | null;
}

/** Rules that a flow or a step does not keep, and why. */
export interface MessageException {
  without: readonly MessageRule[];
  reason: string;
}

/** The policy of a workspace that has set none. */
export const usualMessagePolicy: MessagePolicy = { doNotDisturb: true, quietHours: null, cap: null };

/** To whom a message goes, as far as the policy decides by it. */
export interface Recipient {
  channel: MessageChannel;
  /** The person within the workspace, the same for every flow. */
  person: string;
  /** What people call them, where that is known. */
  name: string | null;
  /** What the person has switched off: every channel, or that of the message. */
  blocked: "all" | "channel" | null;
  /** The zone in which the person lives, or else that of the account; null where neither is known. */
  zone: string | null;
  /** When the message is scheduled for, epoch ms, and the input that says so in seconds; null: at once. */
  at: { input: string; ms: number } | null;
}

/** Which facts of a recipient are needed. Those that are not are not read. */
export interface RecipientNeeds {
  blocked: boolean;
  zone: boolean;
}
