import { z } from "zod";
import { name, variable } from "./schemas.ts";

/** How a kind of step is written. */
export interface StepShape {
  /** The members by which a step says that it is of this kind. */
  marks: readonly string[];
  /** Its own members, beside `id` and `title`. */
  members: z.ZodRawShape;
  /** Its lists of further steps, by member. */
  lists: Readonly<Record<string, "needed" | "optional">>;
}

/** What every step has. */
export const base = {
  id: variable,
  title: name.optional(),
  comment: z
    .string()
    .trim()
    .min(1, "is empty")
    .max(2000, "is longer than 2,000 characters")
    .optional()
    .describe("For the people who come after: it changes nothing."),
  todo: z
    .string()
    .trim()
    .min(1, "is empty")
    .max(2000, "is longer than 2,000 characters")
    .optional()
    .describe("What a person still has to do here. The checks name it, and the flow is not published until it is removed."),
  off: z.boolean().optional().describe("Switched off: runs pass over the step and those inside it."),
};

/** Keeps the literal types of a shape, from which the type of its step follows. */
export const stepShape = <const S extends StepShape>(shape: S): S => shape;

/** The schema of one kind of step. `steps` reads its lists. */
export const schemaOf = ({ members, lists }: StepShape, steps: z.ZodType) =>
  z.strictObject({
    ...base,
    ...members,
    ...Object.fromEntries(Object.entries(lists).map(([key, need]) => [key, need === "needed" ? steps : steps.optional()])),
  });

type ListNames<S extends StepShape, Need> = { [L in keyof S["lists"]]: S["lists"][L] extends Need ? L : never }[keyof S["lists"]];

/** A step of one kind, whose lists are of type `Steps`. */
export type StepOf<S extends StepShape, Steps> = z.infer<z.ZodObject<typeof base & S["members"]>> & {
  [L in ListNames<S, "needed">]: Steps;
} & { [L in ListNames<S, "optional">]?: Steps };
