import { z } from "zod";
import { expression } from "#engine/flow/kinds/schemas.ts";
import { stepShape } from "#engine/flow/kinds/shape.ts";

/** Writes a line into the run, for whoever reads it later. */
export const note = stepShape({
  marks: ["note"],
  members: { note: expression, level: z.enum(["info", "warning"]).optional(), onlyIf: expression.optional() },
  lists: {},
});
