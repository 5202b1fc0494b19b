import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Command } from "commander";
import { strFromU8, strToU8, unzip } from "fflate";
import { addresses } from "#api/addresses.ts";
import { requestOf } from "#api/client.ts";
import { isObject } from "#kernel/json.ts";
import { listName } from "#surfaces/zapier/choice.ts";
import { withExamples } from "../help.ts";
import { usage } from "../input.ts";
import type { Tools } from "../tools.ts";
import { addCodeExports } from "./export-code.ts";

interface Options {
  out: string;
  app: string[];
  category: string[];
  only: string[];
}

/** `millrace export`: the catalog as files for other tools. */
export function addExportCommands(program: Command, tools: Tools): void {
  const group = program.command("export").description("The catalog as files for other tools");
  addZapierCommand(group, tools);
  addCodeExports(group, tools);
}

function addZapierCommand(group: Command, { terminal, file }: Tools): void {
  const command = group
    .command("zapier")
    .description("A project for Zapier's command line: every trigger, search and action as a private Zapier app")
    .requiredOption("--out <folder>", "where to write it; a version in a package.json that is there is kept")
    .option("--app <id>", "only of this app; may be given several times", several, [])
    .option("--category <name>", "only of this category; may be given several times", several, [])
    .option("--only <keys>", "only these operations and triggers, separated by commas", separated, [])
    .action(async ({ out, app, category, only }: Options) => {
      const query = { apps: app.join(","), categories: category.map(listName).join(","), only: only.join(",") };
      const files = await unzipped(await file(requestOf(addresses.exports.zapier, { query })));
      for (const [path, content] of Object.entries(files)) write(out, path, content);
      const actions = Object.entries(files).filter(([path, content]) => path.endsWith(".json") && strFromU8(content).includes('"kind"'));
      const count = (folder: string) => actions.filter(([path]) => path.startsWith(`${folder}/`)).length; // without what feeds drop-downs
      terminal.out(`Wrote ${count("triggers")} triggers, ${count("searches")} searches and ${count("creates")} actions to ${out}.`);
      terminal.out(`Next: its README.md says how to push it to Zapier.`);
    });
  withExamples(
    command,
    "millrace export zapier --out zapier-app",
    "millrace export zapier --out zapier-app --category Contacts --category Opportunities",
    "millrace export zapier --out zapier-app --only contacts.upsert,contacts.add_tags,ContactCreate",
  );
}

const several = (value: string, before: string[]): string[] => [...before, value];
const separated = (value: string, before: string[]): string[] => [...before, ...value.split(",").filter(Boolean)];

const unzipped = (content: Uint8Array): Promise<Record<string, Uint8Array>> =>
  new Promise((resolve, reject) => unzip(content, (error, files) => (error ? reject(error) : resolve(files))));

function write(out: string, path: string, content: Uint8Array): void {
  if (isAbsolute(path) || path.split(/[\\/]/).includes("..")) throw usage(`The file '${path}' would lie outside ${out}`);
  const target = join(out, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, path === "package.json" && existsSync(target) ? withOwnVersion(target, content) : content);
}

/** A new version is pushed by raising the number, which a further export must not take back. */
function withOwnVersion(target: string, content: Uint8Array): Uint8Array {
  const [before, now]: unknown[] = [readFileSync(target, "utf8"), strFromU8(content)].map((text) => JSON.parse(text) as unknown);
  if (!isObject(before) || !isObject(now)) return content;
  const { name = now["name"], version = now["version"] } = before;
  return strToU8(`${JSON.stringify({ ...now, name, version }, null, 2)}\n`);
}
