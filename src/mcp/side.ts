import type { Client } from "#api/client.ts";
import type { Scope } from "#api/principal.ts";

/** What an MCP server works with: one login, as whoever connected it. */
export interface McpSide {
  /** Acts as who is signed in, so each call is checked and recorded as theirs. */
  client: Client;
  /** What the login may do. Tools that need more are not listed. */
  scopes: readonly Scope[];
  /** False: the login may ask for what a person decides, and not do it on a yes in the client. It may where this is left out. */
  mayAct?: boolean;
  /** The whole address of a page of this Millrace, such as `/flows/f_1`. */
  pageUrl(path: string): string;
  version: string;
  /** Is given a fault of ours, for the log; whoever calls the tool only learns that there was one. */
  onFault?(fault: unknown): void;
}
