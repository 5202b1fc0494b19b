import { badRequest, forbidden, noSuch, unprocessable } from "../refusal.ts";
import type { Channel, Conversation, Email, Message } from "../rows/conversations.ts";
import type { Contact } from "../types.ts";
import {
  type Call,
  contactOf,
  countOf,
  Download,
  type Endpoints,
  locationOf,
  objectOf,
  Reply,
  rowOf,
  textOf,
  textsOf,
  type World,
} from "./call.ts";
import { isoTime } from "./times.ts";
import { conversationWith } from "./conversations.ts";
import { deliveryMs, emailView, leavesAt, messageView, statusAt, typeName } from "./message-views.ts";
import { silence } from "./wave.ts";

/** Messages: sent, received, read, called back. Nothing leaves this machine. */
export const messageEndpoints: Endpoints = {
  "conversations/send-a-new-message"(world, call) {
    const { body } = call;
    const channel = body.type as Channel;
    const contact = contactOf(world, call, String(body.contactId));
    const provider = providerOf(world, call);
    if (channel === "Custom" && !textOf(body.conversationProviderId)) return new Reply(201, {}); // and nothing is kept
    checkReachable(contact, channel);
    const text = textOf(body.message) ?? withoutMarkup(textOf(body.html) ?? "");
    const attachments = textsOf(body.attachments);
    if (!text && attachments.length === 0 && !body.templateId && !body.forward)
      throw badRequest("There is no message or attachments for this message. Skip sending.");
    const scheduledAt = scheduleOf(world, body.scheduledTimestamp);
    const message = keep(world, conversationWith(world, contact.locationId, contact.id), {
      channel,
      direction: "outbound",
      status: scheduledAt ? "scheduled" : "pending",
      body: text,
      attachments,
      ...(scheduledAt && { scheduledAt }),
      ...provider,
      ...(channel === "Email" && {
        email: emailOf(world, call, textOf(body.emailFrom) ?? ownAddress(world, contact), [textOf(body.emailTo) ?? contact.email!]),
      }),
    });
    world.mail(message);
    return { ...keptView(message), msg: "Message queued successfully.", status: "pending" };
  },

  "conversations/add-an-inbound-message"(world, call) {
    const { body } = call;
    const provider = providerOf(world, call);
    const conversation = conversationNamed(world, call);
    if (body.type === "Custom" && !textOf(body.conversationProviderId)) return new Reply(201, {});
    const channel = (["IVR_Call", "Campaign_Call", "Campaign_VoiceMail"].includes(String(body.type)) ? "Call" : body.type) as Channel;
    const contact = world.state.contacts.get(conversation.contactId)!;
    const message = keep(world, conversation, {
      channel,
      direction: body.direction === "outbound" ? "outbound" : "inbound",
      status: "delivered",
      body: textOf(body.message) ?? withoutMarkup(textOf(body.html) ?? ""),
      attachments: textsOf(body.attachments),
      ...provider,
      ...dateOf(call),
      ...(channel === "Call" && { call: callOf(body.call) }),
      ...(channel === "Email" && {
        email: emailOf(world, call, textOf(body.emailFrom) ?? contact.email ?? "", [textOf(body.emailTo) ?? ownAddress(world, contact)]),
      }),
    });
    if (message.direction === "inbound") unread(world, conversation);
    world.emit(message.direction === "inbound" ? "InboundMessage" : "OutboundMessage", message);
    return addedView(message);
  },

  "conversations/add-an-outbound-message"(world, call) {
    const provider = providerOf(world, call);
    const conversation = conversationNamed(world, call);
    const message = keep(world, conversation, {
      channel: "Call",
      direction: "outbound",
      status: "connected",
      body: "",
      attachments: textsOf(call.body.attachments),
      ...provider,
      ...dateOf(call),
      call: callOf(call.body.call),
    });
    world.emit("OutboundMessage", message);
    return addedView(message);
  },

  // Not wrapped, as the description has it.
  "conversations/get-message": (world, call) => messageView(messageOf(world, call, call.params.id), world.state.clock.now()),

  "conversations/get-email-by-id": (world, call) => emailView(emailMessageOf(world, call, call.params.id!), world.state.clock.now()),

  "conversations/export-messages-by-location"(world, call) {
    const { query } = call;
    const locationId = locationOf(world, call, query.locationId);
    const wantedType = query.channel && (exportChannels[query.channel] ?? `TYPE_${query.channel.toUpperCase()}`);
    const [from, to] = [query.startDate, query.endDate].map((date) => (date ? epochOf(date) : undefined));
    const direction = query.sortOrder === "asc" ? 1 : -1;
    const all = world.state.messages
      .inLocation(locationId)
      .filter(
        (m) =>
          (!query.conversationId || m.conversationId === query.conversationId) &&
          (!query.contactId || m.contactId === query.contactId) &&
          (!wantedType || typeName(m) === wantedType) &&
          (from === undefined || m.dateAdded >= from) &&
          (to === undefined || m.dateAdded <= to),
      )
      .sort((a, b) => direction * (a.dateAdded - b.dateAdded) || (a.id < b.id ? -1 : 1));
    const start = query.cursor ? all.findIndex(({ id }) => id === query.cursor) + 1 : 0;
    const page = all.slice(start, start + countOf(query.limit, 100, 500));
    const more = start + page.length < all.length;
    const now = world.state.clock.now();
    return { messages: page.map((m) => messageView(m, now)), nextCursor: more ? page.at(-1)!.id : null, total: all.length };
  },

  // Of one's own provider's messages alone, and not before the message has reached it.
  "conversations/update-message-status"(world, call) {
    const message = messageOf(world, call, call.params.messageId);
    if (!message.conversationProviderId || world.state.clock.now() < leavesAt(message) + deliveryMs)
      throw forbidden("No conversation provider found for this message");
    const status = String(call.body.status);
    return { ...keptView(world.state.messages.put({ ...message, status })), msg: "Message status updated.", status };
  },

  "conversations/cancel-scheduled-message"(world, call) {
    const message = messageOf(world, call, call.params.messageId);
    if (message.email) throw badRequest("Scheduled emails are cancelled by their email message id");
    return callBack(world, message);
  },

  "conversations/cancel-scheduled-email-message": (world, call) =>
    callBack(world, emailMessageOf(world, call, call.params.emailMessageId!)),

  "conversations/add-message-attachments"(world, call) {
    const message = messageOf(world, call, call.params.messageId);
    world.state.messages.put({ ...message, attachments: [...message.attachments, ...textsOf(call.body.attachments)] });
    return { success: true };
  },

  "conversations/get-message-recording": (world, call) =>
    new Download("audio/x-wav", `${call.params.messageId!}.wav`, silence(recordedOf(world, call).call!.durationSeconds)),

  // One sentence is described; a list of them is what comes.
  "conversations/get-message-transcription": (world, call) =>
    recordedOf(world, call).transcript!.map((transcript, sentenceIndex) => ({
      mediaChannel: (sentenceIndex % 2) + 1,
      sentenceIndex,
      startTime: sentenceIndex * 4,
      endTime: sentenceIndex * 4 + 3,
      transcript,
      confidence: 0.94,
    })),

  "conversations/download-message-transcription": (world, call) =>
    new Download("text/plain; charset=utf-8", `${call.params.messageId!}.txt`, `${recordedOf(world, call).transcript!.join("\n")}\n`),
};

