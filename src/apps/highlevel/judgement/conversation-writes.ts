import { judge, type Judgement } from "../judge.ts";
import { contactId } from "./contact-fields.ts";
import type { LookupId } from "./lookups.ts";

const sent = { conversationId: "cOn9Mb7Vc5Xz3As1Df4G", messageId: "mSg1Lk3Jh5Gf7Ds9Ap2O" };

const table = {
  "conversations.send_message": {
    endpoint: "conversations/send-a-new-message",
    kind: "action",
    title: "Send Message",
    effect: "send",
    events: ["OutboundMessage"],
    identity: "messageId",
    show: ["messageId", "conversationId", "status"],
    fields: {
      ...contactId,
      type: { label: "Channel" },
      message: { label: "Text", control: "longtext" },
      subject: { help: "Of an e-mail." },
      html: { label: "Text of an e-mail", control: "longtext", help: "HTML." },
      attachments: { help: "Addresses of files." },
      scheduledTimestamp: {
        label: "Send at",
        schema: { type: "number", format: "epoch-s" },
        control: "text",
        help: "A time, or now+2h; at once unless given.",
      },
      conversationProviderId: { label: "Conversation provider", help: "Wanted by the channel Custom: without it nothing is sent." },
    },
    rules: [{ kind: "atLeastOne", fields: ["message", "html", "attachments", "templateId", "forward"] }],
    confirm: {
      operation: "conversations.export_messages",
      input: { contactId: "input.contactId", sortBy: "createdAt", sortOrder: "desc" },
      needs: ["message"],
      match: { body: "input.message", direction: "outbound" },
      begins: ["body"],
      since: "dateAdded",
    },
    example: {
      input: { contactId: "ocQHyuzHvysMo5N5VsXc", type: "SMS", message: "See you on Sunday" },
      output: { ...sent, status: "pending" },
    },
    note: "Costs the account money, even when it is not delivered. After an unknown outcome it is looked up by its text before it is sent again; an e-mail without plain text waits for a person.",
  },
  "conversations.cancel_scheduled_message": {
    endpoint: "conversations/cancel-scheduled-message",
    kind: "action",
    title: "Cancel Scheduled Message",
    effect: "delete",
    fields: { messageId: { label: "Message", required: true } },
    before: { operation: "conversations.get_message", input: { id: "input.messageId" } },
    example: { input: { messageId: sent.messageId }, output: { status: 200, message: "cancelled" } },
    note: "Not for e-mails, which have a cancellation of their own.",
  },
  "conversations.update_message_status": {
    endpoint: "conversations/update-message-status",
    kind: "action",
    title: "Update Message Status",
    effect: "update",
    identity: "messageId",
    show: ["messageId", "status"],
    fields: { messageId: { label: "Message", required: true }, status: {} },
    before: { operation: "conversations.get_message", input: { id: "input.messageId" }, ignore: ["messageId", "error", "recipients"] },
    example: { input: { messageId: sent.messageId, status: "read" }, output: { ...sent, status: "read" } },
    note: "Only for messages of one's own conversation provider. Within some ten seconds of the sending the service refuses it as if the login were wrong.",
  },
  "conversations.live_chat_typing": {
    endpoint: "conversations/live-chat-agent-typing",
    kind: "action",
    title: "Agent Typing Indicator",
    effect: "update",
    show: ["success"],
    fields: {
      conversationId: { label: "Conversation" },
      visitorId: { label: "Visitor", help: "The contact's visitorId." },
      isTyping: { label: "Typing", schema: { type: "string", enum: ["true", "false"] }, control: "checkbox" },
    },
    example: {
      input: { conversationId: sent.conversationId, visitorId: "3f0c7b1e-0000-4000-8000-000000000001", isTyping: "true" },
      output: { success: true },
    },
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const conversationWrites = judge("Conversations & Messages", table);
