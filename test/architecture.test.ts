/**
 * The layout of ARCHITECTURE.md, held a second time. The linter checks specifiers by pattern; this reads the sources, resolves every
 * import to a file and looks at the graph, so a rule that silently matches nothing is found out here.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each folder may import besides itself: a folder, or one file of it. */
const directions: Record<string, readonly string[]> = {
  "src/kernel": [],
  "src/catalog": ["src/kernel"],
  "src/api": ["src/kernel", "src/catalog", "src/engine/flow/format.ts", "src/sync/format.ts", "src/templates/format.ts"],
  "src/apps": ["src/kernel", "src/catalog"],
  "src/definitions": ["src/kernel", "src/catalog", "src/api/schemas"],
  "src/surfaces": ["src/kernel", "src/catalog"],
  "src/outbound": ["src/kernel", "src/catalog"],
  "src/vault": ["src/kernel", "src/catalog"],
  "src/engine": ["src/kernel", "src/catalog"],
  "src/changes": ["src/kernel"],
  "src/sync": ["src/kernel", "src/catalog", "src/engine", "src/changes"],
  "src/insight": ["src/kernel", "src/engine", "src/changes"],
  "src/storage": [
    "src/kernel",
    "src/vault/types.ts",
    "src/changes/types.ts",
    "src/engine/types",
    "src/engine/ports",
    "src/sync/types.ts",
    "src/sync/store.ts",
  ],
  "src/queue": ["src/kernel", "src/engine/types", "src/engine/ports"],
  "src/templates": ["src/kernel", "src/catalog", "src/engine/flow", "src/sync/format.ts"],
  "src/flow-import": ["src/kernel", "src/catalog", "src/engine/flow/format.ts"],
  "src/sandbox": ["src/kernel", "src/catalog", "src/apps"],
  "src/mcp": ["src/kernel", "src/api", "src/catalog", "src/surfaces", "src/engine/flow/format.ts"],
  "src/cli": ["src/kernel", "src/api", "src/surfaces", "src/mcp", "src/server"],
  "src/server": ["src"],
  web: [
    "src/api",
    "src/catalog/types.ts",
    "src/catalog/any-address.ts",
    "src/surfaces",
    "src/kernel",
    "src/engine/mapping",
    "src/templates/places.ts",
    "src/templates/receivers.ts",
  ],
};

interface Source {
  path: string;
  text: string;
}
interface Import {
  from: string;
  to: string;
}

