import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { strFromU8, strToU8, unzip } from "fflate";
import { isObject } from "#kernel/json.ts";
import { usage } from "./input.ts";

/** Files by their path, `/` between folders. */
export type Files = Record<string, Uint8Array>;

/** What is in a zip file. */
export const unzipped = (content: Uint8Array): Promise<Files> =>
  new Promise((done, reject) => unzip(content, (error, files) => (error ? reject(error) : done(files))));

/** Throws a usage error for a folder that has files and is not an earlier export: its package.json has another name than `ours`. */
export function refuseForeignFolder(out: string, ours: string): void {
  const isFull = existsSync(out) && readdirSync(out).length > 0;
  if (!isFull || packageAt(out)?.["name"] === ours) return;
  throw usage(`${out} is not empty; add --force to write into it, or choose another folder`);
}

/** Writes files into a folder, which is made. Throws a usage error before the first where one would lie outside of it. */
export function writeExport(out: string, files: Files): void {
  const folder = resolve(out);
  const paths = Object.entries(files).map(([name, content]) => [join(folder, name), content, name] as const);
  const outside = paths.find(([path]) => !path.startsWith(`${folder}${sep}`));
  if (outside) throw usage(`The export has a file outside of its folder: ${outside[2]}`);
  for (const [path, content] of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** A new version is pushed by raising the number, which a further export must not take back. */
export function withOwnVersion(out: string, files: Files): Files {
  const before = packageAt(out);
  const now: unknown = files["package.json"] && JSON.parse(strFromU8(files["package.json"]));
  if (!before || !isObject(now)) return files;
  const own = { ...now, name: before["name"], version: before["version"] };
  return { ...files, "package.json": strToU8(`${JSON.stringify(own, null, 2)}\n`) };
}

function packageAt(folder: string): Record<string, unknown> | undefined {
  try {
    const facts: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return isObject(facts) ? facts : undefined;
  } catch {
    return undefined; // there is none, or somebody is writing it
  }
}
