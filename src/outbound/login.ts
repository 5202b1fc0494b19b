import type { HttpRequest } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Credentials, OutboundCall } from "./types.ts";

const secretUrl = "secret-url:";
export const userAgent = "Millrace/0.1";

/** The request as it is sent: with the login, the idempotency key and our name. The original is left as it was. */
export function logIn({ request, idempotencyKey, connection }: OutboundCall, credentials: Credentials | null): HttpRequest {
  const headers: Record<string, string> = { "user-agent": userAgent, ...request.headers };
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  if (!credentials) return { ...request, headers };
  for (const name in credentials.headers) headers[name.toLowerCase()] = credentials.headers[name]!;
  return { ...request, headers, url: withQuery(secretAddress(request.url, credentials, connection.name), credentials.query) };
}

/** Whether a URL is only known to the vault. */
export const isSecretUrl = (url: string): boolean => url.startsWith(secretUrl);

function secretAddress(url: string, credentials: Credentials, connection: string): string {
  if (!isSecretUrl(url)) return credentials.url ?? url;
  const name = url.slice(secretUrl.length);
  const address = credentials.urls?.[name] ?? credentials.url;
  if (address) return address;
  const problem = `the connection '${connection}' has no address named '${name}'; add it there`;
  throw new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem, outcome: "not_sent" } });
}

function withQuery(url: string, query: Record<string, string> | undefined): string {
  if (!query) return url;
  const added = new URLSearchParams(query).toString();
  return `${url}${url.includes("?") ? "&" : "?"}${added}`;
}
