import { z } from "zod";
import { action } from "./action/shape.ts";
import { branch } from "./branch/shape.ts";
import { code } from "./code/shape.ts";
import { filter } from "./filter/shape.ts";
import { forEach } from "./for-each/shape.ts";
import { format } from "./format/shape.ts";
import { schemaOf, type StepOf } from "./shape.ts";
import { stop } from "./stop/shape.ts";
import { sync } from "./sync/shape.ts";
import { wait } from "./wait/shape.ts";

/** Every kind of step, as it is written. What each does is in `kinds.ts`, which does not compile while one of these is missing there. */
export const shapes = { action, filter, branch, forEach, wait, code, format, stop, sync };

type Shapes = typeof shapes;
export type StepKindName = keyof Shapes;
export const stepKindNames = Object.keys(shapes) as [StepKindName, ...StepKindName[]];

/** The steps of a list. An interface, because a type alias may not contain itself. */
export interface Steps extends Array<StepDefinition> {}
/** A step of one kind. */
export type Step<K extends StepKindName> = StepOf<Shapes[K], Steps>;
export type StepDefinition = { [K in StepKindName]: Step<K> }[StepKindName];

const steps: z.ZodType<StepDefinition[]> = z.lazy(() => z.array(stepDefinition));

/** The schema of each kind, with the steps inside it. */
export const stepSchemas = Object.fromEntries(stepKindNames.map((name) => [name, schemaOf(shapes[name], steps)])) as Record<
  StepKindName,
  ReturnType<typeof schemaOf>
>;

/** A step of any kind. Its type is that of the shapes, which a union made from a list does not know. */
export const stepDefinition = z.union(Object.values(stepSchemas)) as unknown as z.ZodType<StepDefinition>;
