import { fieldName } from "../definition-texts.ts";
import { titled, token } from "./field.ts";
import { loginKind } from "./kind.ts";

/** A key in the address, behind the question mark. */
export const query = loginKind({
  members: { ...titled, param: fieldName },
  fields: [{ ...token, label: "Value of the parameter" }],
  settings: { param: "parameter" },
  send: (scheme, secret, settings) => ({ query: { [settings["param"] ?? scheme.param]: secret["token"] ?? "" } }),
});
