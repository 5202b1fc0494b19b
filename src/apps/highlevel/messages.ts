import type { ContactsRule, MessageFacts } from "#catalog/types.ts";

/** Which endpoints send a message to a contact, by facts key. What starts a workflow or a campaign is not here: HighLevel decides what those send. */
export const messages: Readonly<Record<string, MessageFacts>> = {
  "conversations/send-a-new-message": {
    channel: {
      input: "type",
      values: {
        SMS: "sms",
        RCS: "sms",
        Email: "email",
        WhatsApp: "whatsapp",
        IG: "chat",
        FB: "chat",
        Live_Chat: "chat",
        TIKTOK: "chat",
        Custom: "chat",
      },
    },
    to: { contact: "contactId" },
    at: "scheduledTimestamp",
  },
};

/** The newer API spells channels in lower case. */
const status = (...channels: string[]): string[] => channels.map((channel) => `dndSettings.${channel}.status`);

export const contacts: ContactsRule = {
  operation: "contacts.get",
  id: "contactId",
  name: ["name", "contactName", "firstName", "email", "phone"],
  phone: "phone",
  zone: "timezone",
  blocked: "dnd",
  blockedChannels: {
    paths: {
      sms: status("SMS", "sms"),
      email: status("Email", "email"),
      whatsapp: status("WhatsApp", "whatsApp"),
      call: status("Call", "call"),
      chat: status("FB", "GMB", "fb", "gmb"),
    },
    values: ["active", "permanent"],
  },
};
