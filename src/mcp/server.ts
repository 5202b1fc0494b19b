/** The MCP server of one login. */
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { McpSide } from "./side.ts";

export type { McpSide } from "./side.ts";

/** Makes the server of one login: it lists flows, and asks a person to publish one. */
export function createMcpServer({ client, scopes, pageUrl, version }: McpSide): McpServer {
  const server = new McpServer({ name: "millrace", title: "Millrace", version });
  if (scopes.includes("flows:read"))
    server.registerTool("list_flows", { description: "The flows, each with its state.", inputSchema: z.object({}) }, async () => {
      const { flows } = await client.flows.list();
      return { content: flows.map(({ id, name, status }) => ({ type: "text" as const, text: `${id} ${status} ${name}` })) };
    });
  if (scopes.includes("flows:try"))
    server.registerTool(
      "request_publish",
      {
        description: "Ask a person to publish the draft of a flow.",
        inputSchema: z.object({ flow: z.string(), reason: z.string() }),
      },
      async (asked) => {
        const { revision } = await client.flows.get({ id: asked.flow });
        const { path } = await client.approvals.create({ body: { kind: "publish", revision, ...asked } });
        return { content: [{ type: "text", text: `A person decides at ${pageUrl(path)}` }] };
      },
    );
  return server;
}
