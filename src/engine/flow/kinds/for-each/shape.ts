import { stepShape } from "../shape.ts";
import { expression, variable } from "../schemas.ts";

/** Does its steps once for each item of a list; inside, the item is `{{ <as> }}` and its number `{{ <as>_index }}`. */
export const forEach = stepShape({
  marks: ["forEach"],
  members: { forEach: expression, as: variable.optional() },
  lists: { do: "needed" },
});
