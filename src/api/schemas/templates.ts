/** Flow templates: those that come with Millrace and the workspace's own, and the set-ups of flows made from them. */
import { z } from "zod";
import { flowTemplate, setupQuestions } from "#templates/format.ts";
import { flowBody } from "./flows.ts";
import { shortName } from "./common.ts";
import { existingParts } from "./parts.ts";

export type { FlowTemplate, Place, SetupChoice, SetupQuestions, TemplateChoice, TemplateConnection } from "#templates/format.ts";

/** A template as a file has it. Its flow is checked by the engine, which names the place of every mistake. */
export const templateBody = flowTemplate.extend({ flow: flowBody });

const neededConnection = setupQuestions.shape.connections.element.omit({ at: true }).extend({
  /** The scopes its login needs. */
  scopes: z.array(z.string()),
});

export const templateView = z.object({
  id: z.string(),
  /** It comes with Millrace. */
  builtIn: z.boolean(),
  title: z.string(),
  about: z.string(),
  category: z.string(),
  keywords: z.array(z.string()),
  /** The apps of its flow, that of the trigger first. */
  apps: z.array(z.string()),
  connections: z.array(neededConnection),
  choices: flowTemplate.shape.choices.unwrap(),
  /** When its flow starts: "When a tag is added to a contact in HighLevel". */
  starts: z.string(),
  /** What its flow does, line by line. `depth`: how deep within branches and loops. */
  does: z.array(
    z.object({
      depth: z.number(),
      text: z.string(),
      /** The app it calls. */
      app: z.string().optional(),
      /** It changes something there. */
      writes: z.boolean().optional(),
    }),
  ),
  /** When it was last changed; null where it comes with Millrace. */
  updatedAt: z.number().nullable(),
});
export const templateDetail = templateView.extend({ definition: templateBody });
export const templateList = z.object({ templates: z.array(templateView) });

/** What is known from the start; the rest is asked at the set-up. */
export const installBody = z
  .object({
    /** The flow's name; the template's unless given. */
    name: z.string().trim().min(1).max(120).optional(),
    /** The short names of connections, by what the template calls them. Those left out are chosen where there is one for the app. */
    connections: z.record(z.string().max(60), shortName).default({}),
    /** What is chosen, by the names of the template's choices. */
    choices: z.record(z.string().max(60), z.union([z.string().max(10_000), z.number()])).default({}),
    /** Where another rule is there by the name of one that the template brings. */
    existing: existingParts,
  })
  .nullish();

/** A template made of a flow: everything in it that could be asked, and which of it differs from account to account. */
export const templateOffer = z.object({ template: templateBody, suggested: z.array(z.string()) });

export const setupSteps = 3;
/** 1: connect; 2: choose and map; 3: test and go live. */
const setupStep = z.int().min(1).max(setupSteps);
export const setupBody = z.object({ step: setupStep });
export const setupView = z.object({
  step: z.number(),
  title: z.string(),
  about: z.string(),
  connections: z.array(setupQuestions.shape.connections.element.extend({ scopes: z.array(z.string()) })),
  choices: setupQuestions.shape.choices,
  /** Members of the made-up event to test with. */
  example: setupQuestions.shape.example,
  starts: templateView.shape.starts,
  does: templateView.shape.does,
});
/** Null: the flow is not being set up. */
export const setupReply = z.object({ setup: setupView.nullable() });

export type TemplateView = z.output<typeof templateView>;
export type TemplateDetail = z.output<typeof templateDetail>;
export type TemplateOffer = z.output<typeof templateOffer>;
export type SetupView = z.output<typeof setupView>;
export type InstallBody = z.input<typeof installBody>;
