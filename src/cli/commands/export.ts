import type { Command } from "commander";
import { strFromU8 } from "fflate";
import { addresses } from "#api/addresses.ts";
import { requestOf } from "#api/client.ts";
import { listName } from "#surfaces/catalog-choice.ts";
import { type Files, refuseForeignFolder, unzipped, withOwnVersion, writeExport } from "../export-files.ts";
import { withExamples } from "../help.ts";
import type { Tools } from "../tools.ts";

/** One package that is made of the catalog. */
interface Export {
  what: string;
  /** The name in its package.json, by which an earlier export is recognised. */
  package: string;
  next: string;
  examples: readonly string[];
  /** What it holds, in words. */
  holds: (files: Files) => string;
  /** Takes over from the folder what was changed there by hand. */
  kept?: (out: string, files: Files) => Files;
}

const countOfFiles = (files: Files): string => `${Object.keys(files).length} files`;

const exported: Record<keyof typeof addresses.exports, Export> = {
  zapier: {
    what: "a project for Zapier's command line: every trigger, search and action as a private Zapier app. The version in a package.json that is there is kept",
    package: "millrace-zapier",
    next: "its README.md says how to push it to Zapier",
    examples: [
      "millrace export zapier --out ./millrace-zapier",
      "millrace export zapier --out ./millrace-zapier --category Contacts Opportunities",
      "millrace export zapier --out ./millrace-zapier --only contacts.upsert contacts.add_tags ContactCreate",
    ],
    holds: zapierActions,
    kept: withOwnVersion,
  },
  client: {
    what: "a typed TypeScript client of the catalog, as a package",
    package: "millrace-client",
    next: "install it in your project with npm install and the folder's path",
    examples: ["millrace export client --out ./millrace-client", "millrace export client --out ./millrace-client --app http --endpoints"],
    holds: countOfFiles,
  },
  n8n: {
    what: "the catalog as nodes for n8n, as a package",
    package: "n8n-nodes-millrace",
    next: "run npm pack in it, and install the file that this makes in ~/.n8n/nodes",
    examples: ["millrace export n8n --out ./n8n-nodes-millrace"],
    holds: countOfFiles,
  },
};

interface Options {
  out: string;
  app: string[];
  category: string[];
  only: string[];
  endpoints?: true;
  force?: true;
}

/** `millrace export`: the catalog as files for other tools. */
export function addExportCommands(program: Command, tools: Tools): void {
  const group = program.command("export").description("The catalog as files for other tools");
  for (const name of Object.keys(exported) as (keyof typeof exported)[]) addExport(group, name, tools);
}

function addExport(group: Command, name: keyof typeof exported, { terminal, file }: Tools): void {
  const { what, package: ours, next, examples, holds, kept } = exported[name];
  const command = group
    .command(name)
    .description(`Write ${what}`)
    .requiredOption("-o, --out <folder>", "the folder to write into; it is made. An earlier export in it is renewed")
    .option("--app <id...>", "only of these apps", [])
    .option("--category <name...>", "only of these categories", [])
    .option("--only <key...>", "only these operations and triggers", [])
    .option("--endpoints", "with every endpoint of the apps that have them under keys of their own")
    .option("--force", "write into a folder that has something else in it; its other files stay")
    .action(async ({ out, force, ...choice }: Options) => {
      if (!force) refuseForeignFolder(out, ours);
      const files = await unzipped(await file(requestOf(addresses.exports[name], { query: queryOf(choice) })));
      writeExport(out, kept?.(out, files) ?? files);
      terminal.out(`Wrote ${holds(files)} to ${out}.`);
      terminal.out(`Next: ${next}.`);
    });
  withExamples(command, ...examples);
}

const queryOf = ({ app, category, only, endpoints }: Omit<Options, "out" | "force">) => ({
  apps: listOf(app),
  categories: listOf(category.map(listName)),
  only: listOf(only),
  endpoints,
});

const listOf = (names: readonly string[]): string | undefined => (names.length === 0 ? undefined : names.join(","));

/** The triggers, searches and actions of a Zapier project, without what feeds drop-downs. */
function zapierActions(files: Files): string {
  const actions = Object.keys(files).filter((path) => path.endsWith(".json") && strFromU8(files[path]!).includes('"kind"'));
  const count = (folder: string) => actions.filter((path) => path.startsWith(`${folder}/`)).length;
  return `${count("triggers")} triggers, ${count("searches")} searches and ${count("creates")} actions`;
}
