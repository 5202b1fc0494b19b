import { z } from "zod";
import { address, text } from "../definition-texts.ts";
import { titled } from "./field.ts";
import { loginKind } from "./kind.ts";

/** Where tokens are got: at the connection's own base address where it has one (the sandbox), else at the app's. */
export const tokenUrl = ({ tokenUrl: url, tokenPath }: { tokenUrl: string; tokenPath: string }, baseUrl: string | undefined): string =>
  baseUrl ? baseUrl.replace(/\/$/, "") + tokenPath : url;

/** Tokens that an app's consent page gave. With a refresh token and its client they are renewed without a person. */
export const oauth2 = loginKind({
  members: {
    ...titled,
    authorizeUrl: address,
    tokenUrl: address,
    tokenPath: z.string().max(500).startsWith("/", "begins with /"),
    scopes: z.array(text(120)).max(300).default([]),
  },
  fields: [
    { name: "accessToken", in: "secret", label: "Access token", required: { without: "refreshToken" } },
    {
      name: "refreshToken",
      in: "secret",
      label: "Refresh token",
      help: "It can be used once; Millrace keeps the new one it is given.",
    },
    { name: "clientId", in: "secret", label: "Client id", required: { with: "refreshToken" }, readable: true },
    {
      name: "clientSecret",
      in: "secret",
      label: "Client secret",
      help: "The client is needed to renew the token.",
      required: { with: "refreshToken" },
    },
    { name: "expiresAt", in: "secret", label: "End of the access token, in milliseconds since 1970", unasked: true },
  ],
  send: (_, secret) => ({ headers: { authorization: `Bearer ${secret["accessToken"] ?? ""}` } }),
  renewal: {
    isPossible: (secret) => Boolean(secret["refreshToken"]),
    url: tokenUrl,
    form: ({ clientId = "", clientSecret = "", refreshToken = "" }, access) => ({
      grant_type: "refresh_token",
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
      ...(access && { user_type: access === "agency" ? "Company" : "Location" }),
    }),
  },
  addresses: ({ tokenUrl: url }) => ({ tokenUrl: url }),
  /** The part of the client id before the first hyphen. */
  registration: ({ clientId }) => clientId?.split("-", 1)[0],
});
