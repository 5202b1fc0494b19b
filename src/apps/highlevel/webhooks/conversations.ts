import { companyId, contactId, family, locationId, madeAt, userId } from "./event.ts";

const category = "Conversations & Messages";
const conversationId = "cNv2Xs8KpL5tR1bW7mYz";
const messageId = "mSg7Qa3ZwE9rT5yU1iOp";

const message = {
  locationId,
  contactId,
  conversationId,
  messageId,
  messageType: "SMS",
  contentType: "text/plain",
  body: "See you at nine",
  attachments: [],
  status: "delivered",
  dateAdded: madeAt,
};
const keyedOnDirection =
  "Goes by the direction as well as by the type. SMS may come without messageId, an e-mail has emailMessageId; messageType tells the channel.";

/** Conversations and the messages in them. */
export const conversationEvents = [
  ...family(
    { category, scopes: ["conversations/message.readonly"], record: "messageId", person: ["contactId"], sample: message },
    {
      InboundMessage: {
        title: "Message Received",
        accepts: { direction: ["inbound"] },
        sample: { direction: "inbound" },
        note: `${keyedOnDirection} A voicemail is a call whose status is voicemail.`,
      },
      OutboundMessage: {
        title: "Message Sent",
        accepts: { direction: ["outbound"] },
        sample: { direction: "outbound", userId, source: "workflow" },
        note: `${keyedOnDirection} Sending a failed message again makes a new message that does not name the failed one.`,
      },
    },
  ),
  ...family(
    {
      category,
      scopes: ["conversations.readonly"],
      record: "id",
      person: ["contactId"],
      sample: { locationId, id: conversationId, contactId },
    },
    {
      ConversationUnreadUpdate: {
        title: "Conversation Unread Count Changed",
        sample: { unreadCount: 1, inbox: true, starred: false, deleted: false },
      },
      ConversationUpdate: {
        title: "Conversation Merged",
        unverified: true,
        note: "A live-chat conversation that became part of another. Known by name; its fields are not documented.",
      },
    },
  ),
  ...family(
    {
      category,
      scopes: [],
      record: "webhookPayload.id",
      person: ["webhookPayload.recipient"],
      at: "webhookPayload.timestamp",
      sample: {
        locationId,
        companyId,
        webhookPayload: { event: "opened", id: "eVt9Kd4Nz2Lq6Xw8Hb1s", timestamp: 1768469400, recipient: "ada@example.com" },
      },
    },
    {
      LCEmailStats: {
        title: "E-mail Delivered, Opened, Clicked or Bounced",
        note: "What happened is in webhookPayload.event; its timestamp is in seconds.",
      },
    },
  ),
  ...family(
    {
      category,
      scopes: ["conversations/message.write"],
      record: "messageId",
      person: ["emailTo", "phone", "contactId"],
      shape: ["contactId", "locationId", "messageId"],
      sample: {
        type: "SMS",
        locationId,
        contactId,
        messageId,
        phone: "+441632960961",
        message: "See you at nine",
        attachments: [],
        userId,
      },
    },
    {
      ConversationProviderOutboundMessage: {
        title: "Message to Be Sent by a Conversation Provider",
        accepts: { type: ["SMS", "Email"] },
        note: "Comes to the delivery address of the conversation provider, so give it this event's own address. Its type is SMS or Email. Answer with Update Message Status.",
      },
    },
  ),
];
