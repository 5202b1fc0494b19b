import { apiPrefix } from "#api/addresses.ts";
import { createClient, type Client, type Send } from "#api/client.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";

/** An error answer of the API: the sentence, its code and its details, as they came. */
export class Refused extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, message, details }: { code: string; message: string; details: Record<string, unknown> }) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.details = details;
  }
}

/** The API as commands use it. Each call throws Refused with the answer's error, or why there was no answer. */
export const createApi = (parts: SendParts): Client => createClient(createSend(parts));

export interface SendParts {
  url: string;
  key: string | null;
  fetch: typeof fetch;
}

/** A file of the API, such as an export. Throws as `createApi` does. */
export async function download({ url, key, fetch: send }: SendParts, path: string): Promise<Uint8Array> {
  const headers = { ...(key !== null && { authorization: `Bearer ${key}` }) };
  const request: RequestInit = { headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) };
  const reply = await send(`${url}${apiPrefix}${path}`, request).catch((cause: unknown) => {
    throw new MillraceError("SERVER_UNREACHABLE", { cause, details: { url, problem: whyNot(cause) } });
  });
  if (reply.status !== 200) throw refusalOf(url, reply.status, parsed(await reply.text()));
  return new Uint8Array(await reply.arrayBuffer());
}

/** Long enough for a replay of ten thousand runs. */
const timeoutMs = 120_000;

function createSend({ url, key, fetch }: SendParts): Send {
  const headers = { accept: "application/json", ...(key !== null && { authorization: `Bearer ${key}` }) };
  return async ({ method, path, body }) => {
    const request: RequestInit = {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "manual", // the key is for this address, not for one it points to
    };
    const { status, answer } = await exchange(fetch, url, `${url}${apiPrefix}${path}`, request);
    if (status < 300 && answer !== undefined) return answer;
    throw refusalOf(url, status, answer);
  };
}

/** The answer and its JSON; undefined where it is none. */
async function exchange(
  send: typeof fetch,
  url: string,
  address: string,
  request: RequestInit,
): Promise<{ status: number; answer: unknown }> {
  try {
    const reply = await send(address, { ...request, signal: AbortSignal.timeout(timeoutMs) });
    return { status: reply.status, answer: parsed(await reply.text()) };
  } catch (cause) {
    throw new MillraceError("SERVER_UNREACHABLE", { cause, details: { url, problem: whyNot(cause) } });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(url: string, status: number, answer: unknown): Error {
  const error = isObject(answer) ? answer["error"] : undefined;
  if (isObject(error) && typeof error["code"] === "string" && typeof error["message"] === "string") {
    return new Refused({ code: error["code"], message: error["message"], details: isObject(error["details"]) ? error["details"] : {} });
  }
  return new MillraceError("SERVER_STRANGE", { details: { url, status } });
}

/** fetch says "fetch failed" and keeps the reason underneath. */
function whyNot(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const { code, message } = (thrown.cause ?? thrown) as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND") return "there is no such host";
  return message || code || "the connection broke";
}
