import { z } from "zod";
import { cutText } from "#kernel/characters.ts";
import { oneLine } from "#kernel/one-line.ts";
import { OauthError } from "./oauth-error.ts";
import { isRedirectUri, longestRedirectUri } from "./redirects.ts";

const facts = z.object({
  client_name: z.string().max(1_000).optional(),
  redirect_uris: z.array(z.string().max(longestRedirectUri)).min(1).max(10),
  token_endpoint_auth_method: z.string().max(100).optional(),
});

/** What is kept of all that a client says of itself: a name and its addresses. Throws OauthError. */
export function readClientFacts(body: unknown): { name: string; redirectUris: string[] } {
  const sent = facts.safeParse(body);
  if (!sent.success) throw new OauthError("invalid_client_metadata", problemOf(sent.error));
  const { client_name: name, redirect_uris: redirectUris, token_endpoint_auth_method: method = "none" } = sent.data;
  if (method !== "none") throw new OauthError("invalid_client_metadata", "Millrace knows public clients with PKCE alone; use 'none'.");
  if (!redirectUris.every(isRedirectUri))
    throw new OauthError(
      "invalid_redirect_uri",
      "A redirect address is https, http on this machine, or a private scheme that is a domain in reverse (com.example.app:/callback); without a fragment.",
    );
  return { name: plainName(name), redirectUris };
}

/** What is shown of a name that anybody may choose: one short line, without characters that turn or hide others. */
const plainName = (name = ""): string => {
  const plain = cutText(oneLine(name), 60);
  return plain === "" ? "An agent without a name" : plain;
};

/** The first thing that is wrong, as a sentence. */
export const problemOf = ({ issues: [issue] }: z.ZodError): string => `${issue!.path.join(".") || "The body"}: ${issue!.message}.`;
