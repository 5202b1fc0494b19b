/** Addresses of other tools that get the events of a trigger. */
import { z } from "zod";
import { jsonValue } from "#engine/flow/format.ts";
import { appId } from "./common.ts";

const longestUrl = 2000;
const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** Which events: a trigger of an app, with the login and the settings that a flow would have. */
export const targetTrigger = z.object({
  app: appId,
  /** Its key in the app: a webhook, a change trigger or a list that is polled. */
  trigger: z.string().max(200),
  connection: z.string().max(120).optional(),
  input: z.record(z.string(), jsonValue).default({}),
});
export const webhookTarget = targetTrigger.extend({
  /** Where each event is posted to, as JSON. */
  url: z
    .string()
    .max(longestUrl)
    .refine(isWebAddress, "is not a web address")
    .refine((text) => !/\{[{%]/.test(text), "may not contain '{{' or '{%'"),
  /** The tool it belongs to: its flows are in a folder of this name. */
  tool: z.string().trim().min(1).max(60),
});
/** The id that ends the deliveries again. */
export const webhookTargetReply = z.object({ id: z.string() });
/** Payloads as a target would get them: received, read just now, or made up. */
export const targetSamples = z.object({ events: z.array(z.unknown()) });

export type TargetTrigger = z.output<typeof targetTrigger>;
export type WebhookTarget = z.output<typeof webhookTarget>;
