import { minuteMs } from "#kernel/durations.ts";
import { users } from "../defaults.ts";
import type { State } from "../state.ts";
import type { Message } from "../rows/conversations.ts";
import type { Contact } from "../types.ts";

/** What the messages of one conversation share. */
type Shared = Pick<Message, "locationId" | "contactId" | "conversationId" | "attachments">;

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
    const shared = { ...of, conversationId, attachments: [] };
    if (i === 0) seedCall(state, shared, at - 30 * minuteMs);
    if (i === 1) seedEmail(state, shared, { to: contact.email!, dateAdded: at - 20 * minuteMs });
    seedTexts(state, shared, { to: contact.firstName ?? "there", answer: answers[i % 2]!, at });
  });
}

const answers = ["Thanks, see you then!", "Can we make it an hour later?"];

function seedCall(state: State, shared: Shared, dateAdded: number): void {
  state.messages.put({
    ...shared,
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
    dateAdded,
  });
}

function seedEmail(state: State, shared: Shared, { to, dateAdded }: { to: string; dateAdded: number }): void {
  state.messages.put({
    ...shared,
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
      to: [to],
      cc: [],
      bcc: [],
    },
    dateAdded,
  });
}

/** A reminder, and the answer to it. */
function seedTexts(state: State, shared: Shared, { to, answer, at }: { to: string; answer: string; at: number }): void {
  state.messages.put({
    ...shared,
    id: state.newId(),
    channel: "SMS",
    direction: "outbound",
    status: "delivered",
    body: `Hi ${to}, this is a reminder of your visit.`,
    userId: users.desk,
    dateAdded: at,
  });
  state.messages.put({
    ...shared,
    id: state.newId(),
    channel: "SMS",
    direction: "inbound",
    status: "delivered",
    body: answer,
    dateAdded: at + 10 * minuteMs,
  });
}
