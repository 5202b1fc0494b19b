import { z } from "zod";
import { listRows } from "#catalog/types.ts";
import { stepShape } from "../shape.ts";
import { connection, fields, messageException, reference } from "../schemas.ts";

/** Calls an operation; with a read it is a lookup. */
export const action = stepShape({
  marks: ["app", "operation"],
  members: {
    app: reference,
    operation: reference,
    connection: connection.optional(),
    input: fields.optional(),
    rows: z.int().min(1).max(listRows.most).optional().describe("A read of a list: how many rows at most."),
    messages: messageException.optional().describe("Rules of the workspace's message policy that this step does not keep, and why."),
    onError: z
      .enum(["fail", "continue"])
      .optional()
      .describe("`continue`: a refusal becomes the step's result (`{error}`) and the run goes on."),
  },
  lists: {},
});
