import { z } from "zod";
import { messageChannels } from "#catalog/types.ts";
import { messageRules } from "#engine/flow/format.ts";

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 21:00");
const most = z.int().min(1, "must be at least 1").max(1000, "must be at most 1000").nullable();

/** A rule for messages to people. */
export type MessageRule = (typeof messageRules)[number];

/** What messages to people have to keep. A rule that is null is off. */
export const messagePolicy = z.strictObject({
  /** A person who has switched messages off, all of them or those of a channel, gets none. */
  doNotDisturb: z.boolean(),
  /** Between these times of day of the person, a message waits until they are over, or is skipped. */
  quietHours: z
    .strictObject({ from: timeOfDay, to: timeOfDay, otherwise: z.enum(["wait", "skip"]) })
    .refine(({ from, to }) => from !== to, { path: ["to"], message: "must differ from the beginning" })
    .nullable(),
  /** How many messages a person gets in a day of theirs at most, by one channel and in all. */
  cap: z
    .strictObject({ perChannel: most, inAll: most })
    .refine(({ perChannel, inAll }) => perChannel !== null || inAll !== null, {
      path: ["inAll"],
      message: "needs a number here or by channel",
    })
    .nullable(),
});
export type MessagePolicyView = z.infer<typeof messagePolicy>;

/** The policy of a workspace, and how many messages were sent and skipped in the last days. */
export const messagePolicyReply = z.object({
  policy: messagePolicy,
  totals: z.object({
    days: z.number(),
    messages: z.array(
      z.object({
        channel: z.enum(messageChannels),
        /** `sent`, or the rule by which they were skipped. */
        outcome: z.enum(["sent", ...messageRules]),
        messages: z.number(),
      }),
    ),
  }),
});
export type MessagePolicyReply = z.infer<typeof messagePolicyReply>;
