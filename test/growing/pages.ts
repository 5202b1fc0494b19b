import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** One block of a page: a file to be made, or lines of one to be changed. */
interface Step {
  kind: "make" | "change";
  file: string;
  text: string;
}

/** The steps of a page of docs, in order: its code blocks that name a file. */
export function stepsOf(page: string): Step[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(([, language, file, body]) => ({
    kind: language === "diff" ? "change" : "make",
    file: file!,
    text: body!,
  }));
}

/** Does what a step says in a copy of the tree. Throws where the lines that it shows are not there, or there twice. */
export function take({ kind, file, text }: Step, root: string): void {
  const path = join(root, file);
  if (kind === "make") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
    return;
  }
  const lines = text.split("\n").slice(0, -1);
  const side = (without: string) => lines.filter((line) => line[0] !== without).map((line) => `${line.slice(1)}\n`);
  const before = side("+").join("");
  const parts = readFileSync(path, "utf8").split(before);
  if (parts.length !== 2) throw new Error(`${file} has these lines ${parts.length - 1} times:\n${before}`);
  writeFileSync(path, parts.join(side("-").join("")));
}
