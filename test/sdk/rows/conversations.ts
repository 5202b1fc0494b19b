import { sandboxDefaults } from "#sandbox/index.ts";
import { byCursor, locationId, type Ground, type Row } from "../row.ts";

const conversationOf = ({ state, contactId }: Ground) => ({
  conversationId: state.conversations.find("contact", contactId)[0]!.id,
});
const messageOf = ({ state }: Ground, channel: string) => state.messages.inLocation(locationId).find((one) => one.channel === channel)!;
const recorded = (ground: Ground) => ({ locationId, messageId: messageOf(ground, "Call").id });
type Exported = { messages: unknown[]; nextCursor: string | null };
type Found = { conversations: { lastMessageDate: number }[] };
type Messages = { messages: { lastMessageId: string; nextPage: boolean; messages: unknown[] } };

export const conversationRows: Record<string, Row> = {
  "conversations.search": () => ({
    input: { limit: 2 },
    official: (hl) =>
      byCursor(
        (startAfterDate: number | undefined) => {
          const asked = { locationId, limit: 2, sortBy: "last_message_date", sort: "desc" };
          return hl.conversations.searchConversation({ ...asked, ...(startAfterDate && { startAfterDate }) }) as unknown as Promise<Found>;
        },
        ({ conversations }) => conversations,
        ({ conversations }) => (conversations.length === 2 ? conversations.at(-1)!.lastMessageDate : undefined),
      ),
  }),
  "conversations.get": (ground) => ({
    input: conversationOf(ground),
    official: (hl) => hl.conversations.getConversation(conversationOf(ground)),
  }),
  "conversations.get_email": (ground) => {
    const { id } = messageOf(ground, "Email").email!;
    return { input: { id }, official: (hl) => hl.conversations.getEmailById({ id }) };
  },
  "conversations.get_message": (ground) => {
    const { id } = messageOf(ground, "SMS");
    return { input: { id }, official: (hl) => hl.conversations.getMessage({ id }) };
  },
  "conversations.list_messages": (ground) => ({
    input: { ...conversationOf(ground), limit: 1 },
    official: (hl) =>
      byCursor(
        (lastMessageId: string | undefined) =>
          hl.conversations.getMessages({
            ...conversationOf(ground),
            limit: 1,
            ...(lastMessageId && { lastMessageId }),
          }) as unknown as Promise<Messages>,
        ({ messages }) => messages.messages,
        ({ messages }) => (messages.nextPage ? messages.lastMessageId : undefined),
      ),
  }),
  "conversations.export_messages": () => ({
    input: { limit: 10 },
    official: (hl) =>
      byCursor(
        (cursor: string | undefined) =>
          hl.conversations.exportMessagesByLocation({
            locationId,
            limit: 10,
            ...(cursor && { cursor }),
          } as never) as unknown as Promise<Exported>,
        ({ messages }) => messages,
        ({ nextCursor }) => nextCursor ?? undefined,
      ),
  }),
  // Bytes: the official client gives them as they come when asked for a buffer, Millrace as base64.
  "conversations.get_recording": (ground) => ({
    input: { messageId: recorded(ground).messageId },
    official: async (hl) => {
      const bytes: unknown = await hl.conversations.getMessageRecording(recorded(ground), { responseType: "arraybuffer" });
      return (bytes as Buffer).toString("base64");
    },
  }),
  "conversations.get_transcription": (ground) => ({
    input: { messageId: recorded(ground).messageId },
    official: (hl) => hl.conversations.getMessageTranscription(recorded(ground)),
  }),
  "conversations.download_transcription": (ground) => ({
    input: { messageId: recorded(ground).messageId },
    official: (hl) => hl.conversations.downloadMessageTranscription(recorded(ground)),
  }),
  "conversations.send_message": ({ contactId }) => {
    const message = { type: "SMS", contactId, message: "See you on Sunday" };
    return { input: message, official: (hl) => hl.conversations.sendANewMessage(message as never) };
  },
  "conversations.cancel_scheduled_message": async ({ location, contactId, now }) => {
    const later = { type: "SMS", contactId, message: "Later", scheduledTimestamp: Math.floor(now / 1000) + 3600 };
    const { messageId } = await location.conversations.sendANewMessage(later as never);
    return { input: { messageId }, official: (hl) => hl.conversations.cancelScheduledMessage({ messageId }) };
  },
  "conversations.update_message_status": async ({ location, contactId, wait }) => {
    const own = { type: "Custom", contactId, message: "By our own provider", conversationProviderId: sandboxDefaults.conversationProvider };
    const { messageId } = await location.conversations.sendANewMessage(own as never);
    await wait(30_000); // until then the message has not reached its provider
    return {
      input: { messageId, status: "read" },
      official: (hl) => hl.conversations.updateMessageStatus({ messageId }, { status: "read" } as never),
    };
  },
  "conversations.live_chat_typing": (ground) => {
    const typing = { ...conversationOf(ground), visitorId: "v1", isTyping: "true" };
    return {
      input: { ...typing, isTyping: true },
      official: (hl) => hl.conversations.liveChatAgentTyping({ locationId, ...typing } as never),
    };
  },
};
