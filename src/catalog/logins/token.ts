import { headerValue } from "../definition-texts.ts";
import { loginHeader, titled, token as field } from "./field.ts";
import { loginKind } from "./kind.ts";

/** A token in a header, behind a word such as `Bearer`. */
export const token = loginKind({
  members: { ...titled, header: loginHeader.default("Authorization"), prefix: headerValue.max(40).default("Bearer ") },
  fields: [field],
  send: ({ header, prefix }, secret) => ({ headers: { [header.toLowerCase()]: `${prefix}${secret["token"] ?? ""}` } }),
});
