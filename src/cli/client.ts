import { agentHeader, apiPrefix } from "#api/addresses.ts";
import { createClient, type ApiRequest, type Client, type Send } from "#api/client.ts";
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
  /** The calls are an agent's. */
  forAgent?: boolean;
}

/** Long enough for a replay of ten thousand runs. */
const timeoutMs = 120_000;

function createSend(parts: SendParts): Send {
  return async (request) => {
    const { status, content } = await exchange(parts, request);
    const answer = parsed(content);
    if (status < 300 && answer !== undefined) return answer;
    throw refusalOf(parts.url, status, answer);
  };
}

/** A file that the API makes. Throws as a call does. */
export async function fetchFile(parts: SendParts, request: ApiRequest): Promise<Uint8Array> {
  const { status, content } = await exchange(parts, request);
  if (status < 300) return content;
  throw refusalOf(parts.url, status, parsed(content));
}

/** The answer as it came. */
async function exchange(
  { url, key, fetch: send, forAgent = false }: SendParts,
  { method, path, body }: ApiRequest,
): Promise<{ status: number; content: Uint8Array }> {
  const request: RequestInit = {
    method,
    headers: {
      accept: "application/json",
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(forAgent && { [agentHeader]: "mcp" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: "manual", // the key is for this address, not for one it points to
    signal: AbortSignal.timeout(timeoutMs),
  };
  try {
    const reply = await send(`${url}${apiPrefix}${path}`, request);
    return { status: reply.status, content: new Uint8Array(await reply.arrayBuffer()) };
  } catch (cause) {
    throw new MillraceError("SERVER_UNREACHABLE", { cause, details: { url, problem: whyNot(cause) } });
  }
}

/** Its JSON; undefined where it is none. */
function parsed(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(content));
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
