import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { openServer, type ServerWish } from "#test/fakes/server.ts";
import { AgentSignIn } from "#test/support/agent-sign-in.ts";

/** The protocol over a real port, spoken by the official client. */
let closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  closers = [];
});

async function server(wish?: ServerWish) {
  const house = await openServer(wish);
  closers.push(house.close);
  await house.app.listen({ port: 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(house.app.server.address() as AddressInfo).port}/mcp`;
  const agents = new AgentSignIn(house);
  await agents.signIn("Anna");
  return { ...house, url, agents };
}

const modern = { versionNegotiation: { mode: "auto" } } as const;
type How = ConstructorParameters<typeof Client>[1];

async function connect(url: string, token: string, how: How = {}) {
  const client = new Client({ name: "a test", version: "1" }, how);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
  await client.connect(transport);
  closers.push(() => client.close());
  return { client, transport };
}

const post = (url: string, headers: Record<string, string>, body: unknown = { jsonrpc: "2.0", id: 1, method: "tools/list" }) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: JSON.stringify(body),
  });
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "a test", version: "1" } },
};

describe.each([
  ["a client of 2025", {}],
  ["a client of 2026", modern],
])("%s", (_, how: How) => {
  test("lists and calls tools with an API key and with the token of an agent, each in its own workspace with its own scopes", async () => {
    const { url, key, agents } = await server();
    const { access } = await agents.tokens(["read"]);
    await agents.page("POST", "/flows", { name: "Welcome", trigger: { app: "app", operation: "hook" }, steps: [] });
    for (const [token, mayAsk] of [
      [key, true],
      [access, false],
    ] as const) {
      const { client } = await connect(url, token, how);
      const tools = (await client.listTools()).tools.map(({ name }) => name);
      expect([tools.includes("list_flows"), tools.includes("request_publish")]).toEqual([true, mayAsk]);
      const { content } = await client.callTool({ name: "list_flows", arguments: {} });
      expect(JSON.stringify(content)).toContain("Welcome");
    }
  });
});

describe("a session of a client of 2025", () => {
  const asking = () => {
    const own = new McpServer({ name: "asks", version: "1" });
    own.registerTool("ask", { inputSchema: z.object({}) }, async (_, context) => {
      const { action } = await context.mcpReq.elicitInput({
        mode: "form",
        message: "Really?",
        requestedSchema: { type: "object", properties: { yes: { type: "boolean" } } },
      });
      return { content: [{ type: "text", text: action }] };
    });
    return own;
  };

  test("lets a tool ask the person something", async () => {
    const { url, key } = await server({ createMcpServer: asking });
    const { client } = await connect(url, key, { capabilities: { elicitation: {} } });
    client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { yes: true } }));
    expect((await client.callTool({ name: "ask", arguments: {} })).content).toEqual([{ type: "text", text: "accept" }]);
  });

  test("is nobody else's, whoever learns its id, and ends when it is deleted", async () => {
    const { url, key, agents } = await server();
    const { access } = await agents.tokens();
    const { transport } = await connect(url, key);
    const session = { "mcp-session-id": transport.sessionId!, "mcp-protocol-version": "2025-11-25" };
    expect((await post(url, { authorization: `Bearer ${access}`, ...session })).status).toBe(404);
    expect((await post(url, { authorization: `Bearer ${key}`, ...session })).status).toBe(200);
    expect((await post(url, session)).status).toBe(401);
    await transport.terminateSession();
    expect((await post(url, { authorization: `Bearer ${key}`, ...session })).status).toBe(404);
  });

  test("ends after half an hour without a request, and the oldest when one login opens more than twenty", async () => {
    const { url, key, clock } = await server();
    const headers = { authorization: `Bearer ${key}` };
    const begin = async () => (await post(url, headers, initialize)).headers.get("mcp-session-id")!;
    const statusOf = async (id: string) => (await post(url, { ...headers, "mcp-session-id": id })).status;
    const first = await begin();
    for (let i = 0; i < 19; i++) await begin();
    const second = await begin();
    expect([await statusOf(first), await statusOf(second)]).toEqual([404, 200]);
    await clock.advance(30 * 60_000 + 1);
    expect(await statusOf(second)).toBe(404);
  });

  test("sees at once that its agent was signed out", async () => {
    const { url, agents } = await server();
    const { access } = await agents.tokens();
    const { client } = await connect(url, access);
    const { id } = (await agents.page("GET", "/agents")).body.agents[0];
    await agents.page("DELETE", `/agents/${id}`);
    await expect(client.listTools()).rejects.toThrow();
  });
});

describe("subscriptions of clients of 2026", () => {
  const protocol = "io.modelcontextprotocol";
  const clientFacts = { [`${protocol}/protocolVersion`]: "2026-07-28", [`${protocol}/clientInfo`]: { name: "a test", version: "1" } };
  const params = { notifications: { toolsListChanged: true }, _meta: { ...clientFacts, [`${protocol}/clientCapabilities`]: {} } };
  const listen = async (url: string, token: string) => {
    const of2026 = { "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen" };
    const body = { jsonrpc: "2.0", id: 7, method: "subscriptions/listen", params };
    const reader = (await post(url, { authorization: `Bearer ${token}`, ...of2026 }, body)).body!.getReader();
    closers.push(() => reader.cancel().catch(() => {}));
    return { reader, first: new TextDecoder().decode((await reader.read()).value) };
  };
  const isRefused = ({ first }: { first: string }) => first.includes("Subscription limit reached");

  test("are five for each login at a time, so that no agent takes them from the others, and end within an hour", async () => {
    const { url, key, agents, clock } = await server();
    const { access } = await agents.tokens(["read"]);
    const open = [];
    for (let i = 0; i < 5; i++) open.push(await listen(url, access));
    expect(open.map(isRefused)).toEqual([false, false, false, false, false]);
    const sixth = await listen(url, access);
    expect(JSON.parse(sixth.first)).toMatchObject({ id: 7, error: { code: -32603 } });
    expect(isRefused(await listen(url, key))).toBe(false);

    await open[0]!.reader.cancel();
    await expect.poll(async () => isRefused(await listen(url, access))).toBe(false);
    await clock.advance(60 * 60_000 + 1);
    await expect(open[1]!.reader.read()).rejects.toThrow();
  });
});

describe("/mcp refuses", () => {
  test("whoever has no key, a wrong one or a cookie alone, and says where to sign in", async () => {
    const { url, key, agents } = await server();
    const wrong: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${key}x` },
      { authorization: "Bearer mra_x" },
      { cookie: agents.cookie },
    ];
    for (const headers of wrong) {
      const reply = await post(url, headers);
      expect(reply.status, JSON.stringify(headers)).toBe(401);
      expect(reply.headers.get("www-authenticate")).toBe(
        'Bearer resource_metadata="http://127.0.0.1:4400/.well-known/oauth-protected-resource/mcp"',
      );
    }
  });

  test("strangers before it reads what they send, and so does every other address that needs a sign-in or is not there", async () => {
    const { url } = await server();
    const noJson = "{".repeat(100_000);
    const statusAt = async (path: string, method = "POST") => {
      const sent = { method, body: noJson, headers: { "content-type": "application/json" } };
      return (await fetch(new URL(path, url), sent)).status;
    };
    expect(await statusAt("/mcp")).toBe(401);
    expect(await statusAt("/mcp", "DELETE")).toBe(401);
    expect(await statusAt("/api/v1/flows")).toBe(401);
    expect(await statusAt("/api/v1/nothing")).toBe(404);
    expect(await statusAt("/nothing")).toBe(404);
    expect(await statusAt("/api/v1/session")).toBe(413); // for strangers, so bounded to little
  });

  test("tokens that are over, as often as they come, and counts them as no guess at a password", async () => {
    const { url, key, agents, clock } = await server();
    const { access } = await agents.tokens();
    await clock.advance(60 * 60_000 + 1);
    for (let i = 0; i < 15; i++) {
      const reply = await post(url, { authorization: `Bearer ${access}` });
      expect([reply.status, reply.headers.has("www-authenticate")]).toEqual([401, true]);
    }
    expect((await post(url, { authorization: `Bearer ${key}x` })).status).toBe(401);
  });

  test("long batches, and answers short ones", async () => {
    const { url, key } = await server();
    const headers = { authorization: `Bearer ${key}` };
    const session = { ...headers, "mcp-session-id": (await post(url, headers, initialize)).headers.get("mcp-session-id")! };
    const batch = (length: number) => Array.from({ length }, (_, id) => ({ jsonrpc: "2.0", id, method: "ping" }));
    expect((await post(url, session, batch(10))).status).toBe(200);
    expect((await post(url, session, batch(11))).status).toBe(400);
  });

  test("pages of other origins, whatever they hold", async () => {
    const { url, key } = await server();
    const headers = { authorization: `Bearer ${key}` };
    expect((await post(url, { ...headers, origin: "https://evil.example" })).status).toBe(403);
    expect((await post(url, { ...headers, origin: "null" })).status).toBe(403);
  });

  test("bodies that are too large, too deep, no JSON or no message", async () => {
    const { url, key } = await server();
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", accept: "application/json, text/event-stream" };
    const send = async (body: string, type = "application/json") =>
      (await fetch(url, { method: "POST", headers: { ...headers, "content-type": type }, body })).status;
    expect(await send(`"${"x".repeat(5 * 1024 * 1024)}"`)).toBe(413);
    expect(await send("[".repeat(200) + "]".repeat(200))).toBe(400);
    expect(await send("{")).toBe(400);
    expect(await send('{"a":1}')).toBe(400);
    expect(await send("a=1", "text/plain")).toBe(415);
  });
});
