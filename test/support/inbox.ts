import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import type { Clock } from "#kernel/clock.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { InboxView } from "#api/schemas.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";

const { acmeDental, companyId, defaultAppId } = sandboxDefaults;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A pair of keys, and how they sign. */
export const pair = (kind: "ed25519" | "rsa") => {
  const { publicKey, privateKey } = kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  return {
    spki: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    sign: (body: string | Buffer) => sign(kind === "rsa" ? "sha256" : null, Buffer.from(body), privateKey).toString("base64"),
  };
};
/** The key that inboxes of these tests are given. */
export const own = pair("ed25519");

interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: { accepted?: boolean; type?: string | null; flows?: number; repeat?: boolean; error?: { code: string; message: string } };
}

/** A Millrace on a folder, and what a test asks of it. */
export type House = Awaited<ReturnType<typeof openHouse>>;

export async function openHouse(
  folder: string,
  sandbox: boolean,
  clock?: Clock,
  { env = {}, log = pino({ level: "silent" }) }: { env?: Record<string, string>; log?: Logger } = {},
) {
  const settings = readServerSettings({ MILLRACE_DATA: join(folder, "data"), MILLRACE_PORT: "0", MILLRACE_SANDBOX_PORT: "0", ...env });
  const millrace = await startMillrace(settings, { log, sandbox, ...(clock && { clock }) });
  const key = readFileSync(dataFiles(settings.dataDir).apiKey, "utf8").trim();
  return { millrace, ...toolsOf(millrace, key) };
}

const acme = { name: "acme", title: "Acme Dental", locationId: acmeDental };

/** Connects the sandbox's Acme Dental as `acme`, and returns the token. */
export async function connectAcme({ sandbox, vault }: Millrace, { name, title, locationId } = acme): Promise<string> {
  const { systems, url: baseUrl } = sandbox!;
  const token = systems.issueToken({ locationId }).accessToken;
  const login = { app: "highlevel", auth: "token", baseUrl, locationId, companyId, secret: { token } } as const;
  await vault.connect(workspaceId, { name, title, ...login });
  return token;
}

function toolsOf(millrace: Millrace, key: string) {
  const { engine } = millrace;
  const api = async <T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const headers = { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) };
    const reply = await fetch(`${millrace.localUrl}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: (await reply.json()) as T };
  };
  /** The answer as it came. */
  const send = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const all = { authorization: `Bearer ${key}`, ...(body !== undefined && headers) };
    const reply = await fetch(`${millrace.localUrl}/api/v1${path}`, { method, headers: all, ...(body !== undefined && { body }) });
    return { status: reply.status, text: await reply.text() };
  };
  const listen = async (name: string, trigger: Record<string, unknown>, publish = true) => {
    const flow = await engine.flows.create(workspaceId, {
      name,
      trigger: { app: "highlevel", ...trigger },
      steps: [{ id: "seen", format: { id: "{{ trigger.id }}" } }],
    });
    return publish ? engine.flows.publish(workspaceId, flow.id) : flow;
  };
  const runsOf = async (flowId: string) => (await engine.runs(workspaceId, { flowId }, { limit: 200 })).toReversed();
  const idsOf = async (flowId: string) =>
    (await Promise.all((await runsOf(flowId)).map((run) => engine.run(workspaceId, run.id)))).map(
      ({ event }) => (event.payload as { id?: string }).id,
    );
  const inbox = async (name: string) => (await api<{ inboxes: InboxView[] }>("GET", "/inboxes")).body.inboxes.find((i) => i.name === name)!;
  return { api, send, listen, runsOf, idsOf, inbox };
}

export const post = (url: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const req = request(url, { method: "POST", agent, headers: { "content-type": "application/json", ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () =>
        resolve({ status: res.statusCode!, retryAfter: res.headers["retry-after"], body: JSON.parse(Buffer.concat(chunks).toString()) }),
      );
    });
    req.on("error", reject);
    req.end(body);
  });
/** Signed with the tests' own key. */
export const signed = (url: string, payload: unknown, headers: Record<string, string> = {}) => {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return post(url, body, { "x-ghl-signature": own.sign(body), ...headers });
};
/** An event as the vendor sends it. */
export const contact = (more: Record<string, unknown> = {}) => ({
  type: "ContactCreate",
  locationId: acmeDental,
  id: `c-${randomUUID()}`,
  email: "ada@example.com",
  appId: defaultAppId,
  timestamp: new Date().toISOString(),
  webhookId: randomUUID(),
  ...more,
});

/** Calls `read` until its result passes. */
export async function until<T>(what: string, read: () => Promise<T>, passes: (result: T) => boolean): Promise<T> {
  for (let i = 0; i < 1200; i++) {
    const result = await read();
    if (passes(result)) return result;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Gave up waiting for ${what}: ${JSON.stringify(await read())}`);
}

/** A folder of its own, and the way to be rid of it. */
export function inboxFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "millrace-inbox-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
