import { relative } from "node:path";
import { type Command, Option } from "commander";
import { type Scope, scopes } from "#api/principal.ts";
import { keyRoles, type KeyRole } from "#kernel/roles.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import { pick } from "../pick.ts";
import type { Tools } from "../tools.ts";
import { keyTable } from "../views/people.ts";

/** As many characters as tell keys apart and open nothing. */
const prefixLength = 9;

export function addKeyCommands(program: Command, tools: Tools): void {
  const key = program.command("key").description("API keys for programs, and the workspace key");
  addList(key, tools);
  addAdd(key, tools);
  addRemove(key, tools);
  addRotate(key, tools);
  addShowPrefix(key, tools);
}

function addList(key: Command, { api, show }: Tools): void {
  const command = withJson(key.command("list").description("List the API keys, without the secrets")).action(
    async ({ json }: { json?: boolean }) => {
      const { keys } = await api().apiKeys.list();
      show(keys, json, (paper) => keyTable(keys, paper));
    },
  );
  withExamples(command, "millrace key list");
}

interface AddOptions {
  role: KeyRole;
  scope?: Scope[] | null;
  from?: string[] | null;
  expires?: string;
  json?: boolean;
}

function addAdd(key: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    key
      .command("add")
      .description("Create an API key for a program. It is printed once")
      .argument("<name>", "what it is called, after the program")
      .addOption(new Option("--role <role>", "what it may do").choices(keyRoles).default("viewer"))
      .addOption(new Option("--scope <scope...>", "only these of what the role may do").choices(scopes))
      .option("--from <address...>", "addresses and ranges it works from, such as 203.0.113.7 or 10.0.0.0/8")
      .option("--expires <days>", "after how many days it stops working"),
  ).action(async (name: string, { role, scope = null, from = null, expires, json }: AddOptions) => {
    const expiresInDays = expires === undefined ? null : daysOf(expires);
    const reply = await api().apiKeys.create({ body: { name, role, scopes: scope, allowedFrom: from, expiresInDays } });
    show(reply, json, () => reply.key);
    terminal.err(`This is the API key '${reply.view.name}'. Put it where the program reads it: it can be read only now.`);
  });
  withExamples(
    command,
    "millrace key add reports --role viewer --expires 365",
    "millrace key add watcher --scope runs:read --from 10.0.0.0/8",
  );
}

function daysOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw usage(`'${text}' is no number of days`);
  return Number(text);
}

function addRemove(key: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    key
      .command("remove")
      .description("Delete an API key. It stops working at once")
      .argument("<key>", "its name, the beginning of it, or its id")
      .option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, { yes, json }: { yes?: boolean; json?: boolean }) => {
    const { id, name } = pick((await api().apiKeys.list()).keys, wanted, "API key");
    await confirm(`Remove the API key '${name}'? Programs that use it are refused at once.`, yes);
    await api().apiKeys.remove({ id });
    show({ removed: id }, json, () => `Removed: ${name}`);
  });
  withExamples(command, "millrace key remove reports");
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
      .description("Replace the workspace key, for example after a leak. Sessions without an account end too")
      .option("--offline", "in the data folder, while Millrace does not run: needs no key")
      .option("-y, --yes", "do not ask"),
  ).action(async ({ yes, offline, json }: RotateOptions) => {
    await confirm("The old API key stops working at once, and sessions without an account end. Continue?", yes);
    const newKey = offline ? await rotateInFolder(terminal.env, address().dataDir) : (await api().access.rotateKey()).key;
    show({ key: newKey }, json, () => newKey);
    terminal.err(
      "This is the new API key. Programs and other machines that use the old one need it now. Anyone signed in without an account must sign in again.",
    );
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
