import { z } from "zod";
import { stepShape } from "../shape.ts";

/** Brings the record of the event and its counterpart into step. Syncs write flows with it; people do not. */
export const sync = stepShape({
  marks: ["sync"],
  members: {
    sync: z.string().min(1).max(80).describe("The id of a sync, which wrote this flow."),
    side: z.enum(["a", "b"]).describe("The side of the sync from which the event comes."),
    event: z.string().max(80).optional().describe("The webhook event of the record type that starts the flow; without it, its list."),
  },
  lists: {},
});
