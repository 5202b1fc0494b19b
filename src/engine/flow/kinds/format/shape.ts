import { stepShape } from "../shape.ts";
import { fields } from "../words.ts";

/** Builds values for later steps. */
export const format = stepShape({ marks: ["format"], members: { format: fields }, lists: {} });
