import type { CallCause } from "#kernel/call-cause.ts";
import type { Operation } from "#catalog/types.ts";
import type { Lane } from "../types/runs.ts";

/** What polling needs of the catalog and of outbound calls. */
export interface PollParts {
  operation(workspaceId: string, app: string, id: string): Operation | null;
  /** A login by its name: its id tells two of one name apart. Null when there is none. */
  connection(workspaceId: string, name: string): Promise<{ id: string; locationId?: string } | null>;
  /** Reads a list (or one record) to its end, page by page. */
  pages(request: PageRequest): AsyncIterable<{ rows: readonly unknown[] }>;
  /** An operation's input made ready: names turned into ids. Throws where one means nothing. */
  prepared(request: PageRequest): Promise<Record<string, unknown>>;
}

export interface PageRequest {
  workspaceId: string;
  app: string;
  operation: string;
  connection?: string;
  input: Record<string, unknown>;
  /** The zone and country in which its times and phone numbers are read. */
  settings: { zone?: string; country?: string };
  lane: Lane;
  signal: AbortSignal;
  /** Why it is read, for the log of calls. */
  cause?: CallCause;
}
