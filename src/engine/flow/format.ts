import { z } from "zod";
import { code } from "./kinds/code/shape.ts";
import { stepDefinition } from "./kinds/shapes.ts";
import { connection, expression, fields, inbox, messageException, name, reference } from "./kinds/schemas.ts";

/** The flow format: a flow as people write it, keep it in git and send it to the API. What its parts mean together is checked in check.ts. */

/** The most steps that a flow can have, and how many levels deep branches and loops can lie. */
export const flowLimits = { steps: 200, depth: 8 };

/** What a script and its tests are written with. */
export const scriptMembers = code.members;

export const flowSettings = z.strictObject({
  unknownOutcome: z
    .enum(["hold", "retry"])
    .optional()
    .describe("What to do when nobody can tell whether a write took effect and the operation has no way to look."),
  retry: z.strictObject({ maxAttempts: z.int().min(1).max(1000).optional(), maxElapsed: z.string().optional() }).optional(),
  zone: z.string().optional().describe("IANA zone in which the flow's dates are meant; UTC when absent."),
  country: z.string().optional().describe("Two-letter country for phone numbers written without one."),
  lane: z.enum(["live", "sync", "backfill"]).optional(),
  settle: z
    .string()
    .optional()
    .describe(
      "`10s`: changes of one record that follow each other within this time become one run, of the newest. A burst without end is let go after ten such windows.",
    ),
  messages: messageException.optional().describe("Rules of the workspace's message policy that no step of this flow keeps, and why."),
  order: z
    .literal("record")
    .optional()
    .describe("`record`: runs of one record go one after another, in the order in which their events came."),
});

/** What starts the flow. Webhook, poll, schedule or manual follows from the operation. */
export const triggerDefinition = z.strictObject({
  app: reference,
  operation: reference,
  connection: connection.optional(),
  input: fields.optional().describe("Poll: the read's input. Schedule: `cron` and `zone`."),
  every: z.string().optional().describe("Poll: `1m` to `15m` and longer."),
  emit: z
    .enum(["new", "changed", "all"])
    .optional()
    .describe("Poll: `new` fires for records not seen before, `changed` for those and for changes, `all` for deletions as well."),
  whole: z
    .string()
    .optional()
    .describe(
      "Poll with `emit: all`: how often the list is read to its end (`1h`), which alone finds deletions. Readings between stop at what is known, where the list comes newest change first. A long list is read to its end less often: its readings take 3 % of a day's calls at most.",
    ),
  key: expression.optional().describe("Webhook: a template that gives the event's key, where the app's own choice does not fit."),
  record: expression
    .optional()
    .describe("A template that says which record the event is about, where the app does not say or its choice does not fit."),
  previous: z.boolean().optional().describe("Keeps the last known state of each record, so that `trigger._change` has old and new values."),
  reconcile: z
    .string()
    .optional()
    .describe("Webhook: how often to look for what was not delivered (`15m`), where the app has a read that can tell."),
  senders: z
    .array(z.string().max(60))
    .max(100)
    .optional()
    .describe(
      "Webhook at an address of its own: addresses and ranges (`203.0.113.7`, `198.51.100.0/24`) from which events are accepted. Without it, from everywhere.",
    ),
  inbox: inbox.optional().describe("Webhook of an app with inboxes: listen at this one only."),
});

export const flowDefinition = z.strictObject({
  name,
  description: z.string().max(2000).optional(),
  todo: z
    .string()
    .trim()
    .min(1, "is empty")
    .max(2000)
    .optional()
    .describe("What a person still has to do that belongs to no step. As with a step's: not published until it is removed."),
  trigger: triggerDefinition,
  steps: z.array(stepDefinition),
  settings: flowSettings.optional(),
});

/** A mapping template: values for the fields of an operation, kept under a name and copied into steps. */
export const mappingTemplate = z.strictObject({
  title: name,
  description: z.string().trim().max(2000).optional(),
  app: reference,
  operation: reference,
  input: fields.refine((input) => Object.keys(input).length > 0, "fills no field"),
});

export type MappingTemplate = z.infer<typeof mappingTemplate>;
export type FlowSettings = z.infer<typeof flowSettings>;
export type TriggerDefinition = z.infer<typeof triggerDefinition>;
export type FlowDefinition = z.infer<typeof flowDefinition>;
export type { Step, StepDefinition, StepKindName } from "./kinds/shapes.ts";
export { stepDefinition, stepKindNames, stepSchemas } from "./kinds/shapes.ts";
export { json as jsonValue, messageRules } from "./kinds/schemas.ts";
export { partName, ruleDefinition } from "../mapping/rule-format.ts";
export type { Rule } from "../mapping/rule-format.ts";
