import { z } from "zod";
import { loginField, titled } from "./field.ts";
import { loginKind } from "./kind.ts";

/** Addresses that nobody can guess. Operations reach them as `secret-url:<name>`. */
export const url = loginKind({
  members: { ...titled, fields: z.array(loginField).min(1).max(20) },
  fields: [],
  send: (_, secret) => ({ urls: { ...secret } }),
  holdsAddresses: true,
});
