import type { IncomingHttpHeaders } from "node:http";
import { readSigning, type Signing } from "#catalog/signing.ts";
import type { RequestPart, WebhookProof } from "#catalog/webhook-rules.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isSameSecret } from "../auth/secret-hash.ts";
import { checkHmac } from "./hmac.ts";

/** A request as far as it can prove who sent it. */
export interface PostedRequest {
  headers: IncomingHttpHeaders;
  bytes: Uint8Array;
  /** The path and query that were posted to. */
  path: string;
  /** The whole address, which some senders sign. */
  url: string;
  now: number;
}

/** Throws HOOK_REFUSED unless the request proves itself in the way its app does. Gives how it was signed, where it was. */
export function checkProof(proof: WebhookProof, secret: string, posted: PostedRequest): Signing | null {
  switch (proof.kind) {
    case "address":
      return null;
    case "token":
      requireToken(proof, secret, posted);
      return null;
    case "basic":
      requirePassword(proof.user, secret, posted.headers);
      return null;
    case "signature":
      return requireSignature(proof.signature, secret, posted);
  }
}

/** What of the request holds the secret itself, and so is no part of the event. */
export function secretPartOf(proof: WebhookProof | undefined): RequestPart | null {
  if (proof?.kind === "token") return { in: proof.in, name: proof.in === "header" ? proof.name.toLowerCase() : proof.name };
  return null; // Basic is in the header authorization, which no event keeps
}

function requireSignature(signature: unknown, secret: string, { headers, bytes, url, now }: PostedRequest): Signing {
  const signing = readSigning(signature);
  if (typeof signing === "string") throw refused(`the signature in the app's definition ${signing}`);
  checkHmac(signing, secret, headers, bytes, now, url);
  return signing;
}

function requireToken(
  { in: place, name, prefix = "" }: Extract<WebhookProof, { kind: "token" }>,
  secret: string,
  { headers, path }: PostedRequest,
): void {
  const where = place === "header" ? `in the header ${name}` : `in its query as ${name}`;
  const value = place === "header" ? headers[name.toLowerCase()] : new URLSearchParams(path.split("?", 2)[1] ?? "").get(name);
  if (typeof value !== "string" || value === "") throw refused(`it has no secret ${where}`);
  if (!isSameSecret(value, `${prefix}${secret}`)) throw refused(`the secret ${where} is not that of this trigger's connection`);
}

function requirePassword(user: string | undefined, secret: string, { authorization = "" }: IncomingHttpHeaders): void {
  const [scheme = "", encoded = ""] = authorization.split(" ", 2);
  if (scheme.toLowerCase() !== "basic") throw refused("it is not logged in: a name and password are expected (HTTP Basic)");
  const given = Buffer.from(encoded, "base64").toString("utf8");
  const colon = given.indexOf(":");
  const isRight =
    colon >= 0 && isSameSecret(given.slice(colon + 1), secret) && (user === undefined || isSameSecret(given.slice(0, colon), user));
  if (!isRight) throw refused("its name or password is not that of this trigger's connection");
}

const refused = (problem: string) => new MillraceError("HOOK_REFUSED", { details: { problem } });
