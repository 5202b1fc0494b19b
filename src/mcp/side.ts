import type { Client } from "#api/client.ts";
import type { Scope } from "#api/principal.ts";

/** What an MCP server works with: one caller: a signed-in agent, or the owner of an API key. */
export interface McpSide {
  /** Acts as who is signed in, so each call is checked and recorded as theirs. */
  client: Client;
  /** What the caller may do. Tools that need more are not listed. */
  scopes: readonly Scope[];
  /** False: the caller may ask for what a person decides, and not do it on a yes in the client. It may where this is left out. */
  mayAct?: boolean;
  /** The whole address of a page of this Millrace, such as `/flows/f_1`. */
  pageUrl(path: string): string;
  version: string;
  /** Logs an internal error. The caller sees only INTERNAL. */
  onFault?(fault: unknown): void;
}
