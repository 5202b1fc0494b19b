import type { ReceptionCount, Inbox } from "../types/inboxes.ts";

/** `by`: who changes it, for the list of changes. */
export interface InboxStore {
  insert(inbox: Inbox, by?: string): Promise<void>;
  byToken(token: string): Promise<Inbox | null>;
  get(workspaceId: string, id: string): Promise<Inbox | null>;
  list(workspaceId: string): Promise<Inbox[]>;
  update(
    workspaceId: string,
    id: string,
    patch: Partial<Omit<Inbox, "id" | "workspaceId" | "app" | "createdAt">>,
    by?: string,
  ): Promise<void>;
  /** With its counts. */
  delete(workspaceId: string, id: string, by?: string): Promise<void>;
  receptionCounts(workspaceId: string, inboxId: string): Promise<ReceptionCount[]>;
  /** Adds to the counts of inboxes of any workspace, each found by the token of its address; `lastAt` moves on and never back. */
  addReceptionCounts(counts: readonly ReceptionCount[]): Promise<void>;
}
