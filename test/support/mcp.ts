/** The MCP server with the official client, in memory. */
import { Client, InMemoryTransport, type ElicitRequest, type ElicitResult } from "@modelcontextprotocol/client";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { onTestFinished } from "vitest";
import { apiPrefix } from "#api/addresses.ts";
import { createClient, type Client as Api } from "#api/client.ts";
import { type Scope, scopes as allScopes } from "#api/principal.ts";
import { Refused } from "#cli/client.ts";
import { createMcpServer } from "#mcp/server.ts";
import { openServer, type ServerWish, withKey } from "#test/fakes/server.ts";

export interface McpWish {
  api: Api;
  scopes?: readonly Scope[];
  mayAct?: boolean;
  /** The protocol of 2026, in which a client is asked by an answer; else that of 2025, in which it is asked by a request. */
  modern?: boolean;
  /** Answers the questions to the person. Without it, the client cannot ask. */
  person?: (request: ElicitRequest) => ElicitResult | Promise<ElicitResult>;
}

/** What a tool said, and the data between its marks. */
export interface ToolReply {
  text: string;
  data: unknown;
  failed: boolean;
}

/** A client that is connected to the server of one login. `faults` are those that the server reported. */
export async function openMcp({ api, scopes = allScopes, mayAct = true, modern = true, person }: McpWish) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const faults: unknown[] = [];
  const side = {
    client: api,
    scopes,
    mayAct,
    version: "0.0.0",
    pageUrl: (path: string) => `https://mill.example.com${path}`,
    onFault: (fault: unknown) => void faults.push(fault),
  };
  const server = serveStdio(() => createMcpServer(side), { transport: far });
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: person ? { elicitation: { form: {} } } : {}, ...(modern && { versionNegotiation: { mode: "auto" as const } }) },
  );
  if (person) client.setRequestHandler("elicitation/create", person);
  await client.connect(near);
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<ToolReply> => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const text = content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
    return { text, data: dataOf(text), failed: isError === true };
  };
  return { client, call, faults };
}

/** What stands between the marks of an answer. */
export function dataOf(text: string): unknown {
  const [, json] = /<data>\n(.*)\n<\/data>/.exec(text) ?? [];
  return json === undefined ? undefined : JSON.parse(json);
}

/** The API of a server in memory, as its key sees it. */
export async function openApi(wish: ServerWish = {}) {
  const house = await openServer(wish);
  onTestFinished(() => house.close());
  const api = createClient(async ({ method, path, body }) => {
    const reply = await house.app.inject({
      method,
      url: `${apiPrefix}${path}`,
      headers: withKey(house.key),
      ...(body !== undefined && { payload: body as object }),
    });
    if (reply.statusCode < 300) return reply.json() as unknown;
    throw new Refused((reply.json() as { error: ConstructorParameters<typeof Refused>[0] }).error);
  });
  return { house, api };
}
