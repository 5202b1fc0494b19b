import type { Channel, Message } from "../rows/conversations.ts";
import { isoTime } from "./times.ts";

/** Each channel's number and name on the wire. */
export const messageTypes: Record<Channel, readonly [number, string]> = {
  Call: [1, "TYPE_CALL"],
  SMS: [2, "TYPE_SMS"],
  RCS: [42, "TYPE_RCS"],
  Email: [3, "TYPE_EMAIL"],
  WebChat: [5, "TYPE_WEBCHAT"],
  FB: [11, "TYPE_FACEBOOK"],
  GMB: [15, "TYPE_GMB"],
  IG: [18, "TYPE_INSTAGRAM"],
  WhatsApp: [19, "TYPE_WHATSAPP"],
  Custom: [20, "TYPE_CUSTOM_SMS"],
  Live_Chat: [29, "TYPE_LIVE_CHAT"],
  TIKTOK: [43, "TYPE_TIKTOK"],
};
export const typeName = ({ channel }: Message): string => messageTypes[channel][1];

/** How long a message is on its way to the provider. Before, its status cannot be set. */
export const deliveryMs = 5000;
export const leavesAt = ({ scheduledAt, dateAdded }: Message): number => scheduledAt ?? dateAdded;

/** A scheduled message leaves by itself, and one that left arrives a little later. */
export function statusAt(message: Message, now: number): string {
  if (message.status === "scheduled" && now < leavesAt(message)) return "scheduled";
  if (message.status !== "pending" && message.status !== "scheduled") return message.status;
  return now < leavesAt(message) + deliveryMs || message.conversationProviderId ? "pending" : "delivered";
}

/** A message as it is read. What an e-mail says is told by the e-mail endpoint alone. */
export const messageView = (message: Message, now: number) => ({
  id: message.id,
  type: messageTypes[message.channel][0],
  messageType: typeName(message),
  locationId: message.locationId,
  contactId: message.contactId,
  conversationId: message.conversationId,
  dateAdded: isoTime(message.dateAdded),
  ...(!message.email && { body: message.body }),
  direction: message.direction,
  status: statusAt(message, now),
  contentType: message.email ? "text/html" : "text/plain",
  attachments: message.attachments,
  meta: {
    ...(message.call && {
      callDuration: String(message.call.durationSeconds),
      callStatus: message.call.status,
      call: callView(message.call),
    }),
    ...(message.email && { email: { subject: message.email.subject, messageIds: [message.email.id] } }),
  },
  source: "api",
  ...(message.userId && { userId: message.userId }),
  ...(message.conversationProviderId && { conversationProviderId: message.conversationProviderId }),
});

const callView = ({ status, durationSeconds }: NonNullable<Message["call"]>) => ({ duration: durationSeconds, status });

/** An e-mail with its body. Not wrapped, as the description has it. */
export const emailView = (message: Message, now: number) => {
  const { id, subject, html, from, to, cc, bcc } = message.email!;
  return {
    id,
    altId: message.id,
    threadId: message.conversationId,
    locationId: message.locationId,
    contactId: message.contactId,
    conversationId: message.conversationId,
    dateAdded: isoTime(message.dateAdded),
    subject,
    body: html,
    direction: message.direction,
    status: statusAt(message, now),
    contentType: "text/html",
    attachments: message.attachments,
    provider: "Leadconnector",
    from,
    to,
    cc,
    bcc,
    source: "api",
  };
};
