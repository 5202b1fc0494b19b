import { text } from "../definition-texts.ts";
import { loginKind } from "./kind.ts";

export const none = loginKind({
  members: { title: text(80).optional() },
  fields: [],
  send: () => ({}),
  open: true,
});
