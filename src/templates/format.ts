import { z } from "zod";
import { flowDefinition, jsonValue, partName, ruleDefinition } from "#engine/flow/format.ts";

/** A flow template as people write it, keep it in git and send it to the API: a flow with defaults, and the places in it that are chosen at the set-up. */

const line = (most: number) => z.string().trim().min(1, "is empty").max(most, `is longer than ${most} characters`);
const word = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "is a short name: small letters, digits and dashes");

/** Where a value stands: the id of a step (or `trigger`), then the members that lead to it. */
const place = z
  .array(z.union([z.string().min(1).max(300), z.int().min(0).max(1000)]))
  .min(2)
  .max(16);

export const choiceKinds = [
  "text",
  "longtext",
  "number",
  "choice",
  "address",
  "duration",
  "schedule",
  "zone",
  "tag",
  "pipeline",
  "stage",
  "calendar",
  "user",
  "customField",
  "workflow",
  "segment",
  "lookup",
] as const;

const choice = z.strictObject({
  name: word.describe("Its name for programs: `tag`."),
  label: line(80).describe("What people are asked: Tag for happy customers."),
  help: line(300).optional(),
  kind: z
    .enum(choiceKinds)
    .describe("How it is chosen: typed, looked up by name in the connected account, or one of the workspace's segments."),
  at: z.array(place).min(1).max(20).describe("The places of the flow that get the value."),
  within: line(1000)
    .refine((text) => text.split("*").length === 2, "contains one *, where the value stands")
    .optional()
    .describe("Where the value is part of a longer text: that text, with a * for the value."),
  value: line(2000).optional().describe("Of a custom field: what it is filled with."),
  required: z.boolean().optional(),
  options: z
    .array(z.strictObject({ value: line(200), label: line(120) }))
    .min(1)
    .max(50)
    .optional(),
  prefer: z.array(line(120)).max(20).optional().describe("Names to choose first where the account has them."),
});

const connection = z.strictObject({
  name: word.describe("Its name in the template's flow."),
  app: z.string().min(1).max(60),
  label: line(80).optional().describe("Where an app is needed twice: what this one is for."),
  optional: z.boolean().optional().describe("The flow works without it: an address that needs no login."),
});

const choices = z.array(choice).max(60).default([]);

export const flowTemplate = z.strictObject({
  millraceTemplate: z.literal(1).describe("Says that this is a template, and in which format."),
  title: line(160).describe("When …, then …"),
  about: line(600).describe("What it is for."),
  category: line(40),
  keywords: z.array(line(40)).max(30).default([]).describe("Further words by which people look for it."),
  connections: z.array(connection).max(20).default([]),
  choices,
  flow: flowDefinition,
  example: z
    .record(z.string(), jsonValue)
    .optional()
    .describe(
      "Members of the made-up event that the set-up tests with, in place of those of the trigger's example: one that the flow does something for.",
    ),
  rules: z.record(partName, ruleDefinition).optional().describe("The transformation rules that the flow uses, by name."),
});

/** The request over plain HTTP with which a template sends something to an address. */
const sending = z.object({ app: z.string(), operation: z.string(), input: z.record(z.string(), jsonValue) });

/** What a set-up keeps of its template: what is asked, and where in the flow the answers go. */
export const setupQuestions = z.object({
  title: z.string(),
  about: z.string(),
  connections: z.array(
    connection.extend({
      at: z.array(place),
      orOwnApp: z.boolean().optional().describe("A connection of an app of the workspace fits as well."),
    }),
  ),
  choices: z.array(choice.extend({ sends: sending.optional().describe("Of an address: what is sent there.") })),
  example: flowTemplate.shape.example,
});

export type Place = z.output<typeof place>;
export type ChoiceKind = (typeof choiceKinds)[number];
export type TemplateChoice = z.output<typeof choice>;
export type Sending = z.output<typeof sending>;
export type TemplateConnection = z.output<typeof connection>;
export type FlowTemplate = z.output<typeof flowTemplate>;
export type SetupQuestions = z.output<typeof setupQuestions>;
export type SetupChoice = SetupQuestions["choices"][number];
