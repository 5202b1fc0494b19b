import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Registration {
  id: string;
  url: string;
  events: string[];
}

/** What a test has a helpdesk do, once each. */
export type DeskFault = "no answer" | "refuse" | "server error" | "hold";

/** A helpdesk on a port that is told where its events go (REST hooks), makes sure of each address, and signs what it sends. */
export async function openHookDesk() {
  const registrations: Registration[] = [];
  const asked: string[] = [];
  const secret = `whs_${randomUUID()}`;
  const faults: DeskFault[] = [];
  const waiting: (() => void)[] = [];
  /** What each address answered to the request that makes sure of it. */
  const challenged: { status: number; text: string }[] = [];

  const makeSure = async (url: string): Promise<void> => {
    const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json", "x-handshake": "abc" }, body: "{}" });
    challenged.push({ status: reply.status, text: `${reply.headers.get("x-handshake") ?? ""} ${await reply.text()}` });
  };

  const register = async (body: { url: string; events: string[] }, res: ServerResponse): Promise<void> => {
    const fault = faults.shift();
    if (fault === "refuse") return answer(res, 422, { message: "the address is not allowed" });
    if (fault === "server error") return answer(res, 503, { message: "later" });
    if (fault === "hold") await new Promise<void>((resolve) => void waiting.push(resolve));
    await makeSure(body.url);
    const registration = { id: `r_${registrations.length + 1}_${asked.length}`, url: body.url, events: body.events };
    registrations.push(registration);
    if (fault === "no answer") return void res.destroy();
    answer(res, 201, { hook: { id: registration.id, secret } });
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { pathname } = new URL(req.url!, "http://desk.test");
    const raw = await text(req);
    asked.push(`${req.method} ${pathname}`);
    if (req.headers["x-key"] !== "desk-key") return answer(res, 401, { message: "the key is not known" });
    if (pathname === "/hooks" && req.method === "POST") return register(JSON.parse(raw) as { url: string; events: string[] }, res);
    if (pathname === "/hooks") return answer(res, 200, { hooks: registrations });
    const at = registrations.findIndex(({ id }) => pathname === `/hooks/${id}`);
    if (at < 0) return answer(res, 404, { message: "there is no such hook" });
    registrations.splice(at, 1);
    answer(res, 200, {});
  };
  const server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    secret,
    registrations,
    asked,
    challenged,
    faults,
    /** Lets what is held go on. */
    release: () => waiting.splice(0).forEach((go) => go()),
    /** Sends an event to an address, signed with the secret, or with another. */
    async send(url: string, event: unknown, signedWith = secret) {
      const body = JSON.stringify(event);
      const signature = createHmac("sha256", signedWith).update(body).digest("hex");
      const reply = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "x-desk-signature": signature },
        body,
      });
      return { status: reply.status, body: (await reply.json()) as { error?: { code: string } } };
    },
    async close() {
      for (const go of waiting.splice(0)) go();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type HookDesk = Awaited<ReturnType<typeof openHookDesk>>;

function answer(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** That helpdesk as an app of a workspace. `more`: members that a test has differently. */
export const hookDeskApp = (origin: string, webhooks: Record<string, unknown> = {}) => ({
  title: "Helpdesk",
  baseUrl: origin,
  auth: [{ kind: "header", title: "API key", header: "X-Key" }],
  operations: [
    {
      id: "hooks.create",
      title: "Register Address",
      effect: "create",
      method: "POST",
      path: "/hooks",
      input: [
        { name: "url", in: "body", required: true },
        { name: "events", in: "body", schema: { type: "array", items: { type: "string" } } },
      ],
      result: "hook",
    },
    {
      id: "hooks.delete",
      title: "Remove Address",
      effect: "delete",
      method: "DELETE",
      path: "/hooks/{id}",
      input: [{ name: "id", in: "path", required: true }],
    },
    {
      id: "hooks.list",
      title: "List Addresses",
      effect: "read",
      method: "GET",
      path: "/hooks",
      result: "hooks",
      list: true,
      identity: "id",
    },
  ],
  webhooks: {
    verify: { kind: "signature", signature: { header: "X-Desk-Signature" }, secret: { answer: "secret" } },
    challenges: [{ when: { in: "header", name: "X-Handshake" }, answer: { as: "header", name: "X-Handshake" } }],
    subscribe: {
      operation: "hooks.create",
      address: "url",
      input: { events: ["{event}"] },
      id: "id",
      unsubscribe: { operation: "hooks.delete", id: "id" },
      list: { operation: "hooks.list", id: "id", address: "url" },
    },
    ...webhooks,
  },
  triggers: [{ id: "ticket.created", title: "Ticket Created", key: ["id"], example: { id: "t_1" } }],
});
