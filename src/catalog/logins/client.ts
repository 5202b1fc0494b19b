import { z } from "zod";
import { address, headerValue, text } from "../definition-texts.ts";
import { loginHeader, titled } from "./field.ts";
import { loginKind } from "./kind.ts";
import { tokenUrl } from "./oauth2.ts";

/** A client that gets its tokens by its own id and secret, without a person (OAuth 2.0, RFC 6749 section 4.4). */
export const client = loginKind({
  members: {
    ...titled,
    tokenUrl: address,
    tokenPath: z.string().max(500).startsWith("/", "begins with /"),
    scopes: z.array(text(120)).max(300).default([]),
    /** For a login server that wants to know which API the token is for. */
    audience: text(500).optional(),
    /** For an app that takes the client's id and secret by HTTP Basic, not in the form. */
    clientAuth: z.literal("basic").optional(),
    header: loginHeader.default("Authorization"),
    prefix: headerValue.max(40).default("Bearer "),
  },
  fields: [
    { name: "clientId", in: "secret", label: "Client id", required: true, readable: true },
    { name: "clientSecret", in: "secret", label: "Client secret", required: true },
    { name: "accessToken", in: "secret", label: "Access token", unasked: true },
    { name: "expiresAt", in: "secret", label: "End of the access token, in milliseconds since 1970", unasked: true },
  ],
  settings: { tokenUrl: "address" },
  send: ({ header, prefix }, secret) => ({ headers: { [header.toLowerCase()]: `${prefix}${secret["accessToken"] ?? ""}` } }),
  renewal: {
    isPossible: (secret) => Boolean(secret["clientId"] && secret["clientSecret"]),
    url: tokenUrl,
    form: ({ clientAuth, scopes, audience }, { clientId = "", clientSecret = "" }) => ({
      grant_type: "client_credentials",
      ...(clientAuth !== "basic" && { client_id: clientId, client_secret: clientSecret }),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
      ...(audience !== undefined && { audience }),
    }),
    client: ({ clientAuth }, { clientId = "", clientSecret = "" }) =>
      clientAuth === "basic" ? { id: clientId, secret: clientSecret } : undefined,
  },
  addresses: ({ tokenUrl: url }) => ({ tokenUrl: url }),
});
