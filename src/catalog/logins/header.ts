import { loginHeader, titled, token } from "./field.ts";
import { loginKind } from "./kind.ts";

/** A key that is the whole value of a header. */
export const header = loginKind({
  members: { ...titled, header: loginHeader },
  fields: [{ ...token, label: "Value of the header" }],
  settings: { header: "header" },
  send: (scheme, secret, settings) => ({ headers: { [(settings["header"] ?? scheme.header).toLowerCase()]: secret["token"] ?? "" } }),
});
