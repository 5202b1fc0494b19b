import { stepShape } from "../shape.ts";
import { expression } from "../schemas.ts";

/** Does one list of steps or the other. */
export const branch = stepShape({
  marks: ["if"],
  members: { if: expression },
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
  lists: { then: "needed", else: "optional" },
});
