import { readAnswer } from "./answer.ts";
import { userAgent } from "./login.ts";
import type { Transport } from "./transport.ts";

/** Posts a form and gives the answer, whatever its status. What login servers are asked with; nothing of it is kept or logged. */
export type FormPost = (
  url: string,
  form: Record<string, string>,
) => Promise<{ status: number; body: unknown; headers: Record<string, string> }>;

const maxBytes = 1024 ** 2;

/** A form poster behind the same guard as every other request. */
export function createFormPost(transport: Transport, timeoutMs: number): FormPost {
  return async (url, form) => {
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded", "user-agent": userAgent };
    const request = { method: "POST", url, headers, body: new URLSearchParams(form).toString() };
    const answer = await transport.send(transport.resolve(url), request, { timeoutMs, maxBytes });
    return { status: answer.status, body: readAnswer(answer, maxBytes, (text) => text).body, headers: answer.headers };
  };
}
