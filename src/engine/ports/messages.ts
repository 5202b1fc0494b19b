import type { Recipient, RecipientNeeds } from "#catalog/messages.ts";
import type { MessageChannel } from "#catalog/types.ts";
import type { MessageCap, MessagePolicy, MessageRule } from "../types/messages.ts";
import type { StepCall } from "./caller.ts";

/** Reads to whom a call would send a message, now or a few seconds ago; null where it sends none. Fails as a call fails. */
export type ReadRecipient = (call: StepCall, needs: RecipientNeeds) => Promise<Recipient | null>;

/** A message that is about to be sent. */
export interface CountedMessage {
  workspaceId: string;
  /** The call's idempotency key: the same on every attempt, so that a message is counted once. */
  key: string;
  person: string;
  channel: MessageChannel;
  at: number;
  /** The day of the person that `at` lies in, epoch ms; `to` does not belong to it. */
  day: { from: number; to: number };
  cap: MessageCap | null;
}

/** Keeps the policy of each workspace, and counts the messages to each person. */
export interface MessageStore {
  policy(workspaceId: string): Promise<MessagePolicy>;
  /**
   * Counts a message, unless it has been counted or the cap is reached. Of many at once, no more are counted than the cap allows. Returns which limit is
   * reached; null: the message is counted, durably.
   */
  count(message: CountedMessage): Promise<"perChannel" | "inAll" | null>;
  /** Which limit `count` would find reached. Writes nothing. */
  wouldReach(message: CountedMessage): Promise<"perChannel" | "inAll" | null>;
  /** The message was certainly not sent: it does not count. */
  uncount(workspaceId: string, key: string): Promise<void>;
  /** Notes that a message was skipped, once for each key. */
  skipped(message: Pick<CountedMessage, "workspaceId" | "key" | "person" | "channel" | "at">, rule: MessageRule): Promise<void>;
}
