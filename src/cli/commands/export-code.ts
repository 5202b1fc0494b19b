import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Command } from "commander";
import { unzipSync } from "fflate";
import { requestOf } from "#api/client.ts";
import { addresses } from "#api/addresses.ts";
import { withExamples } from "../help.ts";
import { usage } from "../input.ts";
import type { Tools } from "../tools.ts";

interface Options {
  out: string;
  app?: string;
  category?: string;
  endpoints?: boolean;
  force?: boolean;
}

/** The exports that are packages of code: each is downloaded and written into a folder. */
const packages = {
  client: {
    what: "a typed TypeScript client of the catalog, as a package",
    next: "Install it in your project: npm install",
  },
  n8n: {
    what: "the catalog as nodes for n8n, as a package",
    next: "Pack it, and install the file in ~/.n8n/nodes: npm pack",
  },
} as const satisfies Partial<Record<keyof typeof addresses.exports, { what: string; next: string }>>;

/** `millrace export client` and its like. */
export function addCodeExports(group: Command, tools: Tools): void {
  for (const name of Object.keys(packages) as (keyof typeof packages)[]) addCodeExport(group, name, tools);
}

function addCodeExport(group: Command, name: keyof typeof packages, { terminal, file: fetched }: Tools): void {
  const { what, next } = packages[name];
  const command = group
    .command(name)
    .description(`Write ${what}, into a folder`)
    .requiredOption("-o, --out <folder>", "the folder to write into; it is made")
    .option("--app <id>", "only this app")
    .option("--category <name>", "only this category")
    .option("--endpoints", "with every endpoint of the apps that have them under keys of their own")
    .option("--force", "write into a folder that is not empty; its other files stay")
    .action(async ({ out, app, category, endpoints, force = false }: Options) => {
      const folder = resolve(out);
      if (!force && existsSync(folder) && readdirSync(folder).length > 0)
        throw usage(`${out} is not empty; add --force to write into it, or choose another folder`);
      const files = unzipSync(await fetched(requestOf(addresses.exports[name], { query: { app, category, endpoints } })));
      for (const [file, bytes] of Object.entries(files)) write(folder, file, bytes);
      terminal.out(`${Object.keys(files).length} files were written to ${out}.\n${next} ${out}`);
    });
  withExamples(command, `millrace export ${name} --out ./millrace-${name}`);
}

/** Nothing is written outside of the folder, whatever a file says it is called. */
function write(folder: string, file: string, bytes: Uint8Array): void {
  const path = join(folder, file);
  if (!path.startsWith(`${folder}${sep}`)) throw usage(`The export has a file outside of its folder: ${file}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
