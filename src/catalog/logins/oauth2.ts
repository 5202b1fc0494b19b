import { z } from "zod";
import { address, text } from "../definition-texts.ts";
import { titled, type LoginField } from "./field.ts";
import { loginKind, type LoginPlace } from "./kind.ts";

interface TokenScheme {
  tokenUrl: string;
  tokenPath: string;
  fields?: readonly LoginField[] | undefined;
}

/** Where tokens are got: where the connection says, at its own base address where it has one (the sandbox), else at the app's. */
export const tokenUrl = (scheme: TokenScheme, { baseUrl, settings }: LoginPlace): string =>
  ownAddress("tokenUrl", scheme, settings) ?? (baseUrl ? baseUrl.replace(/\/$/, "") + scheme.tokenPath : scheme.tokenUrl);

/**
 * An address of the login server that a connection names itself. Only where the app asks for it: the login of any other app goes to the
 * addresses of the app.
 */
function ownAddress(name: string, { fields = [] }: Pick<TokenScheme, "fields">, settings: LoginPlace["settings"]): string | undefined {
  const isAsked = fields.some((field) => field.name === name && field.in === "setting");
  return isAsked ? settings?.[name] || undefined : undefined;
}

/** An address of the login server: at the connection's own base address where it has one, under the same path. */
const atBase = (address: string, baseUrl: string | undefined): URL => {
  const url = new URL(address, baseUrl);
  return baseUrl ? new URL(baseUrl.replace(/\/$/, "") + url.pathname + url.search) : url;
};

/** The same for its name, which is compared letter by letter: no slash is added to one that has none. */
const issuerAtBase = (issuer: string, baseUrl: string): string => issuer.replace(/^[a-z]+:\/\/[^/?#]*/i, () => baseUrl.replace(/\/$/, ""));

/** Where a person allows it. `host`: the agency's own, for an app that agencies have under their names. */
function consentUrl(
  { authorizeUrl, whiteLabel, fields }: { authorizeUrl: string; whiteLabel?: true | undefined } & Pick<TokenScheme, "fields">,
  { baseUrl, settings }: LoginPlace,
  host: string | undefined,
): URL {
  const own = ownAddress("authorizeUrl", { fields }, settings);
  if (own !== undefined) return new URL(own);
  const url = atBase(authorizeUrl, baseUrl);
  if (whiteLabel && host !== undefined && !baseUrl) url.host = host;
  return url;
}

/** How the client says who it is: in the form, or by HTTP Basic (RFC 6749 section 2.3.1). */
const clientIn = (
  { clientAuth }: { clientAuth?: "basic" | undefined },
  { clientId = "", clientSecret = "" }: Partial<Record<string, string>>,
): Record<string, string> => (clientAuth === "basic" ? {} : { client_id: clientId, client_secret: clientSecret });

/** Tokens that an app's consent page gave. With a refresh token and its client they are renewed without a person. */
export const oauth2 = loginKind({
  members: {
    ...titled,
    authorizeUrl: address,
    tokenUrl: address,
    tokenPath: z.string().max(500).startsWith("/", "begins with /"),
    scopes: z.array(text(120)).max(300).default([]),
    /** Where a person registers the address that the app sends the browser back to, in words. */
    register: text(400).optional(),
    /** For an app that refuses the parameters of PKCE. */
    pkce: z.literal(false).optional(),
    /** The login server as it names itself in `iss` (RFC 9207): an answer that names another, or none, is refused. */
    issuer: address.optional(),
    /** Agencies may have the page at a host of their own: the setting MILLRACE_CONSENT_HOST says which. */
    whiteLabel: z.literal(true).optional(),
    /** For an app that takes the client's id and secret by HTTP Basic, not in the form. */
    clientAuth: z.literal("basic").optional(),
  },
  fields: [
    { name: "accessToken", in: "secret", label: "Access token", required: { without: "refreshToken" } },
    {
      name: "refreshToken",
      in: "secret",
      label: "Refresh token",
      help: "It can be used once; Millrace keeps the new one that it gets.",
    },
    { name: "clientId", in: "secret", label: "Client id", required: { with: "refreshToken" }, readable: true },
    {
      name: "clientSecret",
      in: "secret",
      label: "Client secret",
      help: "Needed to stay signed in.",
      required: { with: "refreshToken" },
    },
    { name: "expiresAt", in: "secret", label: "End of the access token, in milliseconds since 1970", unasked: true },
  ],
  settings: { authorizeUrl: "address", tokenUrl: "address" },
  send: (_, secret) => ({ headers: { authorization: `Bearer ${secret["accessToken"] ?? ""}` } }),
  renewal: {
    isPossible: (secret) => Boolean(secret["refreshToken"]),
    url: tokenUrl,
    form: (scheme, secret, access) => ({
      grant_type: "refresh_token",
      ...clientIn(scheme, secret),
      refresh_token: secret["refreshToken"] ?? "",
      ...(access && { user_type: access === "agency" ? "Company" : "Location" }),
    }),
    client: ({ clientAuth }, { clientId = "", clientSecret = "" }) =>
      clientAuth === "basic" ? { id: clientId, secret: clientSecret } : undefined,
  },
  consent: {
    asker: ["clientId", "clientSecret"],
    page(scheme, place, { clientId = "" }, { redirectUri, scopes, state, challenge, host }) {
      const url = consentUrl(scheme, place, host);
      const query = { response_type: "code", client_id: clientId, redirect_uri: redirectUri, scope: scopes.join(" "), state };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      if (scheme.pkce !== false) {
        url.searchParams.set("code_challenge", challenge);
        url.searchParams.set("code_challenge_method", "S256");
      }
      return url.href;
    },
    issuer: ({ issuer }, baseUrl) => (issuer !== undefined && baseUrl ? issuerAtBase(issuer, baseUrl) : issuer),
    form: (scheme, asker, { code, redirectUri, verifier }) => ({
      grant_type: "authorization_code",
      ...clientIn(scheme, asker),
      code,
      redirect_uri: redirectUri,
      ...(scheme.pkce !== false && { code_verifier: verifier }),
    }),
  },
  addresses: ({ tokenUrl: url }) => ({ tokenUrl: url }),
  /** The part of the client id before the first hyphen. */
  registration: ({ clientId }) => clientId?.split("-", 1)[0],
});
