import { titled } from "./field.ts";
import { loginKind } from "./kind.ts";

/** A user name and a password, as browsers send them. */
export const basic = loginKind({
  members: titled,
  fields: [
    { name: "username", in: "secret", label: "User name", required: true, readable: true },
    { name: "password", in: "secret", label: "Password", verbatim: true },
  ],
  send: (_, { username = "", password = "" }) => ({
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` },
  }),
});
