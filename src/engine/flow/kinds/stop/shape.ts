import { z } from "zod";
import { stepShape } from "../shape.ts";
import { expression } from "../schemas.ts";

/** Ends the run here. */
export const stop = stepShape({
  marks: ["stop"],
  members: { stop: z.enum(["success", "filtered", "failed"]), reason: expression.optional() },
  lists: {},
});
