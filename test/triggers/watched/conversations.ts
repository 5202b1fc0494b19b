import { sandboxDefaults } from "#sandbox/index.ts";
import type { Message } from "#sandbox/rows/conversations.ts";
import type { State } from "#sandbox/state.ts";
import { rowsOf, theOne, type Drive, type Watched } from "../watched.ts";
import { contactAt, holder } from "./contacts.ts";

const { acmeDental: locationId } = sandboxDefaults;
const it = () => theOne;

const conversation = (state: State, id?: () => string): Pick<Watched, "make" | "change" | "end"> =>
  rowsOf(state.conversations)(
    (key, n, at) => {
      const contactId = state.saveContact(contactAt(`of-${key}`, n, at)).id;
      return { id: key, locationId, contactId, unreadCount: 0, starred: false, dateAdded: at, dateUpdated: at };
    },
    (row, n) => ({ ...row, unreadCount: n, dateUpdated: state.clock.now() }),
    { end: (row) => state.endConversation(row), ...(id && { id }) },
  );

/** A conversation for messages to be in. */
function talk(state: State): Pick<Message, "locationId" | "contactId" | "conversationId"> {
  const [contactId, now] = [holder(state), state.clock.now()];
  state.conversations.put({ id: "talk", locationId, contactId, unreadCount: 0, starred: false, dateAdded: now, dateUpdated: now });
  return { locationId, contactId, conversationId: "talk" };
}
const said = (state: State, id: string, n: number, at: number): Message => ({
  ...talk(state),
  id,
  channel: "SMS",
  direction: "inbound",
  status: "delivered",
  body: `Message ${n}`,
  attachments: [],
  dateAdded: at,
});

const message = (state: State, id?: () => string): Pick<Watched, "make" | "change" | "end"> =>
  rowsOf(state.messages)(
    (key, n, at) => said(state, key, n, at),
    (row, n) => ({ ...row, status: `status ${n}` }),
    id && { id },
  );
const email = (state: State): Pick<Watched, "make" | "change" | "end"> =>
  rowsOf(state.messages)(
    (key, n, at) => ({
      ...said(state, key, n, at),
      channel: "Email",
      email: { id: theOne, subject: `Subject ${n}`, html: "", from: "a@example.com", to: ["b@example.com"], cc: [], bcc: [] },
    }),
    (row, n) => ({ ...row, status: `status ${n}` }),
    { id: it },
  );
/** A recorded call that says one sentence for each content. */
const recorded = (state: State, key: string): Pick<Watched, "make" | "change" | "end"> => {
  const { make, change, end } = rowsOf(state.messages)(
    (id, n, at) => ({
      ...said(state, id, n, at),
      channel: "Call",
      call: { status: "completed", durationSeconds: 1 },
      transcript: [`Sentence ${n}`],
    }),
    (row, n) => ({ ...row, call: { status: "completed", durationSeconds: 1 + (n % 50) }, transcript: [`Changed ${n}`] }),
    { id: it },
  );
  return { make: (n, at) => (make!(n, at), key), change: (_, n) => change!(theOne, n), end: () => end!(theOne) };
};

export const conversations: Record<string, Drive> = {
  "conversations.search": (state) => ({ record: "a conversation", input: { limit: 20 }, many: 45, ...conversation(state) }),
  "conversations.get": (state) => ({
    record: "the conversation",
    single: true,
    input: { conversationId: theOne },
    ...conversation(state, it),
  }),
  "conversations.get_email": (state) => ({ record: "the e-mail", single: true, input: { id: theOne }, ...email(state) }),
  "conversations.get_message": (state) => ({ record: "the message", single: true, input: { id: theOne }, ...message(state, it) }),
  "conversations.list_messages": (state) => {
    const { conversationId } = talk(state);
    return { record: "a message of the conversation", input: { conversationId, limit: 20 }, many: 45, ...message(state) };
  },
  "conversations.export_messages": (state) => {
    talk(state);
    return { record: "a message", input: { limit: 20 }, many: 45, ...message(state) };
  },
  "conversations.get_recording": (state) => ({
    record: "the recording",
    single: true,
    input: { messageId: theOne },
    ...recorded(state, "*"),
  }),
  "conversations.get_transcription": (state) => ({
    record: "a sentence; here the only one",
    single: true,
    input: { messageId: theOne },
    ...recorded(state, "0"),
  }),
  "conversations.download_transcription": (state) => ({
    record: "the file",
    single: true,
    input: { messageId: theOne },
    ...recorded(state, "*"),
  }),
};
