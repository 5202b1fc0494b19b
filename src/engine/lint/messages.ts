import type { Operation } from "#catalog/types.ts";
import type { MessageException } from "../types/messages.ts";
import { messageRules } from "../types/messages.ts";
import type { LintFinding } from "../types/lint.ts";
import type { FlowDefinition } from "../types/flows.ts";
import { policyWithout } from "../messages/decide.ts";
import { scopeFindings } from "./logins.ts";
import type { Place } from "./spots.ts";
import type { LintConnection, LintReader } from "./types.ts";

/** What a step that sends a message lacks to read, before it, what the contact wants. */
export async function unreadContacts(
  place: Place,
  operation: Operation,
  connection: LintConnection | null,
  reader: LintReader,
): Promise<LintFinding[]> {
  const app = reader.app(place.app);
  const read = operation.message && app?.contacts !== undefined ? reader.operation(place.app, app.contacts) : null;
  const policy = read ? await reader.messagePolicy?.() : undefined;
  return app && read && policy?.doNotDisturb ? scopeFindings(place, read, connection, app) : [];
}

/** Says once, at its first such step, that a flow sends messages to people without any rule. */
export async function unruledMessages({ settings }: FlowDefinition, places: readonly Place[], reader: LintReader): Promise<LintFinding[]> {
  const sending = places.filter(({ step, app, operation }) => step !== null && reader.operation(app, operation)?.message);
  const policy = sending.length > 0 ? await reader.messagePolicy?.() : undefined;
  if (!policy) return [];
  const isUnruled = ({ messages }: Place): boolean => {
    const exceptions = [settings?.messages, messages].filter((exception): exception is MessageException => exception !== undefined);
    const kept = policyWithout(policy, exceptions);
    return messageRules.every((rule) => !kept[rule]);
  };
  const first = sending.find(isUnruled);
  if (!first) return [];
  return [
    {
      level: "warning",
      at: first.at,
      step: first.step,
      field: null,
      problem: "messages go to people without any rule: whether they want them, at what hour, and how many a day",
      fix: "Switch a rule on under Messages to people, or take the exception out of the flow.",
    },
  ];
}
