import { unprocessable } from "../refusal.ts";
import type { Conversation, Message } from "../rows/conversations.ts";
import { type Call, contactOf, countOf, type Endpoints, locationOf, rowOf, textOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";
import { fullName } from "./contact-views.ts";
import { messageTypes, messageView, typeName } from "./message-views.ts";

/** Conversations: one per contact, paged by the date they are sorted by. */
export const conversationEndpoints: Endpoints = {
  "conversations/search-conversation"(world, call) {
    const { query } = call;
    const locationId = locationOf(world, call, query.locationId);
    const rows = world.state.conversations
      .inLocation(locationId)
      .map((conversation) => ({ conversation, last: lastOf(world, conversation) }))
      .filter(wanted(world, query));
    const direction = query.sort === "asc" ? 1 : -1;
    rows.sort((a, b) => direction * (sortDate(a) - sortDate(b)) || (a.conversation.id < b.conversation.id ? -1 : 1));
    const after = query.startAfterDate;
    const rest = after === undefined ? rows : rows.filter((row) => direction * (sortDate(row) - epochOf(after)) > 0);
    return { conversations: rest.slice(0, countOf(query.limit, 20, 100) || 20).map((row) => rowView(world, row)), total: rows.length };
  },

  // The record is not wrapped.
  "conversations/get-conversation": (world, call) => conversationView(conversationOf(world, call)),

  "conversations/create-conversation"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const contact = contactOf(world, call, String(call.body.contactId));
    const conversation = conversationWith(world, locationId, contact.id);
    const { id, contactId, dateAdded, dateUpdated } = conversation;
    const lastMessageDate = isoTime(lastOf(world, conversation)?.dateAdded ?? dateAdded);
    return {
      success: true,
      conversation: {
        id,
        locationId,
        contactId,
        deleted: false,
        dateAdded: isoTime(dateAdded),
        dateUpdated: isoTime(dateUpdated),
        lastMessageDate,
      },
    };
  },

  "conversations/update-conversation"(world, call) {
    const old = conversationOf(world, call);
    const { unreadCount, starred } = call.body;
    const conversation = world.state.conversations.put({
      ...old,
      ...(typeof unreadCount === "number" && { unreadCount }),
      ...(typeof starred === "boolean" && { starred }),
      dateUpdated: world.state.clock.now(),
    });
    if (conversation.unreadCount !== old.unreadCount) world.emit("ConversationUnreadUpdate", conversation);
    return { success: true, conversation: conversationView(conversation) };
  },

  "conversations/delete-conversation"(world, call) {
    world.state.endConversation(conversationOf(world, call));
    return { success: true };
  },

  // Newest first; the list is nested once more than the vendor describes.
  "conversations/get-messages"(world, call) {
    const conversation = conversationOf(world, call);
    const types = call.query.type?.split(",");
    const all = messagesOf(world, conversation).filter((message) => !types || types.includes(typeName(message)));
    const start = call.query.lastMessageId ? all.findIndex(({ id }) => id === call.query.lastMessageId) + 1 : 0;
    const page = all.slice(start, start + (countOf(call.query.limit, 20, 100) || 20));
    const now = world.state.clock.now();
    return {
      messages: {
        lastMessageId: page.at(-1)?.id ?? "",
        nextPage: start + page.length < all.length,
        messages: page.map((message) => messageView(message, now)),
      },
    };
  },

  "conversations/live-chat-agent-typing"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const conversation = rowOf(world, call, world.state.conversations, "Conversation", call.body.conversationId);
    if (conversation.locationId !== locationId) throw unprocessable(["conversationId must be of the location"]);
    return { success: true };
  },
};

export const conversationOf = (world: World, call: Call): Conversation =>
  rowOf(world, call, world.state.conversations, "Conversation", call.params.conversationId);

/** The conversation with a contact, begun when there is none. */
export function conversationWith({ state }: World, locationId: string, contactId: string): Conversation {
  const existing = state.conversations.find("contact", contactId)[0];
  if (existing) return existing;
  const now = state.clock.now();
  return state.conversations.put({
    id: state.newId(),
    locationId,
    contactId,
    unreadCount: 0,
    starred: false,
    dateAdded: now,
    dateUpdated: now,
  });
}

interface Line {
  conversation: Conversation;
  last: Message | undefined;
}

const messagesOf = ({ state }: World, { id }: Conversation): Message[] =>
  state.messages.find("conversation", id).sort((a, b) => b.dateAdded - a.dateAdded || (a.id < b.id ? -1 : 1));
const lastOf = (world: World, conversation: Conversation): Message | undefined => messagesOf(world, conversation)[0];
const sortDate = ({ conversation, last }: Line): number => last?.dateAdded ?? conversation.dateAdded;
const epochOf = (text: string): number => (Number.isFinite(Number(text)) ? Number(text) : Date.parse(text));

function wanted({ state }: World, query: Call["query"]): (line: Line) => boolean {
  const { id, contactId, assignedTo, status, lastMessageType, lastMessageDirection, startDate, endDate } = query;
  const words = textOf(query.query)?.toLowerCase();
  const matches = ({ conversation, last }: Line) => {
    const contact = state.contacts.get(conversation.contactId);
    return [contact && fullName(contact), contact?.email, contact?.phone, last?.body].some((text) => text?.toLowerCase().includes(words!));
  };
  return (line) =>
    (!id || line.conversation.id === id) &&
    (!contactId || line.conversation.contactId === contactId) &&
    (!assignedTo || assignedTo.split(",").includes(line.conversation.assignedTo ?? "unassigned")) &&
    (status !== "unread" || line.conversation.unreadCount > 0) &&
    (status !== "read" || line.conversation.unreadCount === 0) &&
    (status !== "starred" || line.conversation.starred) &&
    (!lastMessageType || (line.last !== undefined && typeName(line.last) === lastMessageType)) &&
    (!lastMessageDirection || line.last?.direction === lastMessageDirection) &&
    (!startDate || line.conversation.dateAdded >= Number(startDate)) &&
    (!endDate || line.conversation.dateAdded <= Number(endDate)) &&
    (!words || matches(line));
}

/** A row of the search. Its dates are epoch milliseconds. */
function rowView({ state }: World, line: Line) {
  const { conversation, last } = line;
  const contact = state.contacts.get(conversation.contactId);
  const name = (contact && fullName(contact)) ?? "";
  return {
    id: conversation.id,
    contactId: conversation.contactId,
    locationId: conversation.locationId,
    ...(conversation.assignedTo && { assignedTo: conversation.assignedTo }),
    lastMessageBody: last?.body ?? "",
    lastMessageType: last ? typeName(last) : "TYPE_SMS",
    lastMessageDirection: last?.direction ?? "outbound",
    lastMessageDate: sortDate(line),
    type: "TYPE_PHONE",
    unreadCount: conversation.unreadCount,
    starred: conversation.starred,
    fullName: name,
    contactName: name,
    email: contact?.email ?? "",
    phone: contact?.phone ?? "",
    tags: contact?.tags ?? [],
    dateAdded: conversation.dateAdded,
    dateUpdated: conversation.dateUpdated,
    sort: [sortDate(line)],
  };
}

const conversationView = ({ id, locationId, contactId, unreadCount, starred, assignedTo }: Conversation) => ({
  id,
  locationId,
  contactId,
  ...(assignedTo && { assignedTo }),
  deleted: false,
  inbox: true,
  type: messageTypes.Call[0],
  unreadCount,
  starred,
});
