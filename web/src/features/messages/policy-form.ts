import type { MessagePolicyReply, MessagePolicyView } from "#api/schemas.ts";
import { plural } from "../../lib/words.ts";

/** The form of a policy: what is filled in stays while its rule is off. */
export interface PolicyForm {
  doNotDisturb: boolean;
  hasQuietHours: boolean;
  from: string;
  to: string;
  otherwise: "wait" | "skip";
  hasCap: boolean;
  perChannel: string;
  inAll: string;
}

/** What a rule that is off suggests once it is switched on. */
const suggested = { from: "21:00", to: "08:00", otherwise: "wait", perChannel: "1", inAll: "2" } as const;

const numberText = (value: number | null): string => (value === null ? "" : String(value));

/** The form as a policy fills it. */
export const formOf = ({ doNotDisturb, quietHours, cap }: MessagePolicyView): PolicyForm => ({
  doNotDisturb,
  hasQuietHours: quietHours !== null,
  from: quietHours?.from ?? suggested.from,
  to: quietHours?.to ?? suggested.to,
  otherwise: quietHours?.otherwise ?? suggested.otherwise,
  hasCap: cap !== null,
  perChannel: cap ? numberText(cap.perChannel) : suggested.perChannel,
  inAll: cap ? numberText(cap.inAll) : suggested.inAll,
});

const numberIn = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** The policy that a form says. What is no number is sent as it is, and the server names the field. */
export const policyOf = (form: PolicyForm): MessagePolicyView => ({
  doNotDisturb: form.doNotDisturb,
  quietHours: form.hasQuietHours ? { from: form.from, to: form.to, otherwise: form.otherwise } : null,
  cap: form.hasCap ? { perChannel: numberIn(form.perChannel), inAll: numberIn(form.inAll) } : null,
});

type Totals = MessagePolicyReply["totals"];
const reasons: Readonly<Record<Exclude<Totals["messages"][number]["outcome"], "sent">, string>> = {
  doNotDisturb: "because the person has switched them off",
  quietHours: "in quiet hours",
  cap: "above the cap",
};

/** "In the last 7 days 12 messages were sent. 3 were skipped: 2 in quiet hours, 1 above the cap." */
export function totalsInWords({ days, messages }: Totals): string {
  const count = (outcome: string) => messages.filter((row) => row.outcome === outcome).reduce((sum, row) => sum + row.messages, 0);
  const sent = count("sent");
  const skipped = Object.entries(reasons)
    .map(([rule, reason]) => [count(rule), reason] as const)
    .filter(([n]) => n > 0);
  const begin = `In the last ${days} days ${sent === 0 ? "no message was" : `${plural(sent, "message")} ${sent === 1 ? "was" : "were"}`} sent`;
  if (skipped.length === 0) return `${begin}, and none was skipped.`;
  const all = skipped.reduce((sum, [n]) => sum + n, 0);
  return `${begin}. ${all} ${all === 1 ? "was" : "were"} skipped: ${skipped.map(([n, reason]) => `${n} ${reason}`).join(", ")}.`;
}
