import type { Command } from "commander";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createMcpServer } from "#mcp/server.ts";
import type { McpSide } from "#mcp/side.ts";
import { withExamples } from "../help.ts";
import { clean } from "../text.ts";
import type { Tools } from "../tools.ts";

/** Serves agents over standard input and output, which carry nothing else: what there is to say goes to standard error. */
export function addMcpCommand(program: Command, tools: Tools, version: string): void {
  const command = program
    .command("mcp")
    .description("Serve an agent (MCP) over standard input and output, until its input ends")
    .action(async () => {
      const side = await sideOf(tools, version);
      const ended = inputEnds();
      const server = serveStdio(() => createMcpServer(side), { onerror: ({ message }) => tools.terminal.err(clean(message)) });
      await Promise.race([ended, tools.terminal.stopped()]);
      await server.close();
    });
  withExamples(command, "millrace mcp", "claude mcp add millrace -- millrace mcp");
}

/** What the key may do is asked once: a key never gets more scopes. */
async function sideOf({ agentApi, address, terminal }: Tools, version: string): Promise<McpSide> {
  const client = agentApi();
  const { scopes } = await client.session.get();
  const { url } = address();
  return {
    client,
    scopes,
    version,
    pageUrl: (path) => `${url}${path}`,
    onFault: (fault) => terminal.err(clean(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))),
  };
}

const inputEnds = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdin.once("end", resolve);
    process.stdin.once("close", resolve);
  });
