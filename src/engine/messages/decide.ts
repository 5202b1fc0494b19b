import type { Recipient } from "#catalog/messages.ts";
import type { MessageChannel } from "#catalog/types.ts";
import { messageRules, type MessageException, type MessagePolicy, type MessageRule, type QuietHours } from "../types/messages.ts";
import { quietUntil } from "./quiet-hours.ts";

/** What becomes of a message before it is sent, with the reason in words. */
export type MessageDecision =
  /** `without`: the rules of the workspace of which an exception was made. */
  | { kind: "send"; without?: readonly MessageRule[] }
  /** `scheduled`: the input by which the message can be scheduled for then instead. */
  | { kind: "wait"; until: number; reason: string; scheduled: string | null }
  | { kind: "skip"; rule: MessageRule; reason: string };

/** The policy as far as a step keeps it: without the rules that its flow, or the step itself, makes an exception of. */
export function policyWithout(policy: MessagePolicy, exceptions: readonly MessageException[]): MessagePolicy {
  const left = new Set(exceptions.flatMap(({ without }) => without));
  return {
    doNotDisturb: policy.doNotDisturb && !left.has("doNotDisturb"),
    quietHours: left.has("quietHours") ? null : policy.quietHours,
    cap: left.has("cap") ? null : policy.cap,
  };
}

/** The rules that are on in one policy and off in the other. */
export const rulesLeftOut = (all: MessagePolicy, kept: MessagePolicy): MessageRule[] =>
  messageRules.filter((rule) => Boolean(all[rule]) && !kept[rule]);

/** Decides by what the person wants and by the hour in the zone. The cap is decided where messages are counted. */
export function decideMessage(
  { doNotDisturb, quietHours }: MessagePolicy,
  recipient: Recipient,
  { now, zone }: { now: number; zone: string },
): MessageDecision {
  if (doNotDisturb && recipient.blocked !== null) return { kind: "skip", rule: "doNotDisturb", reason: blockedWords(recipient) };
  const at = Math.max(now, recipient.at?.ms ?? now);
  const until = quietHours === null ? null : quietUntil(quietHours, zone, at);
  if (quietHours === null || until === null) return { kind: "send" };
  if (quietHours.otherwise === "wait") {
    const reason = `Quiet hours of ${whom(recipient)} (${hoursWords(quietHours, zone)})`;
    return { kind: "wait", until, reason, scheduled: at > now && recipient.at ? recipient.at.input : null };
  }
  return { kind: "skip", rule: "quietHours", reason: `It is a quiet hour for ${whom(recipient)} (${hoursWords(quietHours, zone)})` };
}

/** Why a message is skipped once a person has got as many as the cap allows. */
export function capWords(recipient: Recipient, { cap }: MessagePolicy, reached: "perChannel" | "inAll"): string {
  const most = cap?.[reached] ?? 0;
  const kind = reached === "perChannel" ? `${channelWords[recipient.channel]} ` : "";
  return `${capital(whom(recipient))} has had ${most} ${kind}${most === 1 ? "message" : "messages"} today, which is the cap`;
}

/** What people call a rule, within a sentence. */
export const ruleWords: Readonly<Record<MessageRule, string>> = {
  doNotDisturb: "do not disturb",
  quietHours: "quiet hours",
  cap: "daily cap",
};

/** What people call a channel, within a sentence. */
export const channelWords: Readonly<Record<MessageChannel, string>> = {
  sms: "SMS",
  email: "e-mail",
  whatsapp: "WhatsApp",
  call: "call",
  chat: "chat",
};

const switchedOff: Readonly<Record<MessageChannel, string>> = { ...channelWords, call: "calls", chat: "chat messages" };

const blockedWords = (recipient: Recipient): string =>
  recipient.blocked === "all"
    ? `${capital(whom(recipient))} has switched all messages off`
    : `${capital(whom(recipient))} has switched ${switchedOff[recipient.channel]} off`;

const whom = ({ name }: Recipient): string => name ?? "the person";

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const hoursWords = ({ from, to }: QuietHours, zone: string): string => `${from} to ${to}, ${zone}`;
