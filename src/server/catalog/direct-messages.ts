import type { MessageGate } from "#engine/messages/gate.ts";
import type { StepCall, StepCaller } from "#engine/ports/caller.ts";
import { messageRules } from "#engine/types/messages.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";

export interface DirectMessageParts {
  caller: Pick<StepCaller, "facts">;
  messageGate: Pick<MessageGate, "decide" | "notSent">;
}

/**
 * Keeps the message policy for a call that a person or a program makes: makes it, or throws MESSAGE_NOT_ALLOWED. `force`: why a person sends it all the
 * same. A dry run is made anyway, and says what would be refused.
 */
export async function sendWithin<T extends { notices?: string[] }>(
  { caller, messageGate }: DirectMessageParts,
  { call, force }: { call: StepCall; force: string | undefined },
  send: () => Promise<T>,
): Promise<T> {
  if (!caller.facts(call.workspaceId, call.app, call.operation)?.message) return send();
  const exceptions = force === undefined ? [] : [{ without: messageRules, reason: force }];
  const decision = await messageGate.decide({ call, exceptions, zone: "UTC" });
  if (decision.kind === "send") return send().catch((thrown: unknown) => release(messageGate, call, thrown));
  const problem = decision.kind === "wait" ? `${decision.reason} until ${new Date(decision.until).toISOString()}` : decision.reason;
  if (!call.dry) {
    const retryAt = decision.kind === "wait" ? { retryAt: decision.until } : {};
    throw new MillraceError("MESSAGE_NOT_ALLOWED", { details: { problem, outcome: "not_sent", ...retryAt } });
  }
  const result = await send();
  return { ...result, notices: [`The message would not be sent. ${problem}.`, ...(result.notices ?? [])] };
}

/** A message that was certainly not sent does not count. */
async function release(gate: DirectMessageParts["messageGate"], call: StepCall, thrown: unknown): Promise<never> {
  const error = toMillraceError(thrown);
  if (!call.dry && error.details["outcome"] !== "unknown") await gate.notSent(call);
  throw error;
}
