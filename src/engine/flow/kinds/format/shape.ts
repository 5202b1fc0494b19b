import { stepShape } from "../shape.ts";
import { fields } from "../schemas.ts";

/** Builds values for later steps. */
export const format = stepShape({ marks: ["format"], members: { format: fields }, lists: {} });
