import { stepShape } from "../shape.ts";
import { expression } from "../words.ts";

/** The run goes on only if the condition holds; otherwise it ends Filtered. */
export const filter = stepShape({ marks: ["filter"], members: { filter: expression }, lists: {} });
