import { stepShape } from "../shape.ts";
import { expression } from "../schemas.ts";

/** `2h`, or a template that gives a duration or a time. */
export const wait = stepShape({ marks: ["wait"], members: { wait: expression }, lists: {} });
