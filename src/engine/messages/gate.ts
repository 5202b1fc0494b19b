import type { Recipient } from "#catalog/messages.ts";
import type { Clock } from "#kernel/clock.ts";
import type { StepCall } from "../ports/caller.ts";
import type { MessageStore, ReadRecipient } from "../ports/messages.ts";
import type { MessageException, MessagePolicy } from "../types/messages.ts";
import { capWords, decideMessage, policyWithout, rulesLeftOut, type MessageDecision } from "./decide.ts";
import { dayOf } from "./quiet-hours.ts";

interface Parts {
  store: MessageStore;
  recipient: ReadRecipient;
  clock: Pick<Clock, "now">;
}

/** A call that sends a message, and what of the policy it does not keep. */
export interface GatedCall {
  call: StepCall;
  exceptions: readonly MessageException[];
  /** The zone of the flow, where neither the person's nor the account's is known. */
  zone: string;
}

/** Keeps the message policy of each workspace: decides before a message is sent, and counts those that are. */
export class MessageGate {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Decides of a message. One that may be sent is counted by then, on the disk, and once however often it is tried. A dry run counts nothing. */
  async decide({ call, exceptions, zone: flowZone }: GatedCall): Promise<MessageDecision> {
    const { store, recipient: read, clock } = this.#parts;
    const all = await store.policy(call.workspaceId);
    const policy = policyWithout(all, exceptions);
    const needs = { blocked: policy.doNotDisturb, zone: policy.quietHours !== null || policy.cap !== null };
    const recipient = await read(call, needs);
    if (!recipient) return { kind: "send" };
    const zone = recipient.zone ?? flowZone;
    const decision = decideMessage(policy, recipient, { now: clock.now(), zone });
    const final = decision.kind === "send" ? await this.#count(call, recipient, policy, zone) : decision;
    if (final.kind === "skip" && !call.dry) await store.skipped(this.#message(call, recipient), final.rule);
    const without = final.kind === "send" ? rulesLeftOut(all, policy) : [];
    return without.length > 0 ? { kind: "send", without } : final;
  }

  /** A message that was counted was certainly not sent. */
  async notSent({ workspaceId, idempotencyKey }: Pick<StepCall, "workspaceId" | "idempotencyKey">): Promise<void> {
    await this.#parts.store.uncount(workspaceId, idempotencyKey);
  }

  async #count(call: StepCall, recipient: Recipient, policy: MessagePolicy, zone: string): Promise<MessageDecision> {
    const { store } = this.#parts;
    const message = this.#message(call, recipient);
    const counted = { ...message, day: dayOf(zone, message.at), cap: policy.cap };
    const reached = call.dry ? await store.wouldReach(counted) : await store.count(counted);
    return reached === null ? { kind: "send" } : { kind: "skip", rule: "cap", reason: capWords(recipient, policy, reached) };
  }

  #message({ workspaceId, idempotencyKey: key }: StepCall, { person, channel, at }: Recipient) {
    const now = this.#parts.clock.now();
    return { workspaceId, key, person, channel, at: Math.max(now, at?.ms ?? now) };
  }
}
