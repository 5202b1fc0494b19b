import type { LoginClient } from "#catalog/logins/kind.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { readAnswer } from "./answer.ts";
import { userAgent } from "./login.ts";
import { redacted, redactorOf } from "./redact.ts";
import type { Transport } from "./transport.ts";

/** Posts a form, as a client where one logs in by HTTP Basic, and gives the answer, whatever its status. What login servers are asked with; nothing of it is kept or logged. */
export type FormPost = (
  url: string,
  form: Record<string, string>,
  client?: LoginClient,
) => Promise<{ status: number; body: unknown; headers: Record<string, string> }>;

const maxBytes = 1024 ** 2;

/** A form poster behind the same guard as every other request. */
export function createFormPost(transport: Transport, timeoutMs: number): FormPost {
  return async (url, form, client) => {
    const headers = {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": userAgent,
      ...(client && { authorization: basicOf(client) }),
    };
    const request = { method: "POST", url, headers, body: new URLSearchParams(form).toString() };
    const answer = await transport.send(transport.resolve(url, url), request, { timeoutMs, maxBytes });
    const { body, unreadable, doubt } = readAnswer(answer, maxBytes, redactorOf([]));
    if (unreadable) throw answer.lost ?? unreadableAnswer(url, answer.status, doubt);
    const isGranted = answer.status < 300 && holdsToken(body);
    return { status: answer.status, body: isGranted ? body : redacted(body, redactorOf(secretsOf(form, client))), headers: answer.headers };
  };
}

const unreadableAnswer = (url: string, status: number, doubt = "could not be read") =>
  new MillraceError("OUTBOUND_FAILED", {
    details: { app: new URL(url).host, operation: "the sign-in", status, message: `the answer ${doubt}` },
  });

/** An answer with a login in it is taken as it is. Any other is a refusal, whose words end up in an error. */
const holdsToken = (body: unknown): boolean => isObject(body) && typeof body["access_token"] === "string" && body["access_token"] !== "";

/** The fields of a form that are secret: all but those that name what is asked for, and from where. */
const openFields = new Set(["grant_type", "user_type", "redirect_uri", "client_id", "companyId", "locationId", "scope"]);
const secretsOf = (form: Record<string, string>, client?: LoginClient): string[] => [
  ...Object.keys(form).flatMap((name) => (openFields.has(name) ? [] : [form[name]!])),
  ...(client ? [client.secret] : []),
];

/** Id and secret are encoded as in a form first (RFC 6749 section 2.3.1), so that a colon in one does not end it. */
const basicOf = ({ id, secret }: LoginClient): string =>
  `Basic ${Buffer.from([id, secret].map((text) => new URLSearchParams({ "": text }).toString().slice(1)).join(":")).toString("base64")}`;
