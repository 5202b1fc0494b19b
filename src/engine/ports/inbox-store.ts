import type { ReceptionCount, Inbox } from "../types/inboxes.ts";

/** `by`: who changes it, for the list of changes. */
export interface InboxStore {
  insert(inbox: Inbox, by?: string): Promise<void>;
  byToken(token: string): Promise<Inbox | null>;
  get(workspaceId: string, id: string): Promise<Inbox | null>;
  list(workspaceId: string): Promise<Inbox[]>;
  update(id: string, patch: Partial<Omit<Inbox, "id" | "workspaceId" | "app" | "createdAt">>, by?: string): Promise<void>;
  /** With its counts. */
  delete(id: string, by?: string): Promise<void>;
  receptionCounts(inboxId: string): Promise<ReceptionCount[]>;
  /** Adds to the counts; `lastAt` moves on and never back. */
  addReceptionCounts(counts: readonly ReceptionCount[]): Promise<void>;
}