const messageOf = (world: World, call: Call, id: unknown): Message => rowOf(world, call, world.state.messages, "Message", id);

function emailMessageOf(world: World, call: Call, id: string): Message {
  const message = world.state.messages.find("email", id)[0];
  if (!message) throw noSuch("Email", id);
  locationOf(world, call, message.locationId);
  return message;
}

/** A call with its recording; the vendor refuses until there is one. */
function recordedOf(world: World, call: Call): Message {
  const locationId = locationOf(world, call, call.params.locationId);
  const message = messageOf(world, call, call.params.messageId);
  if (message.locationId !== locationId || !message.call || !message.transcript) throw noSuch("Recording of the message", message.id);
  return message;
}

/** By its id, or the one of the contact named. */
function conversationNamed(world: World, call: Call): Conversation {
  const id = textOf(call.body.conversationId);
  if (id) return rowOf(world, call, world.state.conversations, "Conversation", id);
  if (!textOf(call.body.contactId)) throw unprocessable(["conversationId must be a string"]);
  const contact = contactOf(world, call, String(call.body.contactId));
  return conversationWith(world, contact.locationId, contact.id);
}

type Words = Omit<Message, "id" | "locationId" | "contactId" | "conversationId" | "dateAdded"> & { dateAdded?: number };

function keep({ state }: World, { id: conversationId, locationId, contactId }: Conversation, words: Words): Message {
  const now = state.clock.now();
  state.conversations.put({ ...state.conversations.get(conversationId)!, dateUpdated: now });
  return state.messages.put({ dateAdded: now, ...words, id: state.newId(), locationId, contactId, conversationId });
}

