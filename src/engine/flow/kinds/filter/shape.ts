import { stepShape } from "../shape.ts";
import { expression } from "../schemas.ts";

/** The run goes on only if the condition holds; otherwise it ends Filtered. */
export const filter = stepShape({ marks: ["filter"], members: { filter: expression }, lists: {} });
