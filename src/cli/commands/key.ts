import { relative } from "node:path";
import type { Command } from "commander";
import { dataFiles } from "#server/start/data-folder.ts";
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

interface RotateOptions {
  yes?: boolean;
  offline?: boolean;
  json?: boolean;
}

function addRotate(key: Command, { api, address, show, terminal, confirm }: Tools): void {
  const command = withJson(
    key
      .command("rotate")
      .description("Make a new API key, if the old one may have leaked. The old one and all sessions end")
      .option("--offline", "in the data folder, while Millrace does not run: needs no key")
      .option("-y, --yes", "do not ask"),
  ).action(async ({ yes, offline, json }: RotateOptions) => {
    await confirm("The old API key and all sessions end at once. Go on?", yes);
    const newKey = offline ? await rotateInFolder(terminal.env, address().dataDir) : (await api().access.rotateKey()).key;
    show({ key: newKey }, json, () => newKey);
    terminal.err("This is the new API key. Programs and other machines that use the old one need it now; everybody signs in again.");
    if (terminal.env["MILLRACE_API_KEY"]) terminal.err("MILLRACE_API_KEY still holds the old one: put the new one there.");
    else terminal.err(`For commands on the machine Millrace runs on, it is kept in ${shortPath(dataFiles(address().dataDir).apiKey)}.`);
  });
  withExamples(command, "millrace key rotate", "millrace key rotate --yes > key.txt", "millrace key rotate --offline");
}

async function rotateInFolder(env: Record<string, string | undefined>, dataDir: string): Promise<string> {
  const [{ rotateKeyOffline }, { readServerSettings }] = await Promise.all([
    import("#server/auth/offline-key.ts"),
    import("#server/start/settings.ts"),
  ]);
  return rotateKeyOffline({ ...readServerSettings(env), dataDir });
}

function addShowPrefix(key: Command, { address, show, terminal }: Tools): void {
  const command = withJson(
    key.command("show-prefix").description("The first characters of the API key that commands use, and where it is from"),
  ).action(({ json }: { json?: boolean }) => {
    const { key: currentKey, dataDir } = address();
    if (currentKey === null)
      throw usage("No API key is known here. Set MILLRACE_API_KEY, or MILLRACE_DATA to the data folder of a Millrace that was started");
    const prefix = currentKey.slice(0, prefixLength);
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
