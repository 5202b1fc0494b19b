import type { ScriptTestResult, ScriptWithTests } from "../types/scripts.ts";
import type { MessagePolicy } from "../types/messages.ts";
import type { Pins } from "#catalog/pins.ts";
import type { Titles } from "../flow/sentence.ts";
import type { Login } from "#catalog/permits.ts";
import type { RuleKinds } from "../mapping/rule-format.ts";
import type { ErrorCode } from "#kernel/errors.ts";
import type { InputField, ListRead, Lookup, Operation, WebhookTrigger } from "#catalog/types.ts";

/** What the check of a flow asks the world. */
export interface LintReader {
  /** `contacts`: the read of a contact, made before a message is sent to it. */
  app(id: string): { title: string; inbox: boolean; contacts?: string } | null;
  operation(app: string, id: string): Operation | null;
  /** What of a place is in the catalog no more. */
  gone(app: string, id: string, as: "trigger" | "operation"): "app" | "id" | null;
  webhook(app: string, id: string): WebhookTrigger | null;
  /** A field of this name, in any of the app's operations, that chooses among what a sub-account has. */
  choosing(app: string, name: string): InputField | null;
  connection(name: string): Promise<LintConnection | null>;
  /** What a connection of this name was called when it was removed; null where none was. */
  removed?(name: string): Promise<string | null>;
  /** What names stood for in the sub-account of a connection; null where nothing is remembered. */
  pins(connection: string): Promise<Pins | null>;
  /** The names of the connections there are, to suggest from. */
  connections(app: string): Promise<string[]>;
  titles: Titles;
  /** The kinds of the workspace's rules; where they are unknown, none is missed. */
  readonly rules?: RuleKinds;
  /** What messages to people have to keep in the workspace. */
  messagePolicy?(): Promise<MessagePolicy>;
  /** How far the flow's last runs read the list of a step; null if they read none. */
  lastRead?(step: string): ListRead | null;
  /** All that a look-up's list has, or why it could not be asked, in words. */
  rows(connection: string, app: string, lookup: Lookup): Promise<Rows>;
  /** The host of an address that may not be called, what to do, and whether it could be allowed; null where it may. */
  closed?(url: string, ownUrl?: string): Promise<{ host: string; todo: string; mayAllow: boolean } | null>;
  /** What the tests beside a script come to; absent: nobody can execute them. */
  testScript?(script: ScriptWithTests): Promise<ScriptTestResult[]>;
  /** The field of a connection's login that the app proves its webhooks by, where it is not filled in: what it is called. */
  missingProof?(connection: string, app: string, trigger: string): Promise<string | null>;
  /** The inboxes an app's events come to; `all`: every flow that names none starts from it. */
  inboxes(app: string): Promise<{ name: string; all: boolean }[]>;
}
export type LintConnection = Login & {
  title?: string;
  app: string;
  baseUrl?: string;
  status: "untested" | "connected" | "expiring" | "failed" | "broken" | "paused";
  reason?: string;
  /** The error behind the status. */
  problem?: ErrorCode;
};
/** `until`: the budget of the sub-account allows it again then. */
export type Rows = { rows: readonly unknown[] } | { unchecked: string; until?: number };
