import type { Login } from "#catalog/permits.ts";
import type { ErrorCode } from "#kernel/errors.ts";
import type { InputField, Lookup, Operation, WebhookTrigger } from "#catalog/types.ts";

/** What the check of a flow asks the world. */
export interface LintReader {
  app(id: string): { title: string; inbox: boolean } | null;
  operation(app: string, id: string): Operation | null;
  webhook(app: string, id: string): WebhookTrigger | null;
  /** A field of this name, in any of the app's operations, that chooses among what a sub-account has. */
  choosing(app: string, name: string): InputField | null;
  connection(name: string): Promise<LintConnection | null>;
  /** All that a look-up's list has, or why it could not be asked, in words. */
  rows(connection: string, app: string, lookup: Lookup): Promise<Rows>;
  /** The host of an address that may not be called, and what to do; null where it may. */
  closed?(url: string, ownUrl?: string): Promise<{ host: string; todo: string } | null>;
  /** Names of the inboxes an app's events come to. */
  inboxes(app: string): Promise<string[]>;
}
export type LintConnection = Login & {
  app: string;
  baseUrl?: string;
  status: "untested" | "connected" | "expiring" | "failed" | "broken" | "paused";
  reason?: string;
  /** The error behind the status. */
  problem?: ErrorCode;
};
export type Rows = { rows: readonly unknown[] } | { unchecked: string };
