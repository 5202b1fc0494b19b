import { resolve } from "node:path";
import type { Command } from "commander";
import { dataFiles } from "#server/start/data-folder.ts";
import { withExamples, withJson } from "../help.ts";
import type { Tools } from "../tools.ts";

interface Options {
  port?: string;
  file?: string;
  memory?: boolean;
  json?: boolean;
}

export function addSandboxCommand(program: Command, { terminal, show }: Tools): void {
  const command = withJson(
    program
      .command("sandbox")
      .description("Start only the sandbox: a pretend HighLevel, SightMill, Flocksy and customer's app on this machine")
      .option("--port <port>", "to listen on (MILLRACE_SANDBOX_PORT, 4401)")
      .option("--file <file>", "where it keeps its records (sandbox.db in the data folder)")
      .option("--memory", "keep nothing when it stops"),
  ).action(async ({ port, file, memory, json }: Options) => {
    const [{ readServerSettings }, { startSandbox }] = await Promise.all([
      import("#server/start/settings.ts"),
      import("#server/start/sandbox-alone.ts"),
    ]);
    const settings = readServerSettings({ ...terminal.env, ...(port !== undefined && { MILLRACE_SANDBOX_PORT: port }) });
    const records = memory ? undefined : resolve(file ?? dataFiles(settings.dataDir).sandbox);
    const { url, token, locationId, close } = await startSandbox(settings, { file: records });
    const asked = terminal.stopped();
    show({ url, locationId, token, file: records ?? null }, json, () => welcome(url, locationId, token, records));
    await asked;
    await close();
  });
  withExamples(command, "millrace sandbox", "millrace sandbox --memory --port 4411 --json");
}

const welcome = (url: string, locationId: string, token: string, file: string | undefined) => `The sandbox is at ${url}
${file === undefined ? "Nothing is kept when it stops." : `Its records are in ${file}.`}
Sub-account: ${locationId}
Token: ${token}

Try it:
  curl '${url}/contacts/?locationId=${locationId}' -H 'Authorization: Bearer ${token}' -H 'Version: 2021-07-28'

Stop with Ctrl-C.`;
