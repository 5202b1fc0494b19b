import { relative } from "node:path";
import type { Command } from "commander";
import { dataFiles } from "#server/data-folder.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import type { Tools } from "../tools.ts";

/** As many characters as tell keys apart and open nothing. */
const prefixLength = 9;

export function addKeyCommands(program: Command, tools: Tools): void {
  const key = program.command("key").description("The API key: replace it, tell which one is in use");
  addRotate(key, tools);
  addShowPrefix(key, tools);
}

function addRotate(key: Command, { api, address, show, terminal, confirm }: Tools): void {
  const command = withJson(
    key
      .command("rotate")
      .description("Make a new API key. The old one and all sessions end")
      .option("-y, --yes", "do not ask")
      .option("--offline", "in the data folder, while Millrace is stopped: for a store that was restored without its key"),
  ).action(async ({ yes, offline, json }: { yes?: boolean; offline?: boolean; json?: boolean }) => {
    await confirm("The old API key and all sessions end at once. Go on?", yes);
    const made = offline ? await rotateOffline(terminal.env) : await api().rotateKey();
    show({ key: made }, json, () => made);
    terminal.err("This is the new API key, and the only time it can be read. It works from other machines too.");
    if (terminal.env["MILLRACE_API_KEY"]) terminal.err("MILLRACE_API_KEY still holds the old one: put the new one there.");
    else terminal.err(`For commands on the machine Millrace runs on, it is kept in ${shortPath(dataFiles(address().dataDir).apiKey)}.`);
  });
  withExamples(command, "millrace key rotate", "millrace key rotate --yes > key.txt", "millrace key rotate --offline");
}

async function rotateOffline(env: Record<string, string | undefined>): Promise<string> {
  const [{ rotateKeyOffline }, { readServerSettings }] = await Promise.all([
    import("#server/offline-key.ts"),
    import("#server/settings.ts"),
  ]);
  return rotateKeyOffline(readServerSettings(env));
}

function addShowPrefix(key: Command, { address, show, terminal }: Tools): void {
  const command = withJson(
    key.command("show-prefix").description("The first characters of the API key that commands use, and where it is from"),
  ).action(({ json }: { json?: boolean }) => {
    const { key: known, dataDir } = address();
    if (known === null)
      throw usage("No API key is known here. Set MILLRACE_API_KEY, or MILLRACE_DATA to the data folder of a Millrace that was started");
    const prefix = known.slice(0, prefixLength);
    const from = terminal.env["MILLRACE_API_KEY"] ? "MILLRACE_API_KEY" : shortPath(dataFiles(dataDir).apiKey);
    show({ prefix, from }, json, () => `${prefix}…  from ${from}`);
  });
  withExamples(command, "millrace key show-prefix");
}

/** As seen from here, unless that is the longer way. */
function shortPath(path: string): string {
  const near = relative("", path);
  return near.startsWith("..") ? path : near;
}
