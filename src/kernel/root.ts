import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let folder: string | undefined;

/** The folder of Millrace's own package.json, whether this runs from the sources or from a bundle in `dist`. */
export function packageRoot(): string {
  folder ??= walkUp(dirname(fileURLToPath(import.meta.url)));
  return folder;
}

function walkUp(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isOurs(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json of millrace above ${from}: reinstall the package.`);
  }
}

function isOurs(file: string): boolean {
  return existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "millrace";
}
