/** Only data names an app: everything that serves, runs, sends, asks or draws follows what the apps declare. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { builtIn } from "./support/built-in.ts";

const folders = ["src/server", "src/engine", "src/outbound", "src/vault", "src/cli", "src/api", "src/surfaces", "src/mcp", "web/src"];

/** Files that may name an app, and why. */
const exceptions: Record<string, string> = {
  "src/server/start/example.ts": "the example connects the two apps that the sandbox plays",
  "src/server/start/greeting.ts": "what a newcomer is told to connect first",
  "src/server/auth/passwords.ts": "words that are guessed first",
  "src/server/start/start.ts": "says while the example runs why it pauses",
  "src/server/start/settings.ts": "two settings about what one vendor leaves out of its events",
  "src/mcp/server.ts": "what Millrace calls itself to agents",
  "src/cli/program.ts": "says what Millrace is for",
  "src/cli/commands/start.ts": "says what the sandbox plays",
  "src/server/flows/flow-file.ts": "the mark of Millrace's own files",
  "src/cli/commands/template.ts": "an example of a command",
  "src/surfaces/synonyms.ts": "words that people search with",
  "web/src/features/flow-editor/canvas/picker.tsx": "what to search for where nothing fits",
  "web/src/features/parts/people.ts": "which app has the people that a segment is tried with",
  "web/src/features/parts/segment-fields.tsx": "says whose people a segment is tried with",
  "src/surfaces/n8n/code.ts": "what the exported node is called",
  "src/surfaces/n8n/package.ts": "what the exported package is found by",
  "src/cli/commands/sandbox.ts": "says what the sandbox plays",
};

/** Names that are words of their own count only as a whole text: an id in code. */
const words = new Set(["http", "millrace"]);
const names = [...new Set(builtIn.of("any").apps.flatMap(({ id, title }) => (words.has(id) ? [id] : [id, title])))];
const patterns = names.map((name) => (words.has(name) ? new RegExp(`["'\`]${name}["'\`]`) : new RegExp(name, "i")));

interface Line {
  file: string;
  text: string;
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

function linesOf(folder: string): Line[] {
  const root = packageRoot();
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test(-support)?\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => {
      const file = relative(root, path).split(sep).join("/");
      return withoutComments(readFileSync(path, "utf8"))
        .split("\n")
        .map((text) => ({ file, text: text.trim() }));
    });
}

const namesApp = ({ text }: Line): boolean => patterns.some((pattern) => pattern.test(text)) && !innocent.some((each) => each.test(text));
/** The scheme of an address, the command itself, and the kind of a login in the API's description. */
const innocent = [/new Command\("millrace"\)/, /type: "http" as const/];

const lines = folders.flatMap(linesOf);
const naming = lines.filter(namesApp);

describe("no code names an app", () => {
  test("but in the files that have a reason to", () => {
    expect(lines.length).toBeGreaterThan(10_000);
    expect(naming.filter(({ file }) => exceptions[file] === undefined)).toEqual([]);
  });

  test.each(Object.keys(exceptions))("%s still has a reason to be excepted", (file) => {
    expect(naming.some((line) => line.file === file)).toBe(true);
  });

  test("and this test sees each of their names, in code and in words", () => {
    for (const name of names) expect([name, namesApp({ file: "", text: `if (app === "${name}") return;` })]).toEqual([name, true]);
    expect(namesApp({ file: "", text: `"In HighLevel: Settings"` })).toBe(true);
  });

  test("or imports one: only the built-in layer knows them, and only the server's start opens it", () => {
    const imports = lines.filter(({ text }) => /from "#apps\//.test(text)).map(({ file }) => file);
    expect(imports.sort()).toEqual(["src/server/catalog/built-in.ts", "src/server/start/inside.ts"]);
  });
});
