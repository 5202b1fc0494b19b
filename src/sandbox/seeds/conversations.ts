import { users } from "../defaults.ts";
import type { State } from "../state.ts";
import type { Contact } from "../types.ts";

const minuteMs = 60_000;

/** A few conversations; the first has a recorded call, the second an e-mail. */
export function seedConversations(state: State, contacts: readonly Contact[]): void {
  contacts.slice(0, 5).forEach((contact, i) => {
    const at = contact.dateAdded + 60 * minuteMs;
    const of = { locationId: contact.locationId, contactId: contact.id };
    const conversationId = state.newId();
    state.conversations.put({
      id: conversationId,
      ...of,
      unreadCount: i % 2,
      starred: i === 0,
      assignedTo: users.desk,
      dateAdded: at,
      dateUpdated: at + 10 * minuteMs,
    });
    const message = { ...of, conversationId, attachments: [] };
    if (i === 0)
      state.messages.put({
        ...message,
        id: state.newId(),
        channel: "Call",
        direction: "inbound",
        status: "delivered",
        body: "",
        call: { status: "completed", durationSeconds: 12 },
        transcript: [
          "Acme Dental, this is Marco.",
          "Hello, I would like to come in for a check-up.",
          "Monday at nine?",
          "That works, thank you.",
        ],
        dateAdded: at - 30 * minuteMs,
      });
    if (i === 1)
      state.messages.put({
        ...message,
        id: state.newId(),
        channel: "Email",
        direction: "outbound",
        status: "opened",
        body: "Your plan is attached.",
        userId: users.owner,
        email: {
          id: state.newId(),
          subject: "Your treatment plan",
          html: "<p>Your plan is attached.</p>",
          from: "hello@acmedental.example.com",
          to: [contact.email!],
          cc: [],
          bcc: [],
        },
        dateAdded: at - 20 * minuteMs,
      });
    state.messages.put({
      ...message,
      id: state.newId(),
      channel: "SMS",
      direction: "outbound",
      status: "delivered",
      body: `Hi ${contact.firstName ?? "there"}, this is a reminder of your visit.`,
      userId: users.desk,
      dateAdded: at,
    });
    state.messages.put({
      ...message,
      id: state.newId(),
      channel: "SMS",
      direction: "inbound",
      status: "delivered",
      body: ["Thanks, see you then!", "Can we make it an hour later?"][i % 2]!,
      dateAdded: at + 10 * minuteMs,
    });
  });
}
