/** The errors that clients of OAuth know (RFC 6749, 7591). */
export type OauthErrorCode =
  | "invalid_request"
  | "invalid_grant"
  | "invalid_client_metadata"
  | "invalid_redirect_uri"
  | "unsupported_grant_type"
  | "invalid_target";

/** An answer of an OAuth endpoint that refuses: a code for the client, and a sentence for whoever reads its log. */
export class OauthError extends Error {
  readonly code: OauthErrorCode;

  constructor(code: OauthErrorCode, sentence: string) {
    super(sentence);
    this.name = "OauthError";
    this.code = code;
  }
}
