import { cutText } from "#kernel/characters.ts";
import { readAnswer } from "./answer.ts";
import { userAgent } from "./login.ts";
import { redactorOf } from "./redact.ts";
import type { Transport } from "./transport.ts";

/** What an endpoint answered. */
export interface WebhookAnswer {
  status: number;
  /** How its body begins. */
  text: string;
}

/** Posts JSON, and gives the answer, whatever its status. Throws where there was none. `secrets` are masked in the answer. */
export type WebhookPost = (
  url: string,
  message: { headers: Record<string, string>; body: string; secrets: readonly string[] },
) => Promise<WebhookAnswer>;

const bounds = { timeoutMs: 15_000, maxBytes: 64 * 1024 };
const longestShown = 500;

/** Posts behind the same guard as every other request. It follows no redirect. */
export const createWebhookPost =
  (transport: Transport): WebhookPost =>
  async (url, { headers, body, secrets }) => {
    const request = { method: "POST", url, headers: { ...headers, "content-type": "application/json", "user-agent": userAgent }, body };
    const answer = await transport.send(transport.resolve(url), request, bounds);
    return { status: answer.status, text: cutText(readAnswer(answer, bounds.maxBytes, redactorOf(secrets)).text, longestShown) };
  };
