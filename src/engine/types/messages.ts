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
