import type { Pins } from "#catalog/pins.ts";
import type { Titles } from "../sentence.ts";
import type { Login } from "#catalog/permits.ts";
import type { InputField, Lookup, Operation, WebhookTrigger } from "#catalog/types.ts";

/** What the check of a flow asks the world. */
export interface LintReader {
  app(id: string): { title: string; inbox: boolean } | null;
  operation(app: string, id: string): Operation | null;
  webhook(app: string, id: string): WebhookTrigger | null;
  /** A field of this name, in any of the app's operations, that chooses among what a sub-account has. */
  choosing(app: string, name: string): InputField | null;
  connection(name: string): Promise<LintConnection | null>;
  /** What names stood for in the sub-account of a connection; null where nothing is remembered. */
  pins(connection: string): Promise<Pins | null>;
  /** The names of the connections there are, to suggest from. */
  connections(app: string): Promise<string[]>;
  /** Why an address may not be asked; null: it may, or nobody can tell before it is. */
  closedHost(url: string): string | null;
  titles: Titles;
  /** All that a look-up's list has, or why it could not be asked, in words. */
  rows(connection: string, app: string, lookup: Lookup): Promise<Rows>;
  /** The inboxes an app's events come to; `all`: every flow that names none starts from it. */
  inboxes(app: string): Promise<{ name: string; all: boolean }[]>;
}
export type LintConnection = Login & {
  app: string;
  baseUrl?: string;
  status: "connected" | "expiring" | "broken" | "paused";
  reason?: string;
};
/** `until`: the budget of the sub-account allows it again then. */
export type Rows = { rows: readonly unknown[] } | { unchecked: string; until?: number };
