import type { Row } from "../table.ts";

/** One per contact. */
export interface Conversation extends Row {
  locationId: string;
  contactId: string;
  unreadCount: number;
  starred: boolean;
  assignedTo?: string;
  dateAdded: number;
  dateUpdated: number;
}

export type Channel = "SMS" | "RCS" | "Email" | "WhatsApp" | "GMB" | "IG" | "FB" | "Custom" | "WebChat" | "Live_Chat" | "TIKTOK" | "Call";

export interface Message extends Row {
  locationId: string;
  contactId: string;
  conversationId: string;
  channel: Channel;
  direction: "inbound" | "outbound";
  status: string;
  body: string;
  attachments: string[];
  userId?: string;
  conversationProviderId?: string;
  /** When it is to leave; until then it can be called back. */
  scheduledAt?: number;
  call?: { status: string; durationSeconds: number };
  /** Sentences of a recorded call. */
  transcript?: string[];
  email?: Email;
  dateAdded: number;
}

/** What only the e-mail endpoint tells of a message. */
export interface Email {
  id: string;
  subject: string;
  html: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
}