describe("the sources", () => {
  const sources = ["src", "web/src"].flatMap(sourcesUnder);
  const imports = importsOf(sources);

  test("are found, and so are their imports", () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(sources.length);
  });

  test("import only in the directions of the layout", () => {
    expect(offences(imports)).toEqual([]);
  });

  test("do not reach for the tests' helpers", () => {
    expect(imports.filter((i) => !isTest(i.from) && (i.to.startsWith("test/") || isTest(i.to))).map(say)).toEqual([]);
  });

  test("name only files that exist", () => {
    const known = new Set([...sources, ...sourcesUnder("test")].map((s) => s.path));
    expect(imports.filter((i) => /\.tsx?$/.test(i.to) && !known.has(i.to)).map(say)).toEqual([]);
  });

  test("keep the flow format, of which the contract is made, apart from what executes flows", () => {
    const format = [...reachedFrom("src/engine/flow/format.ts", imports)].filter((path) => path.startsWith("src/engine/"));
    expect(format.length).toBeGreaterThan(8);
    expect(
      format.filter((path) => !/\/(mapping\/rule-format|flow\/(format|kinds\/(schemas|shapes?|[a-z-]+\/shape)))\.ts$/.test(path)),
    ).toEqual([]);
  });

  test("of the server are in the rooms that ARCHITECTURE.md lists", () => {
    const [, row = ""] = /^src\/server\/ +(.*) →/m.exec(readFileSync(join(root, "ARCHITECTURE.md"), "utf8")) ?? [];
    const listed = row.replace(/ \([^)]*\)/g, "").split(", ");
    const rooms = readdirSync(join(root, "src/server"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(new Set(rooms.map(({ name }) => name))).toEqual(new Set(listed));
  });

  test("have no import cycle", () => {
    expect(cycles(imports)).toEqual([]);
  });

  test("keep the features of the page apart; flows, their editor, their parts and syncs are one", () => {
    const featureOf = (path: string) =>
      /^web\/src\/features\/([^/]+)\//.exec(path)?.[1]?.replace(/^(flows|flow-editor|parts|syncs)$/, "flows");
    const crossing = imports.filter(({ from, to }) => {
      const [own, other] = [featureOf(from), featureOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(crossing.map(say)).toEqual([]);
  });
});

describe("this test", () => {
  const caught = (path: string, text: string) => offences(importsOf([{ path, text }])).length > 0;

  test("catches a forbidden import in every way it can be written", () => {
    expect(caught("src/kernel/a.ts", `import { x } from "#engine/run.ts";`)).toBe(true);
    expect(caught("src/engine/a.ts", `import type { X } from "#storage/rows.ts";`)).toBe(true);
    expect(caught("src/engine/a.ts", `export * from "../storage/rows.ts";`)).toBe(true);
    expect(caught("src/engine/deep/a.ts", `import {\n  x,\n} from "../../server/start.ts";`)).toBe(true);
    expect(caught("src/outbound/a.ts", `const x = await import("#vault/tokens.ts");`)).toBe(true);
    expect(caught("src/storage/a.ts", `import { x } from "#engine/run.ts";`)).toBe(true);
    expect(caught("web/src/a.tsx", `import { x } from "../../src/storage/rows.ts";`)).toBe(true);
  });

  test("lets the allowed ones pass", () => {
    expect(caught("src/engine/a.ts", `import { x } from "#kernel/ids.ts";\nimport { y } from "./deep/b.ts";`)).toBe(false);
    expect(caught("src/storage/a.ts", `import type { Run } from "#engine/types/runs.ts";`)).toBe(false);
    expect(caught("src/server/a.ts", `import { x } from "#engine/run.ts";`)).toBe(false);
    expect(caught("src/kernel/a.ts", `// import { x } from "#engine/run.ts";`)).toBe(false);
  });

  test("sees a cycle that goes through three files, one of which imports types alone", () => {
    const file = (path: string, to: string, type = ""): Source => ({ path, text: `import ${type}{ x } from "${to}";` });
    const ring = [file("src/kernel/a.ts", "./b.ts"), file("src/kernel/b.ts", "#kernel/c.ts"), file("src/kernel/c.ts", "./a.ts", "type ")];
    expect(cycles(importsOf(ring))).toEqual(["src/kernel/a.ts -> src/kernel/b.ts -> src/kernel/c.ts -> src/kernel/a.ts"]);
  });
});

function sourcesUnder(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(root, file).split(sep).join("/"), text: readFileSync(file, "utf8") }));
}

function importsOf(sources: readonly Source[]): Import[] {
  return sources.flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(/(?:^|[\s;}])(import|export)\b([^"'`;]*?)["']([^"'\n]+)["']/g)].flatMap((match) => {
      const to = resolve(path, match[3]!);
      const joins = match[1] === "import" || /\bfrom\s*$/.test(match[2]!);
      return to && joins ? [{ from: path, to }] : [];
    }),
  );
}

/** The file of a specifier, seen from `path`; null for packages. `#engine/run.ts` is `src/engine/run.ts`, `#test/x.ts` is `test/x.ts`. */
function resolve(path: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ""));
  if (specifier.startsWith("#test/")) return specifier.slice(1);
  return specifier.startsWith("#") ? `src/${specifier.slice(1)}` : null;
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

const folderOf = (path: string) => (path.startsWith("web/") ? "web" : path.split("/").slice(0, 2).join("/"));
const isTest = (path: string) => /\.test(-support)?\.tsx?$/.test(path);
const say = (i: Import) => `${i.from} imports ${i.to}`;

function offences(imports: readonly Import[]): string[] {
  return imports.filter((i) => !isTest(i.from) && !allowed(folderOf(i.from), i.to)).map(say);
}

function allowed(folder: string, to: string): boolean {
  const open = [folder, ...(directions[folder] ?? [])];
  return !/^(src|web)\//.test(to) || open.some((place) => to === place || to.startsWith(`${place}/`));
}

/** Every file that a file imports, and those that these import. */
function reachedFrom(path: string, imports: readonly Import[], reached = new Set([path])): Set<string> {
  for (const { from, to } of imports)
    if (from === path && !reached.has(to)) {
      reached.add(to);
      reachedFrom(to, imports, reached);
    }
  return reached;
}

function cycles(imports: readonly Import[]): string[] {
  const next = new Map<string, Import[]>();
  for (const i of imports) next.set(i.from, [...(next.get(i.from) ?? []), i]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]) => {
    const at = trail.indexOf(file);
    if (at >= 0) return void found.push([...trail.slice(at), file].join(" -> "));
    if (done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