function unread(world: World, { id }: Conversation): void {
  const conversation = world.state.conversations.get(id)!;
  world.emit("ConversationUnreadUpdate", world.state.conversations.put({ ...conversation, unreadCount: conversation.unreadCount + 1 }));
}

function callBack({ state }: World, message: Message): Record<string, unknown> {
  if (statusAt(message, state.clock.now()) !== "scheduled") throw badRequest("The message is not scheduled");
  state.messages.delete(message.id);
  return { status: 200, message: "Scheduled message was cancelled" };
}

/** Somebody without an address, or who wants no messages, gets none. */
function checkReachable(contact: Contact, channel: Channel): void {
  const blocked = contact.dndSettings[channel]?.status;
  if (contact.dnd || blocked === "active" || blocked === "permanent")
    throw badRequest(`Cannot send message as DND is active for ${channel}.`);
  if (channel === "Email" && !contact.email) throw badRequest("The contact has no email");
  if ((channel === "SMS" || channel === "RCS" || channel === "WhatsApp") && !contact.phone) throw badRequest("Missing phone number");
}

/** Epoch seconds. What lies a thousand years ahead was meant in milliseconds. */
function scheduleOf({ state }: World, timestamp: unknown): number | undefined {
  if (timestamp === undefined || timestamp === null) return undefined;
  const at = countOf(timestamp, 0) * 1000;
  const millenniumMs = 1000 * 366 * 86_400_000;
  if (at <= state.clock.now()) throw badRequest("scheduledTimestamp must be a future time in epoch seconds");
  if (at > state.clock.now() + millenniumMs) throw badRequest("scheduledTimestamp must be in epoch seconds, not in milliseconds");
  return at;
}

function emailOf({ state }: World, { body }: Call, from: string, to: string[]): Email {
  const html = textOf(body.html) ?? textOf(body.message) ?? "";
  return {
    id: textOf(body.emailMessageId) ?? state.newId(),
    subject: textOf(body.subject) ?? "",
    html,
    from,
    to,
    cc: textsOf(body.emailCc),
    bcc: textsOf(body.emailBcc),
  };
}

const ownAddress = ({ state }: World, { locationId }: Contact): string => state.locations.get(locationId)?.email ?? "";
const withoutMarkup = (html: string): string =>
  html
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

/** The provider a body names. An app may use its own alone; a private token has none of its own and may use any. */
function providerOf(world: World, { body, grant }: Call) {
  const conversationProviderId = textOf(body.conversationProviderId);
  if (!conversationProviderId) return {};
  const owner = world.ownerOfProvider(conversationProviderId);
  if (!owner) throw badRequest("Invalid conversationProviderId");
  if (grant.kind === "oauth" && owner.appId !== grant.appId)
    throw badRequest(`You don't have access to the conversationProvider with id ${conversationProviderId}`);
  return { conversationProviderId };
}

function dateOf({ body }: Call): { dateAdded?: number } {
  const at = Date.parse(textOf(body.date) ?? "");
  return Number.isFinite(at) ? { dateAdded: at } : {};
}

const callOf = (value: unknown) => ({ status: textOf(objectOf(value).status) ?? "completed", durationSeconds: 0 });
const exportChannels: Record<string, string> = { Instagram: "TYPE_INSTAGRAM", Facebook: "TYPE_FACEBOOK" };
const epochOf = (text: string): number => (Number.isFinite(Number(text)) ? Number(text) : Date.parse(text));

const keptView = ({ id, conversationId, email }: Message) => ({
  conversationId,
  messageId: id,
  ...(email && { emailMessageId: email.id }),
});
const addedView = (message: Message) => ({
  success: true,
  ...keptView(message),
  contactId: message.contactId,
  dateAdded: isoTime(message.dateAdded),
  message: "Message added successfully.",
});
