import type { Clock } from "#kernel/clock.ts";
import { readAnswer } from "./answer.ts";
import { userAgent } from "./login.ts";
import { redactorOf } from "./redact.ts";
import { createTransport } from "./transport.ts";

const maxBytes = 64 * 1024;
const timeoutMs = 10_000;

/** Asks a public address once, behind the guard of every other request and with no exception from it. Follows no redirect. */
export async function probeAddress(url: string, clock: Clock): Promise<{ status: number; body: unknown; location: string | undefined }> {
  const transport = createTransport({ clock, allowPrivateHosts: [] });
  try {
    const headers = { accept: "application/json", "user-agent": userAgent };
    const answer = await transport.send(transport.resolve(url), { method: "GET", url, headers }, { timeoutMs, maxBytes });
    const { body } = readAnswer(answer, maxBytes, redactorOf([]));
    return { status: answer.status, body, location: answer.headers["location"] };
  } finally {
    await transport.close();
  }
}
